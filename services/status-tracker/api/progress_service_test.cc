// The service over a real server with certificates, a real hub and a real database; only the
// scheduler is a fake.
#include "services/status-tracker/api/progress_service.h"

#include <gtest/gtest.h>

#include "libs/feed/feed_follower.h"
#include "libs/rpc/invoke.h"
#include "libs/rpc/status.h"
#include "libs/testing/postgres_fixture.h"
#include "libs/testing/rpc_server.h"
#include "libs/testing/status_matchers.h"
#include "services/status-tracker/projection/fake_job_events.h"
#include "services/status-tracker/projection/job_event_projector.h"
#include "services/status-tracker/watch/resume_token.h"
#include "services/status-tracker/watch/status_message.h"

namespace callimport::status_tracker {
namespace {

using testing::HasCode;
using testing::HasReason;
using testing::IsOk;

constexpr char kJob[] = "0198c0de-0000-7000-8000-000000000001";
constexpr char kOther[] = "0198c0de-0000-7000-8000-000000000002";

rpc::AccessRule People() {
  rpc::AccessRule rule = testing::Allow("callimport.status_tracker.v1.Progress", "support/*");
  rule.add_callers("workspace-admin/*");
  return rule;
}

// One replica of the service.
class Replica {
 public:
  Replica(postgres::Pool& pool, FakeJobEvents& events)
      : store_(pool),
        finder_(store_, events),
        hub_([](const ImportStatus& status) {
          return MakeMessage(v1::WatchImportResponse::KIND_CHANGE, status, SystemClock().Now())
              .SerializeAsString();
        }),
        projector_(
            events, store_, [this](ImportStatus status) { hub_.Publish(std::move(status)); },
            SystemClock()),
        follower_("job events", [this](const auto& stop) { return projector_.Follow(stop); }) {
    follower_.Start();
  }
  ~Replica() {
    hub_.Shutdown();
    lookups_.Stop();
    follower_.Stop();
  }

  std::unique_ptr<v1::Progress::Stub> StubOf(const std::string& person) {
    return v1::Progress::NewStub(server_.ChannelOf(person));
  }
  void BeginToStop() { hub_.Shutdown(); }

 private:
  StatusStore store_;
  StatusFinder finder_;
  ProgressHub hub_;
  ThreadPool lookups_{2, 1000};
  JobEventProjector projector_;
  feed::FeedFollower follower_;
  ProgressService service_{finder_, hub_, lookups_, SystemClock()};
  testing::RpcServer server_{{&service_}, {People()}, "status-tracker"};
};

// One watching client.
class Watch {
 public:
  Watch(v1::Progress::Stub& stub, const std::string& job_id, const std::string& token = "",
        const std::string& workspace_id = "acme") {
    rpc::Prepare(context_, std::chrono::seconds(30));
    v1::WatchImportRequest request;
    request.set_workspace_id(workspace_id);
    request.set_job_id(job_id);
    request.set_resume_token(token);
    reader_ = stub.WatchImport(&context_, request);
  }
  ~Watch() { context_.TryCancel(); }

  // Heartbeats left out. KIND_UNSPECIFIED once the stream has ended.
  v1::WatchImportResponse Next() {
    v1::WatchImportResponse message;
    while (reader_->Read(&message)) {
      if (message.kind() != v1::WatchImportResponse::KIND_HEARTBEAT) return message;
    }
    return {};
  }
  absl::Status End() {
    v1::WatchImportResponse message;
    while (reader_->Read(&message)) {
    }
    return rpc::FromGrpcStatus(reader_->Finish());
  }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchImportResponse>> reader_;
};

class ProgressServiceTest : public testing::PostgresTest {
 protected:
  ProgressServiceTest() : PostgresTest("status_tracker", Migrations()) {}

