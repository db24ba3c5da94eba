#include "libs/rpc/answer_later.h"

#include <thread>

#include "callimport/job_scheduler/v1/job_scheduler.grpc.pb.h"
#include "libs/common/errors.h"
#include "libs/rpc/invoke.h"
#include "libs/testing/rpc_server.h"
#include "libs/testing/status_matchers.h"

namespace callimport::rpc {
namespace {

using callimport::testing::Allow;
using callimport::testing::HasReason;
using callimport::testing::IsOk;

namespace v1 = callimport::job_scheduler::v1;

// Answers from a thread of its own, with the caller and the correlation id seen there.
class Service final
    : public v1::JobScheduler::WithCallbackMethod_GetImportJob<v1::JobScheduler::Service> {
 public:
  grpc::ServerUnaryReactor* GetImportJob(grpc::CallbackServerContext* context,
                                         const v1::GetImportJobRequest* request,
                                         v1::GetImportJobResponse* response) override {
    return AnswerLater(
        *context, *request, response,
        [&](const Caller& caller, LaterAnswer<v1::GetImportJobResponse> answer) {
          other_ = std::jthread([request, name = caller.Identity(), answer = std::move(answer)] {
            if (request->job_id() == "unknown") {
              return answer(Error(absl::StatusCode::kNotFound, "JOB_NOT_FOUND", "no such job"));
            }
            v1::GetImportJobResponse found;
            found.mutable_job()->set_job_id(request->job_id());
            found.mutable_job()->mutable_created_by()->set_name(name);
            answer(std::move(found));
          });
        });
  }

 private:
  std::jthread other_;
};

class AnswerLaterTest : public ::testing::Test {
 protected:
  absl::StatusOr<v1::GetImportJobResponse> Get(const std::string& workspace_id,
                                               const std::string& job_id) {
    v1::GetImportJobRequest request;
    request.set_workspace_id(workspace_id);
    request.set_job_id(job_id);
    return Invoke(*stub_, &v1::JobScheduler::Stub::GetImportJob, request);
  }

  Service service_;
  callimport::testing::RpcServer server_{
      {&service_}, {Allow("callimport.job_scheduler.v1.JobScheduler", "workspace-admin/*")}};
  const std::unique_ptr<v1::JobScheduler::Stub> stub_ =
      v1::JobScheduler::NewStub(server_.ChannelOf("workspace-admin-acme"));
};

TEST_F(AnswerLaterTest, TheAnswerMayComeFromAnotherThread) {
  const auto found = Get("acme", "j1");

  ASSERT_THAT(found, IsOk());
  EXPECT_EQ(found->job().job_id(), "j1");
  EXPECT_THAT(found->job().created_by().name(), ::testing::StartsWith("workspace-admin/"));
}

TEST_F(AnswerLaterTest, SoMayAnError) {
  EXPECT_THAT(Get("acme", "unknown"), HasReason("JOB_NOT_FOUND"));
}

TEST_F(AnswerLaterTest, AnotherWorkspaceIsRefusedBeforeItBegins) {
  EXPECT_THAT(Get("globex", "j1"), HasReason("WORKSPACE_NOT_FOUND"));
}

}  // namespace
}  // namespace callimport::rpc
