// One id leads through the logs of all five services.
#include <gmock/gmock.h>

#include <sstream>

#include "libs/testing/status_matchers.h"
#include "tests/e2e/suite.h"

namespace callimport::e2e {
namespace {

using ::callimport::testing::IsOk;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Correlation, OneIdIsInTheLogOfEveryService) {
  Suite suite(QuickCalls(20));
  Client client = suite.ClientFor("acme");
  const auto job = client.CreateJob(suite.ConnectGong(client));
  ASSERT_THAT(job, IsOk());
  client.WaitForEnd(job->job_id(), 60s);

  ASSERT_FALSE(job->correlation_id().empty());
  for (const std::string& service : kServices) {
    EXPECT_TRUE(Eventually(10s, [&] {
      return suite.LogOf(service).find(job->correlation_id()) != std::string::npos;
    })) << service;
  }
}

TEST(Correlation, LogsAreJsonLinesWithoutSecrets) {
  Suite suite(QuickCalls(20));
  Client client = suite.ClientFor("acme");
  const auto job = client.CreateJob(suite.ConnectGong(client));
  ASSERT_THAT(job, IsOk());
  client.WaitForEnd(job->job_id(), 60s);

  for (const std::string& service : kServices) {
    const std::string log = suite.LogOf(service);
    EXPECT_THAT(log, Not(HasSubstr("fake-access-key-secret"))) << service;
    EXPECT_THAT(log, Not(HasSubstr("sig="))) << service;
    std::istringstream lines(log);
    for (std::string line; std::getline(lines, line);) {
      const Json entry = Json::parse(line, nullptr, /*allow_exceptions=*/false);
      EXPECT_TRUE(entry.is_object() && entry.contains("service") && entry.contains("message"))
          << line;
    }
  }
}

}  // namespace
}  // namespace callimport::e2e
