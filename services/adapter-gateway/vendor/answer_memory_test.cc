#include "services/adapter-gateway/vendor/answer_memory.h"

#include "absl/strings/str_cat.h"
#include "services/adapter-gateway/vendor/vendor_fixture.h"

namespace callimport::adapter_gateway {
namespace {

using namespace std::chrono_literals;
using http::MakeResponse;
using testing::HasReason;
using testing::IsOk;

VendorAnswer AnswerOf(const std::string& json) {
  return {.status = 200, .body = *json::Document::Parse(json)};
}

class AnswerMemoryTest : public VendorFixture {
 protected:
  std::string Found(const std::string& account, const std::string& path) {
    const auto answer = memory_.Find(account, path);
    return answer ? std::string(answer->body.root().raw()) : "nothing";
  }
  absl::StatusOr<VendorAnswer> AskForUsers() {
    VendorSession session = NewSession();
    return session.Ask({.path = "/users", .remember_for = 5min});
  }

  AnswerMemory memory_{clock_, {.answers = 3, .bytes = 1'000}};
};

TEST_F(AnswerMemoryTest, RemembersForAWhile) {
  memory_.Put("a", "/users", AnswerOf("[1]"), 5min);
  clock_.Advance(5min - 1s);
  EXPECT_EQ(Found("a", "/users"), "[1]");
  clock_.Advance(1s);
  EXPECT_EQ(Found("a", "/users"), "nothing");
}

TEST_F(AnswerMemoryTest, TellsNoAccountWhatAnotherOneMaySee) {
  memory_.Put("a", "/users", AnswerOf("[1]"), 5min);
  EXPECT_EQ(Found("b", "/users"), "nothing");
  EXPECT_EQ(Found("a", "/users?page=2"), "nothing");
  memory_.Put("a/", "users", AnswerOf("[2]"), 5min);
  EXPECT_EQ(Found("a", "/users"), "[1]");
}

TEST_F(AnswerMemoryTest, ForgetsTheOldestFirst) {
  for (const char* path : {"/1", "/2", "/3"}) memory_.Put("a", path, AnswerOf("[]"), 5min);
  memory_.Put("a", "/1", AnswerOf("[1]"), 5min);
  memory_.Put("a", "/4", AnswerOf("[]"), 5min);
  EXPECT_EQ(Found("a", "/1"), "[1]");
  EXPECT_EQ(Found("a", "/2"), "nothing");
  EXPECT_EQ(Found("a", "/4"), "[]");
}

TEST_F(AnswerMemoryTest, KeepsToItsSize) {
  const auto sized = [](size_t bytes) {
    return AnswerOf(absl::StrCat("\"", std::string(bytes - 2, 'x'), "\""));
  };
  memory_.Put("a", "/large", sized(101), 5min);
  EXPECT_EQ(Found("a", "/large"), "nothing");
  AnswerMemory many(clock_, {.answers = 100, .bytes = 1'000});
  for (int i = 0; i < 20; ++i) many.Put("a", std::to_string(i), sized(100), 5min);
  int found = 0;
  for (int i = 0; i < 20; ++i) found += many.Find("a", std::to_string(i)).has_value();
  EXPECT_EQ(found, 10);
}

TEST_F(AnswerMemoryTest, SparesTheVendorTheSameQuestion) {
  line_.memory = &memory_;
  answers_ = {MakeResponse(200, "[1]"), MakeResponse(200, "[2]")};

  for (int i = 0; i < 3; ++i) EXPECT_EQ(AskForUsers()->body.root().raw(), "[1]");
  EXPECT_EQ(http_.requests().size(), 1u);

  access_.account = "gong/2";
  EXPECT_EQ(AskForUsers()->body.root().raw(), "[2]");
  clock_.Advance(6min);
  patience_.until = clock_.Now() + 20s;
  AskForUsers().IgnoreError();
  EXPECT_EQ(http_.requests().size(), 3u);
}

TEST_F(AnswerMemoryTest, RemembersNoRefusal) {
  line_.memory = &memory_;
  answers_ = {MakeResponse(403, "{}"), MakeResponse(200, "[1]")};

  EXPECT_THAT(AskForUsers(), HasReason("MISSING_PERMISSION"));
  EXPECT_THAT(AskForUsers(), IsOk());
}

TEST_F(AnswerMemoryTest, AsksForWhatChangesEveryTime) {
  line_.memory = &memory_;
  VendorSession session = NewSession();

  for (int i = 0; i < 3; ++i) EXPECT_THAT(session.Ask({.path = "/calls"}), IsOk());

  EXPECT_EQ(http_.requests().size(), 3u);
}

}  // namespace
}  // namespace callimport::adapter_gateway
