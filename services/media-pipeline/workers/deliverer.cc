#include "services/media-pipeline/workers/deliverer.h"

#include <algorithm>
#include <chrono>
#include <random>
#include <utility>

#include "libs/common/retry_policy.h"
#include "libs/common/status_macros.h"
#include "libs/telemetry/correlation.h"
#include "libs/telemetry/log.h"
#include "services/media-pipeline/pipeline/draft.h"
#include "services/media-pipeline/pipeline/fault.h"
#include "services/media-pipeline/pipeline/stopwatch.h"
#include "services/media-pipeline/search/search_vector.h"

namespace callimport::media_pipeline {
namespace {

// While one group waits for the disk, the next one is put together.
constexpr int kGroupsAtOnce = 2;
constexpr size_t kGroupSize = 100;
constexpr std::chrono::milliseconds kGatherFor{20};

using job_scheduler::v1::FailedCall;

bool IsDropped(const Delivery& delivery) { return delivery.call->IsDropped(); }

// A recording is worth storing even so: the next lease of its call will not download it again.
void LeaveOutDropped(std::vector<Delivery>& group) {
  std::erase_if(group, [](const Delivery& each) { return IsDropped(each) && !each.new_recording; });
  for (Delivery& delivery : group) {
    if (IsDropped(delivery)) delivery.engagement.reset();
  }
}

// An outcome for the scheduler; not yet one for a call that goes on.
bool FillOutcome(const Delivery& delivery, job_scheduler::v1::CallOutcome& outcome) {
  *outcome.mutable_lease() = delivery.call->lease;
  if (delivery.failure) {
    *outcome.mutable_failed() = *delivery.failure;
  } else {
    outcome.mutable_completed()->set_engagement_id(delivery.engagement_id);
    outcome.mutable_completed()->set_media_bytes(delivery.media_bytes);
    for (const auto& warning : delivery.warnings) {
      *outcome.mutable_completed()->add_warnings() = warning;
    }
  }
  return delivery.failure || !delivery.engagement_id.empty();
}

// The last line of a call's life in the logs; failures have been logged where they happened.
void LogEnd(const Delivery& delivery) {
  if (delivery.failure) return;
  const CorrelationScope scope(delivery.call->correlation_id);
  log::Info("a call was imported", {{"call_id", delivery.call->lease.call_id()},
                                    {"engagement_id", delivery.engagement_id},
                                    {"media_bytes", delivery.media_bytes}});
}

}  // namespace

Deliverer::Deliverer(ObjectStore& objects, DeliveryStore& store, Lexicon& lexicon,
                     job_scheduler::CallQueueClient& queue, LeasesInHand& leases)
    : objects_(objects),
      store_(store),
      lexicon_(lexicon),
      queue_(queue),
      leases_(leases),
      seconds_("import_stage_seconds", "How long a stage of a call takes.",
               {{"stage", "deliver"}}) {
  for (int i = 0; i < kGroupsAtOnce; ++i) threads_.emplace_back([this] { Run(); });
}

void Deliverer::Add(Delivery delivery) {
  size_t waiting = 0;
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(delivery));
    waiting = waiting_.size();
  }
  // Whoever gathers looks by itself in between.
  if (waiting == 1 || waiting == kGroupSize) changed_.notify_all();
}

void Deliverer::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void Deliverer::Run() {
  for (Group group = Collect(); !group.empty(); group = Collect()) Deliver(group);
}

// Waits for the first, then a moment for more. Empty: the process stops, and nothing is left.
Deliverer::Group Deliverer::Collect() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
  changed_.wait_for(lock, kGatherFor,
                    [this] { return stopping_ || waiting_.size() >= kGroupSize; });
  const auto count = static_cast<ptrdiff_t>(std::min(waiting_.size(), kGroupSize));
  Group group(std::make_move_iterator(waiting_.begin()),
              std::make_move_iterator(waiting_.begin() + count));
  waiting_.erase(waiting_.begin(), waiting_.begin() + count);
  if (group.empty() && !stopping_) {  // the other thread was faster
    lock.unlock();
    return Collect();
  }
  return group;
}

void Deliverer::Deliver(Group& group) {
  const Stopwatch measured(seconds_);
  LeaveOutDropped(group);
  if (!Store(group)) return;
  std::erase_if(group, IsDropped);
  if (Report(group)) Finish(group);
}

