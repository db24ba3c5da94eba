#include "libs/rpc/json_problem.h"

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include "libs/rpc/config.pb.h"

namespace callimport::rpc {
namespace {

std::string Describe(const std::string& json) {
  ServerConfig config;
  const auto status = google::protobuf::util::JsonStringToMessage(json, &config);
  EXPECT_FALSE(status.ok()) << json;
  return DescribeJsonProblem(status.message().ToString());
}

TEST(JsonProblemTest, NamesUnknownFieldsByTheirPath) {
  EXPECT_EQ(Describe(R"({"adress":1})"), "adress: unknown field");
  EXPECT_EQ(Describe(R"({"tls":{"ca":1}})"), "tls.ca: unknown field");
  EXPECT_EQ(Describe(R"({"access":[{},{"rpc":"x"}]})"), "access[1].rpc: unknown field");
}

TEST(JsonProblemTest, SaysWhatAFieldWantsWithoutRepeatingItsValue) {
  EXPECT_EQ(Describe(R"({"stop_grace_seconds":"hunter2"})"),
            "stop_grace_seconds: wants a whole number");
  EXPECT_EQ(Describe(R"({"tls":"hunter2"})"), "tls: wants an object");
  EXPECT_EQ(Describe(R"({"access":[{"rpcs":{"a":1}}]})"),
            "access[0].rpcs: wants a single value, not an object");
  EXPECT_EQ(Describe(R"({"address":["x"]})"), "address: wants one value, not a list");
}

TEST(JsonProblemTest, SaysWhenItIsNotJson) {
  EXPECT_EQ(Describe(R"({"address" 1})"), "is not JSON: Expected : between key:value pair.");
  EXPECT_EQ(Describe(""), "is not JSON: Unexpected end of string. Expected a value.");
  EXPECT_EQ(Describe("[1]"), "is not a JSON object of this kind");
}

}  // namespace
}  // namespace callimport::rpc
