#include "services/status-tracker/watch/status_message.h"

#include "libs/common/proto_time.h"
#include "services/status-tracker/domain/summary_line.h"
#include "services/status-tracker/watch/resume_token.h"

namespace callimport::status_tracker {

v1::ImportStatus ToProto(const ImportStatus& status, Timestamp now) {
  v1::ImportStatus message;
  *message.mutable_job() = status.job;
  message.set_percent(Percent(status.job.progress()));
  message.set_is_complete(status.job.state() == common::v1::JOB_STATE_COMPLETED ||
                          status.job.state() == common::v1::JOB_STATE_PARTIAL);
  message.set_is_failed(status.job.state() == common::v1::JOB_STATE_FAILED);
  *message.mutable_elapsed() = callimport::ToProto(Elapsed(status.job, now));
  if (const auto remaining = Remaining(status)) {
    *message.mutable_remaining() = callimport::ToProto(*remaining);
  }
  message.set_summary(SummaryLine(status.job));
  return message;
}

v1::WatchImportResponse MakeMessage(v1::WatchImportResponse::Kind kind, const ImportStatus& status,
                                    Timestamp now) {
  v1::WatchImportResponse message;
  message.set_kind(kind);
  *message.mutable_status() = ToProto(status, now);
  message.set_resume_token(MakeResumeToken(status.job.job_id(), status.revision));
  return message;
}

v1::WatchImportResponse MakeHeartbeat(const std::string& job_id, int64_t revision) {
  v1::WatchImportResponse message;
  message.set_kind(v1::WatchImportResponse::KIND_HEARTBEAT);
  message.set_resume_token(MakeResumeToken(job_id, revision));
  return message;
}

}  // namespace callimport::status_tracker