bool Deliverer::Store(std::span<Delivery> group) {
  for (int failures = 1;; ++failures) {
    const absl::Status stored = TryStore(group);
    if (stored.ok()) return true;
    log::Warning("a group could not be stored", {{"calls", group.size()}, {"error", stored}});
    if (!IsPassing(stored)) return StoreApart(group, stored);
    if (!Pause(failures)) return false;
  }
}

bool Deliverer::StoreApart(std::span<Delivery> group, const absl::Status& why) {
  if (group.size() > 1) {
    const size_t half = group.size() / 2;
    const bool first = Store(group.first(half));
    return Store(group.subspan(half)) && first;
  }
  Delivery& refused = group.front();
  refused.new_recording.reset();
  refused.engagement.reset();
  refused.then = nullptr;
  refused.failure = ToFailedCall(why);
  return true;
}

absl::Status Deliverer::TryStore(std::span<Delivery> group) {
  std::vector<std::string> keys, done_with;
  std::vector<RecordingOfCall> recordings;
  std::vector<Delivery*> completed;
  RETURN_IF_ERROR(WriteSearchVectors(group));
  for (Delivery& delivery : group) {
    if (delivery.new_recording) {
      keys.push_back(delivery.new_recording->object_key);
      // The others are about to be transcribed.
      if (delivery.engagement) done_with.push_back(keys.back());
      recordings.push_back(
          {delivery.call->lease.call_id(), delivery.call->workspace_id, *delivery.new_recording});
    }
    if (delivery.engagement) completed.push_back(&delivery);
  }
  if (recordings.empty() && completed.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(objects_.MakeDurable(keys));
  objects_.LetGo(done_with);

  std::vector<EngagementDraft> drafts;
  for (Delivery* delivery : completed) drafts.push_back(std::move(*delivery->engagement));
  const auto ids = store_.Deliver(recordings, drafts);
  for (size_t i = 0; i < completed.size(); ++i) {
    if (ids.ok()) {
      completed[i]->engagement_id = (*ids)[i];
    } else {
      completed[i]->engagement = std::move(drafts[i]);
    }
  }
  return ids.status();
}

absl::Status Deliverer::WriteSearchVectors(std::span<Delivery> group) {
  std::vector<EngagementDraft*> drafts;
  std::vector<Searchable> items;
  for (Delivery& delivery : group) {
    if (!delivery.engagement || !delivery.engagement->search.empty()) continue;
    drafts.push_back(&*delivery.engagement);
    items.push_back(ToSearchable(*delivery.engagement));
  }
  if (drafts.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(std::vector<std::string> vectors, MakeSearchVectors(lexicon_, items));
  for (size_t i = 0; i < drafts.size(); ++i) drafts[i]->search = std::move(vectors[i]);
  return absl::OkStatus();
}

bool Deliverer::Report(const Group& group) {
  job_scheduler::v1::ReportOutcomesRequest request;
  for (const Delivery& delivery : group) {
    job_scheduler::v1::CallOutcome outcome;
    if (FillOutcome(delivery, outcome)) request.mutable_outcomes()->Add(std::move(outcome));
  }
  if (request.outcomes().empty()) return true;
  for (int failures = 1;; ++failures) {
    const auto response = queue_.ReportOutcomes(request);
    if (response.ok()) return true;
    log::Warning("outcomes could not be reported",
                 {{"calls", request.outcomes_size()}, {"error", response.status()}});
    if (!Pause(failures)) return false;
  }
}

void Deliverer::Finish(Group& group) {
  for (Delivery& delivery : group) {
    if (delivery.then) {
      delivery.then();
    } else {
      leases_.Remove(delivery.call);
      Count(delivery);
      LogEnd(delivery);
    }
  }
}

void Deliverer::Count(const Delivery& delivery) {
  if (delivery.failure && delivery.failure->class_() != FailedCall::CLASS_PERMANENT) return;
  const std::lock_guard lock(counters_mutex_);
  const std::string& platform = delivery.call->platform;
  auto counter = processed_.find(platform);
  if (counter == processed_.end()) {
    counter = processed_
                  .emplace(platform, metrics::Counter("import_calls_processed_total",
                                                      "Calls that were completed or given up.",
                                                      {{"platform", platform}}))
                  .first;
  }
  counter->second.Add();
}

bool Deliverer::Pause(int failures) {
  thread_local std::minstd_rand random(std::random_device{}());
  const RetryPolicy policy{.first_delay = std::chrono::milliseconds(100),
                           .max_delay = std::chrono::seconds(2)};
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, DelayAfter(policy, failures, random),
                            [this] { return stopping_; });
}

}  // namespace callimport::media_pipeline
