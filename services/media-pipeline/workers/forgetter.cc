#include "services/media-pipeline/workers/forgetter.h"

#include <vector>

#include "libs/common/status_macros.h"
#include "libs/crypto/id_key.h"
#include "libs/telemetry/log.h"

namespace callimport::media_pipeline {
namespace {

constexpr int kCallsAtOnce = 1'000;

}  // namespace

absl::Status Forgetter::Run() {
  job_scheduler::v1::TakeForgottenCallsRequest request;
  request.set_max_calls(kCallsAtOnce);
  while (true) {
    ASSIGN_OR_RETURN(const auto forgotten, scheduler_.Take(request));
    if (forgotten.calls().empty()) return absl::OkStatus();
    std::vector<DeletedCall> calls;
    job_scheduler::v1::ConfirmForgottenCallsRequest confirmation;
    for (const auto& call : forgotten.calls()) {
      calls.push_back(
          {call.call_id(),
           {call.workspace_id(), call.platform(), crypto::KeyOfId(call.source_call_id())}});
      confirmation.add_call_ids(call.call_id());
    }
    ASSIGN_OR_RETURN(const DeletedRows deleted, store_.Delete(calls));
    log::Info("what became of deleted calls is deleted", {{"calls", calls.size()},
                                                          {"engagements", deleted.engagements},
                                                          {"recordings", deleted.recordings}});
    RETURN_IF_ERROR(scheduler_.Confirm(confirmation).status());
    if (forgotten.calls_size() < kCallsAtOnce) return absl::OkStatus();
  }
}

}  // namespace callimport::media_pipeline
