#include "tests/bench/import_run.h"

#include <gtest/gtest.h>

#include <atomic>

#include "libs/testing/rpc_server.h"
#include "libs/testing/status_matchers.h"

namespace callimport::bench {
namespace {

namespace v1 = callimport::job_scheduler::v1;

// A job of which every look finds one call more done, until it ends with four.
class GrowingJob final : public v1::JobScheduler::Service {
 public:
  grpc::Status CreateImportJob(grpc::ServerContext*, const v1::CreateImportJobRequest*,
                               v1::CreateImportJobResponse* response) override {
    response->mutable_job()->set_job_id("job");
    return grpc::Status::OK;
  }
  grpc::Status GetImportJob(grpc::ServerContext*, const v1::GetImportJobRequest*,
                            v1::GetImportJobResponse* response) override {
    const int looks = ++looks_;
    auto& job = *response->mutable_job();
    job.mutable_progress()->set_listed_calls(4);
    job.mutable_progress()->set_processed_calls(looks);
    job.set_state(looks < 4 ? e2e::words::JOB_STATE_IN_PROGRESS : e2e::words::JOB_STATE_PARTIAL);
    return grpc::Status::OK;
  }

 private:
  std::atomic<int> looks_ = 0;
};

class ImportRunTest : public ::testing::Test {
 protected:
  GrowingJob job_;
  testing::RpcServer server_{
      {&job_}, {testing::Allow("callimport.job_scheduler.v1.JobScheduler", "support/*")}};
  e2e::Client client_{[this](const std::string&) { return server_.ChannelOf("support-demo"); },
                      "bench"};
};

TEST_F(ImportRunTest, ItWaitsUntilAsManyCallsAreProcessedAsAreWanted) {
  auto run = ImportRun::Begin(client_, "credential");
  ASSERT_TRUE(run.ok()) << run.status();

  const auto job = run->Await(HasProcessed(3));

  ASSERT_TRUE(job.ok()) << job.status();
  EXPECT_EQ(job->progress().processed_calls(), 3);
}

TEST_F(ImportRunTest, AJobThatHasEndedIsProcessed) {
  auto run = ImportRun::Begin(client_, "credential");

  const auto job = run->Await(HasProcessed(1'000));

  ASSERT_TRUE(job.ok()) << job.status();
  EXPECT_EQ(job->state(), e2e::words::JOB_STATE_PARTIAL);
}

TEST_F(ImportRunTest, AJobThatEndsWithoutFulfillingTheConditionIsAnError) {
  auto run = ImportRun::Begin(client_, "credential");

  EXPECT_THAT(run->Await(HasListed(1'000)), testing::HasReason("JOB_ENDED"));
}

}  // namespace
}  // namespace callimport::bench
