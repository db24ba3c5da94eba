// A leased call while its stages run.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "callimport/common/v1/progress.pb.h"
#include "callimport/job_scheduler/v1/call_queue.pb.h"
#include "libs/crypto/id_key.h"
#include "services/media-pipeline/domain/engagement.h"

namespace callimport::media_pipeline {

struct TranscriptWithOriginal {
  common::v1::Transcript transcript;
  std::string original;
};

struct CallInHand {
  explicit CallInHand(job_scheduler::v1::LeasedCall leased)
      : lease(leased.lease()),
        job_id(leased.job_id()),
        workspace_id(leased.workspace_id()),
        credential_id(leased.credential_id()),
        work_class(leased.work_class()),
        platform(leased.platform()),
        correlation_id(leased.correlation_id()),
        failures(leased.failures()),
        record(std::move(*leased.mutable_record())) {}

  // Somebody worked on it before, and may have left something.
  bool IsRepeated() const { return lease.lease_number() > 1 || failures > 0; }
  // Lost, cancelled, or the process stops: nothing more is done, and nothing reported.
  bool IsDropped() const { return stop.stop_requested(); }
  CallOrigin Origin() const {
    return {workspace_id, platform, crypto::KeyOfId(record.source_call_id())};
  }

  const job_scheduler::v1::LeaseRef lease;
  const std::string job_id;
  const std::string workspace_id;
  const std::string credential_id;
  const common::v1::WorkClass work_class;
  const std::string platform;
  const std::string correlation_id;
  const int failures;
  // Moved into the engagement at the end.
  common::v1::CallRecord record;

  std::stop_source stop;
  std::atomic<common::v1::CallState> stage{common::v1::CALL_STATE_DOWNLOADING};

  // What has been gathered. Each part is written by one thread; who brings the last one goes on.
  std::atomic<int> parts_awaited{2};
  absl::StatusOr<std::optional<StoredRecording>> recording{std::nullopt};
  // The source says that there is none and never will be.
  bool never_recorded = false;
  // Stored by this attempt, but not in the database yet.
  bool recording_is_new = false;
  absl::StatusOr<std::optional<TranscriptWithOriginal>> source_transcript{std::nullopt};
};

using CallPtr = std::shared_ptr<CallInHand>;

}  // namespace callimport::media_pipeline
