#include "services/job-scheduler/api/job_messages.h"

#include <utility>

#include "libs/common/proto_time.h"

namespace callimport::job_scheduler {
namespace {

v1::JobType ToProto(JobKind kind) {
  switch (kind) {
    case JobKind::kHistorical:
      return v1::JOB_TYPE_HISTORICAL;
    case JobKind::kSync:
      return v1::JOB_TYPE_SYNC;
    case JobKind::kUpload:
      return v1::JOB_TYPE_UPLOAD;
    case JobKind::kReconciliation:
      return v1::JOB_TYPE_RECONCILIATION;
  }
  return v1::JOB_TYPE_UNSPECIFIED;
}

v1::ImportCall::Relation ToProto(Relation relation) {
  switch (relation) {
    case Relation::kNew:
      return v1::ImportCall::RELATION_NEW;
    case Relation::kDuplicate:
      return v1::ImportCall::RELATION_DUPLICATE;
    case Relation::kAdopted:
      return v1::ImportCall::RELATION_ADOPTED;
  }
  return v1::ImportCall::RELATION_UNSPECIFIED;
}

}  // namespace

common::v1::CallFilter ToProto(const Window& window) {
  common::v1::CallFilter filter;
  *filter.mutable_start_time() = callimport::ToProto(window.start);
  *filter.mutable_end_time() = callimport::ToProto(window.end);
  return filter;
}

JobKind KindOf(v1::JobType type) {
  switch (type) {
    case v1::JOB_TYPE_SYNC:
      return JobKind::kSync;
    case v1::JOB_TYPE_UPLOAD:
      return JobKind::kUpload;
    case v1::JOB_TYPE_RECONCILIATION:
      return JobKind::kReconciliation;
    default:
      return JobKind::kHistorical;
  }
}

v1::ImportJob ToProto(const ImportJob& job) {
  common::v1::JobStatus status = StatusOf(job);
  v1::ImportJob message;
  message.set_job_id(job.job_id);
  message.set_workspace_id(job.workspace_id);
  message.set_credential_id(job.credential_id);
  message.set_platform(job.platform);
  message.set_type(ToProto(job.kind));
  if (job.kind != JobKind::kUpload) *message.mutable_filter() = FilterOf(job);
  message.set_state(status.state());
  message.mutable_progress()->Swap(status.mutable_progress());
  *message.mutable_created_by() = job.created_by;
  message.set_last_error(status.last_error());
  message.set_correlation_id(job.correlation_id);
  *message.mutable_create_time() = status.create_time();
  *message.mutable_update_time() = callimport::ToProto(job.updated_at);
  if (status.has_start_time()) *message.mutable_start_time() = status.start_time();
  if (status.has_finish_time()) *message.mutable_finish_time() = status.finish_time();
  message.set_work_class(job.work_class);
  *message.mutable_waits() = status.waits();
  if (status.has_finish_earliest()) {
    *message.mutable_finish_earliest() = status.finish_earliest();
  }
  if (status.has_finish_latest()) *message.mutable_finish_latest() = status.finish_latest();
  message.set_quote_id(job.quote_id);
  message.set_epoch(job.epoch);
  return message;
}

v1::ImportCall ToProto(const JobCall& call) {
  v1::ImportCall message;
  message.set_call_id(call.call_id);
  message.set_source_call_id(call.source_call_id);
  message.set_title(call.title);
  message.set_state(call.state);
  message.set_engagement_id(call.engagement_id);
  message.set_error_reason(call.error_reason);
  message.set_error_message(call.error_message);
  message.set_failures(call.failures);
  message.set_retryable(call.owned && call.state == common::v1::CALL_STATE_FAILED);
  message.set_relation(ToProto(call.relation));
  if (call.failed_at) *message.mutable_fail_time() = callimport::ToProto(*call.failed_at);
  const bool waits = call.state == common::v1::CALL_STATE_PENDING && !call.error_reason.empty();
  if (waits && call.available_at) {
    *message.mutable_next_try_time() = callimport::ToProto(*call.available_at);
  }
  return message;
}

v1::LeaseRef ToProto(const Lease& lease) {
  v1::LeaseRef message;
  message.set_call_id(lease.call_id);
  message.set_lease_number(lease.number);
  return message;
}

v1::LeasedCall ToProto(LeasedCall call) {
  v1::LeasedCall message;
  *message.mutable_lease() = ToProto(call.lease);
  message.mutable_lease()->set_job_epoch(call.job_epoch);
  message.set_job_epoch(call.job_epoch);
  message.set_work_class(call.work_class);
  message.set_job_id(call.job_id);
  message.set_workspace_id(call.workspace_id);
  message.set_credential_id(call.credential_id);
  message.set_platform(call.platform);
  message.set_correlation_id(call.correlation_id);
  *message.mutable_record() = std::move(call.record);
  message.set_failures(call.failures);
  return message;
}

}  // namespace callimport::job_scheduler
