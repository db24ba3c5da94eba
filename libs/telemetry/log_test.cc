#include "libs/telemetry/log.h"

#include <gmock/gmock.h>

#include "libs/telemetry/correlation.h"

namespace callimport::log {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string Captured(const std::function<void()>& body) {
  ::testing::internal::CaptureStderr();
  body();
  return ::testing::internal::GetCapturedStderr();
}

class LogTest : public ::testing::Test {
 protected:
  LogTest() { Start("job-scheduler", Level::kInfo); }
};

TEST_F(LogTest, WritesOneJsonObjectALine) {
  const std::string line = Captured([] {
    Info("page \"stored\"", {{"calls", 100}, {"last", true}, {"seconds", 0.5}, {"cursor", "a\nb"}});
  });

  EXPECT_THAT(line, HasSubstr(R"("level":"info","service":"job-scheduler")"));
  EXPECT_THAT(line, HasSubstr(R"("message":"page \"stored\"")"));
  EXPECT_THAT(line, HasSubstr(R"("calls":100,"last":true,"seconds":0.5,"cursor":"a\nb"})"));
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
}

TEST_F(LogTest, CarriesTheCorrelationIdOfItsThread) {
  const std::string line = Captured([] {
    const CorrelationScope outer("outer-id");
    {
      const CorrelationScope inner("inner-id");
    }
    Info("hello");
  });

  EXPECT_THAT(line, HasSubstr(R"("correlation_id":"outer-id")"));
}

TEST_F(LogTest, LeavesOutWhatIsBelowItsLevel) {
  EXPECT_EQ(Captured([] { Debug("detail"); }), "");
}

TEST_F(LogTest, HidesSecretsWhereverTheyStand) {
  const std::string line = Captured([] {
    Warning("vendor said no to https://api.gong.io/v2/calls?api_key=canary1&page=2",
            {{"header", "Authorization: Basic Y2FuYXJ5Mg=="},
             {"body", R"({"access_key_secret":"canary3","page":7})"},
             {"status", absl::InternalError("refresh_token=canary4 failed")}});
  });

  EXPECT_THAT(line, Not(HasSubstr("canary")));
  EXPECT_THAT(line, Not(HasSubstr("Y2FuYXJ5")));
  EXPECT_THAT(line, HasSubstr("page=2"));
}

TEST(RedactTest, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(Redact("listed 100 calls, cursor kept: yes"), "listed 100 calls, cursor kept: yes");
  EXPECT_EQ(Redact(""), "");
}

}  // namespace
}  // namespace callimport::log