  FakeJobEvents events_;
  Replica replica_{pool(), events_};
  std::unique_ptr<v1::Progress::Stub> stub_ = replica_.StubOf("support-demo");
};

TEST_F(ProgressServiceTest, WatchesFromSnapshotToTheLastState) {
  events_.Happen(JobOf(kJob, 1));
  Watch watch(*stub_, kJob);

  const auto snapshot = watch.Next();
  EXPECT_EQ(snapshot.kind(), v1::WatchImportResponse::KIND_SNAPSHOT);
  EXPECT_EQ(snapshot.status().job().progress().processed_calls(), 1);

  events_.Happen(JobOf(kJob, 2));
  const auto change = watch.Next();
  EXPECT_EQ(change.kind(), v1::WatchImportResponse::KIND_CHANGE);
  EXPECT_EQ(change.status().job().progress().processed_calls(), 2);

  events_.Happen(JobOf(kJob, 3, common::v1::JOB_STATE_COMPLETED));
  const auto last = watch.Next();
  EXPECT_EQ(last.kind(), v1::WatchImportResponse::KIND_FINAL);
  EXPECT_TRUE(last.status().is_complete());
  EXPECT_EQ(last.status().summary(), "Gong import complete — 3 new calls imported.");
  EXPECT_THAT(watch.End(), IsOk());
}

TEST_F(ProgressServiceTest, AFinishedJobIsToldAtOnce) {
  events_.Happen(JobOf(kJob, 3, common::v1::JOB_STATE_FAILED));
  Watch watch(*stub_, kJob);

  const auto only = watch.Next();

  EXPECT_EQ(only.kind(), v1::WatchImportResponse::KIND_FINAL);
  EXPECT_TRUE(only.status().is_failed());
  EXPECT_THAT(watch.End(), IsOk());
}

TEST_F(ProgressServiceTest, ATokenContinuesWithoutRepeating) {
  events_.Happen(JobOf(kJob, 1));
  const std::string token = Watch(*stub_, kJob).Next().resume_token();

  Watch watch(*stub_, kJob, token);
  events_.Happen(JobOf(kJob, 2));
  const auto next = watch.Next();

  EXPECT_EQ(next.status().job().progress().processed_calls(), 2);
}

TEST_F(ProgressServiceTest, AnOldTokenGetsTheNewestAsASnapshot) {
  events_.Happen(JobOf(kJob, 1));
  const std::string token = Watch(*stub_, kJob).Next().resume_token();
  events_.Happen(JobOf(kJob, 2));
  Watch(*stub_, kJob).Next();

  const auto next = Watch(*stub_, kJob, token).Next();

  EXPECT_EQ(next.kind(), v1::WatchImportResponse::KIND_SNAPSHOT);
  EXPECT_EQ(next.status().job().progress().processed_calls(), 2);
}

TEST_F(ProgressServiceTest, ATokenIsGoodAtAnotherReplica) {
  Replica other(pool(), events_);
  const auto other_stub = other.StubOf("support-demo");
  events_.Happen(JobOf(kJob, 1));
  const std::string token = Watch(*stub_, kJob).Next().resume_token();

  Watch watch(*other_stub, kJob, token);
  events_.Happen(JobOf(kJob, 2, common::v1::JOB_STATE_COMPLETED));

  EXPECT_EQ(watch.Next().status().job().progress().processed_calls(), 2);
  EXPECT_THAT(watch.End(), IsOk());
}

TEST_F(ProgressServiceTest, RefusesWhatIsNoTokenOfThisJob) {
  EXPECT_THAT(Watch(*stub_, kJob, "nonsense").End(), HasReason("INVALID_REQUEST"));
  EXPECT_THAT(Watch(*stub_, kJob, MakeResumeToken(kOther, 1)).End(), HasReason("INVALID_REQUEST"));
  EXPECT_THAT(Watch(*stub_, "", "").End(), HasCode(absl::StatusCode::kInvalidArgument));
}

TEST_F(ProgressServiceTest, UnknownAndForeignJobsAreNotFound) {
  events_.Happen(JobOf(kJob, 1));

  EXPECT_THAT(Watch(*stub_, kOther).End(), HasReason("JOB_NOT_FOUND"));
  EXPECT_THAT(Watch(*stub_, kJob, "", "globex").End(), HasReason("JOB_NOT_FOUND"));
}

TEST_F(ProgressServiceTest, AWorkspaceAdminSeesOnlyTheOwnWorkspace) {
  events_.Happen(JobOf(kJob, 1));
  const auto admin = replica_.StubOf("workspace-admin-acme");

  EXPECT_EQ(Watch(*admin, kJob).Next().kind(), v1::WatchImportResponse::KIND_SNAPSHOT);
  EXPECT_THAT(Watch(*admin, kJob, "", "globex").End(), HasReason("WORKSPACE_NOT_FOUND"));
}

TEST_F(ProgressServiceTest, StreamsEndWithAReasonWhenTheServerStops) {
  events_.Happen(JobOf(kJob, 1));
  Watch watch(*stub_, kJob);
  watch.Next();

  replica_.BeginToStop();

  const absl::Status end = watch.End();
  EXPECT_THAT(end, HasCode(absl::StatusCode::kUnavailable));
  EXPECT_THAT(end, HasReason("SHUTTING_DOWN"));
}

TEST_F(ProgressServiceTest, TellsTheStatusOnce) {
  events_.Happen(JobOf(kJob, 7));
  v1::GetImportStatusRequest request;
  request.set_workspace_id("acme");
  request.set_job_id(kJob);

  const auto response = rpc::Invoke(*stub_, &v1::Progress::Stub::GetImportStatus, request);

  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->status().job().progress().processed_calls(), 7);
}

TEST_F(ProgressServiceTest, ManyWatchersOfOneJobAllSeeTheEnd) {
  events_.Happen(JobOf(kJob, 1));
  std::vector<std::unique_ptr<Watch>> watches;
  watches.reserve(200);
  for (int i = 0; i < 200; ++i) watches.push_back(std::make_unique<Watch>(*stub_, kJob));
  for (int64_t processed = 2; processed < 200; ++processed) events_.Happen(JobOf(kJob, processed));
  events_.Happen(JobOf(kJob, 200, common::v1::JOB_STATE_COMPLETED));

  for (const auto& watch : watches) {
    v1::WatchImportResponse message;
    for (message = watch->Next(); message.kind() == v1::WatchImportResponse::KIND_SNAPSHOT ||
                                  message.kind() == v1::WatchImportResponse::KIND_CHANGE;
         message = watch->Next()) {
    }
    EXPECT_EQ(message.kind(), v1::WatchImportResponse::KIND_FINAL);
    EXPECT_EQ(message.status().job().progress().processed_calls(), 200);
    EXPECT_THAT(watch->End(), IsOk());
  }
}

}  // namespace
}  // namespace callimport::status_tracker
