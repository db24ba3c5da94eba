// Watching over a real server whose answers are scripted.
#include "tools/callimport/progress_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "libs/common/errors.h"
#include "libs/rpc/status.h"
#include "libs/testing/rpc_server.h"
#include "libs/testing/status_matchers.h"

namespace callimport::cli {
namespace {

using status_tracker::v1::WatchImportRequest;
using status_tracker::v1::WatchImportResponse;
using ::testing::ElementsAre;
using testing::HasReason;
using ::testing::HasSubstr;
using testing::IsOk;

// What one stream says before it ends.
struct Part {
  std::vector<WatchImportResponse> messages;
  absl::Status end;
};

class ScriptedProgress : public status_tracker::v1::Progress::Service {
 public:
  grpc::Status WatchImport(grpc::ServerContext*, const WatchImportRequest* request,
                           grpc::ServerWriter<WatchImportResponse>* writer) override {
    tokens.push_back(request->resume_token());
    if (tokens.size() > parts.size()) return grpc::Status::CANCELLED;
    const Part& part = parts[tokens.size() - 1];
    for (const WatchImportResponse& message : part.messages) writer->Write(message);
    return rpc::ToGrpcStatus(part.end);
  }

  std::vector<Part> parts;
  std::vector<std::string> tokens;
};

WatchImportResponse Message(WatchImportResponse::Kind kind, common::v1::JobState state,
                            const std::string& token) {
  WatchImportResponse message;
  message.set_kind(kind);
  message.set_resume_token(token);
  if (kind == WatchImportResponse::KIND_HEARTBEAT) return message;
  message.mutable_status()->mutable_job()->set_state(state);
  message.mutable_status()->set_summary("Gong import complete — 8 new calls imported.");
  return message;
}

WatchImportResponse Snapshot(const std::string& token) {
  return Message(WatchImportResponse::KIND_SNAPSHOT, common::v1::JOB_STATE_IN_PROGRESS, token);
}
WatchImportResponse Final(common::v1::JobState state) {
  return Message(WatchImportResponse::KIND_FINAL, state, "end");
}

class ProgressWatchTest : public ::testing::Test {
 protected:
  absl::StatusOr<int> Watch(std::vector<Part> parts, const std::vector<std::string>& flags = {}) {
    service_.parts = std::move(parts);
    const auto arguments = Parse(flags, {{"--config", "FILE", ""}, {"--json", "", ""}}, {});
    auto session = Session::Open(*arguments, terminal_);
    if (!session.ok()) return session.status();
    return WatchImport(*session, "job");
  }

  std::string WriteConfig() {
    const auto peer = server_.PeerOf("support-demo");
    const std::string file = ::testing::TempDir() + "progress_watch_test.json";
    std::ofstream(file) << R"({"workspace": "acme", "status_tracker": ")" << peer.address()
                        << R"(", "tls": {"certificate_file": ")" << peer.tls().certificate_file()
                        << R"(", "key_file": ")" << peer.tls().key_file() << R"(", "ca_file": ")"
                        << peer.tls().ca_file() << R"("}})";
    return file;
  }

  ScriptedProgress service_;
  testing::RpcServer server_{{&service_},
                             {testing::Allow("callimport.status_tracker.v1.Progress", "support/*")},
                             "status-tracker"};
  const std::string config_ = "--config=" + WriteConfig();
  std::ostringstream out_;
  Terminal terminal_{out_, false};
};

TEST_F(ProgressWatchTest, EndsWithTheSummaryAndTheCodeOfTheOutcome) {
  EXPECT_EQ(*Watch({{{Snapshot("t"), Final(common::v1::JOB_STATE_COMPLETED)}, {}}}, {config_}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("in progress: 0 calls"));
  EXPECT_THAT(out_.str(), HasSubstr("\nGong import complete — 8 new calls imported.\n"));
}

TEST_F(ProgressWatchTest, APartialImportEndsWithThree) {
  EXPECT_EQ(*Watch({{{Final(common::v1::JOB_STATE_PARTIAL)}, {}}}, {config_}), 3);
}

TEST_F(ProgressWatchTest, ContinuesWithTheLastTokenWhenTheServiceRestarts) {
  const absl::Status restart =
      Error(absl::StatusCode::kUnavailable, "SHUTTING_DOWN", "this server stops");
  const WatchImportResponse heartbeat =
      Message(WatchImportResponse::KIND_HEARTBEAT, common::v1::JOB_STATE_UNSPECIFIED, "newer");

  const auto code = Watch({{{Snapshot("old"), heartbeat}, restart},
                           {{}, restart},
                           {{Final(common::v1::JOB_STATE_COMPLETED)}, {}}},
                          {config_});

  ASSERT_THAT(code, IsOk());
  EXPECT_EQ(*code, 0);
  EXPECT_THAT(service_.tokens, ElementsAre("", "newer", "newer"));
}

TEST_F(ProgressWatchTest, DoesNotTryAgainWhatCannotGetBetter) {
  const auto code =
      Watch({{{}, Error(absl::StatusCode::kNotFound, "JOB_NOT_FOUND", "no such job")}}, {config_});

  EXPECT_THAT(code, HasReason("JOB_NOT_FOUND"));
  EXPECT_THAT(service_.tokens, ElementsAre(""));
}

TEST_F(ProgressWatchTest, PrintsOneObjectALineAsJson) {
  EXPECT_THAT(
      Watch({{{Snapshot("t"), Final(common::v1::JOB_STATE_COMPLETED)}, {}}}, {config_, "--json"}),
      IsOk());

  std::istringstream lines(out_.str());
  std::string first;
  std::string second;
  ASSERT_TRUE(std::getline(lines, first) && std::getline(lines, second));
  EXPECT_EQ(first, R"({"job":{"state":"JOB_STATE_IN_PROGRESS"},"summary":)"
                   R"("Gong import complete — 8 new calls imported."})");
  EXPECT_THAT(second, HasSubstr("JOB_STATE_COMPLETED"));
}

TEST_F(ProgressWatchTest, AConfigurationThatCannotBeReadIsAnError) {
  EXPECT_FALSE(Watch({}, {"--config=/nowhere.json"}).ok());
}

}  // namespace
}  // namespace callimport::cli
