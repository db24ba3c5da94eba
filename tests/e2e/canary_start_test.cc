// Services that cannot start say why, and sing nothing.
#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>

#include "tests/e2e/canary_fixture.h"

namespace callimport::e2e {
namespace {

using ::testing::AllOf;
using ::testing::IsEmpty;
using ::testing::Not;

// What a service says when it cannot start, given this change of its configuration.
std::string LastWordsOf(Suite& suite, const std::string& service,
                        const std::function<void(Json&)>& change) {
  static std::atomic<int> count = 0;
  const std::string file = suite.ConfigFileOf(service) + std::to_string(++count) + ".bad.json";
  std::ifstream original(suite.ConfigFileOf(service));
  Json config = Json::parse(original);
  config["server"]["address"] = "127.0.0.1:0";
  config["server"]["metrics_address"] = "";
  change(config);
  std::ofstream(file) << config.dump();
  const std::string log = file + ".log";
  std::ofstream(log, std::ios::trunc).close();
  Process process(Suite::ProgramOf(service), {"--config=" + file}, "/", log);
  EXPECT_THAT(process.WaitForExit(30s), ::testing::Optional(1)) << service;
  std::ifstream said(log);
  return {std::istreambuf_iterator<char>(said), {}};
}

TEST_F(CanaryTest, AStartThatFailsLeavesNone) {
  const std::string password = kDsnPassword;
  std::vector<std::future<std::string>> last_words;
  for (const std::string& connection :
       {"host=/nowhere user=x dbname=y password=" + password,
        "password=" + password + " and more words", "host=/nowhere password='" + password,
        "postgresql://x:" + password + "@127.0.0.1:1/y", "postgresql://x:" + password + "@[bad/y",
        "postgresql://x:" + password + "@h:port/y",
        "postgresql://x:" + password + "@127.0.0.1/y?no_such=option"}) {
    // At once: some of them try for a while.
    last_words.push_back(std::async(std::launch::async, [connection] {
      return LastWordsOf(*suite_, "job-scheduler",
                         [&](Json& config) { config["database"]["connection"] = connection; });
    }));
  }
  for (auto& words : last_words) EXPECT_THAT(words.get(), AllOf(Not(IsEmpty()), HoldsNone()));
  const std::string key_file = (suite_->folder() / "broken.keys").string();
  for (const std::string& content :
       {std::string(kOtherSecret), "k1:" + std::string(kOtherSecret)}) {
    std::ofstream(key_file) << content << "\n";
    std::filesystem::permissions(key_file, std::filesystem::perms::owner_read);
    EXPECT_THAT(FoundIn(LastWordsOf(*suite_, "credential-manager",
                                    [&](Json& config) { config["key_file"] = key_file; })),
                IsEmpty());
    std::filesystem::remove(key_file);
  }
  EXPECT_THAT(FoundIn(LastWordsOf(*suite_, "status-tracker",
                                  [](Json& config) { config["passwort"] = kOtherSecret; })),
              IsEmpty());
  EXPECT_THAT(FoundIn(LastWordsOf(
                  *suite_, "status-tracker",
                  [](Json& config) { config["database"]["max_connections"] = kOtherSecret; })),
              IsEmpty());
}

}  // namespace
}  // namespace callimport::e2e
