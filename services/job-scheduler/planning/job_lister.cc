#include "services/job-scheduler/planning/job_lister.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <thread>
#include <utility>

#include "libs/common/errors.h"
#include "libs/common/proto_time.h"
#include "libs/common/status_macros.h"
#include "libs/telemetry/correlation.h"
#include "services/job-scheduler/planning/listing_parts.h"
#include "services/job-scheduler/planning/newest_period.h"
#include "services/job-scheduler/planning/page_queue.h"

namespace callimport::job_scheduler {
namespace {

namespace gateway = adapter_gateway::v1;

// Pages that wait while one transaction stores those before them.
constexpr size_t kMaxWaitingPages = 16;
constexpr int kRecordsPerTransaction = 1'000;

// For those calls of the job that start in the window.
template <typename Request>
Request RequestFor(const ImportJob& job, const Window& window) {
  Request request;
  request.set_workspace_id(job.workspace_id);
  request.set_credential_id(job.credential_id);
  *request.mutable_filter() = FilterOf(job);
  *request.mutable_filter()->mutable_start_time() = ToProto(window.start);
  *request.mutable_filter()->mutable_end_time() = ToProto(window.end);
  return request;
}

std::optional<Timestamp> NewestStart(const ListedCalls& listed) {
  std::optional<Timestamp> newest;
  for (const auto& record : listed.records) {
    if (!record.has_start_time()) continue;
    const Timestamp start = FromProto(record.start_time());
    newest = std::max(newest.value_or(start), start);
  }
  return newest;
}

// What the pages say of the part becomes what they mean for the job.
void GoOn(ListedCalls& listed, const Checkpoint& before, const Window& range) {
  const bool part_of_many = before.part->start > range.start || before.part->end < range.end;
  if (part_of_many) listed.total.reset();
  listed.next.part = before.part;
  listed.next.max_range_days = before.max_range_days;
  listed.next.high_water = std::max(before.high_water, NewestStart(listed));
  if (!listed.last) return;
  if (auto next = NextPart(listed.next, range)) {
    listed.next = *std::move(next);
    listed.last = false;
  }
}

void Merge(PageQueue::Page page, ListedCalls& listed) {
  std::move(page.mutable_calls()->begin(), page.mutable_calls()->end(),
            std::back_inserter(listed.records));
  for (const auto& record : page.unreadable()) {
    listed.unreadable.push_back({record.source_call_id(), record.reason()});
  }
  if (page.has_total_calls()) listed.total = page.total_calls();
  listed.next.cursor = page.next_cursor();
  listed.next.cursor_expires_at.reset();
  if (page.has_cursor_expire_time()) {
    listed.next.cursor_expires_at = FromProto(page.cursor_expire_time());
  }
  listed.last = page.next_cursor().empty();
}

ListedCalls Merge(std::vector<PageQueue::Page> pages) {
  ListedCalls listed;
  for (PageQueue::Page& page : pages) Merge(std::move(page), listed);
  return listed;
}

// Reads the source ahead of the tables, on a thread of its own.
class Reading {
 public:
  Reading(adapter_gateway::CallCatalogClient& catalog, gateway::ListCallsRequest request,
          PageQueue& pages)
      : pages_(pages),
        thread_([&catalog, request = std::move(request), &pages,
                 correlation = CurrentCorrelationId()](const std::stop_token& stop) {
          const CorrelationScope scope(correlation);
          pages.Close(catalog.ListCalls(
              request, [&](PageQueue::Page page) { return pages.Push(std::move(page)); }, stop));
        }) {}

  // The thread is asked to stop and joined right after.
  ~Reading() { pages_.Abandon(); }

  void Stop() { thread_.request_stop(); }

 private:
  PageQueue& pages_;
  std::jthread thread_;
};

}  // namespace

absl::Status JobLister::Run(const PlanLease& lease, const std::stop_token& stop) {
  ASSIGN_OR_RETURN(ImportJob job, store_.Begin(lease));
  const CorrelationScope scope(job.correlation_id);
  if (job.state == common::v1::JOB_STATE_COUNTING) {
    ASSIGN_OR_RETURN(job, Count(lease, job, stop));
  }
  if (job.window.start < job.window.end) return ListAll(lease, job, stop);
  ListedCalls nothing;
  nothing.last = true;
  return store_.StoreCalls(lease, nothing).status();
}

absl::StatusOr<ImportJob> JobLister::Count(const PlanLease& lease, const ImportJob& job,
                                           const std::stop_token& stop) {
  ASSIGN_OR_RETURN(const auto sync, store_.FindSync(job.job_id));
  if (sync && sync->plan.newest_first && sync->call_limit) {
    return CountNewest(lease, job, *sync->call_limit, stop);
  }
  ASSIGN_OR_RETURN(const CallCount count, CountIn(job, job.window, stop));
  return store_.StoreCount(lease, count);
}

absl::StatusOr<CallCount> JobLister::CountIn(const ImportJob& job, const Window& window,
                                             const std::stop_token& stop) {
  ASSIGN_OR_RETURN(const gateway::CountCallsResponse count,
                   catalog_.CountCalls(RequestFor<gateway::CountCallsRequest>(job, window), stop));
  if (count.platform().empty()) {
    return Error(absl::StatusCode::kInternal, "PLATFORM_MISSING",
                 "adapter-gateway did not say whose calls these are");
  }
  CallCount counted{.platform = count.platform(),
                    .calls = count.calls(),
                    .exactness = count.exactness(),
                    .max_range_days = std::max(count.terms().max_range_days(), 0)};
  if (count.calls() > 0 && count.terms().vendor_requests() > 0) {
    counted.requests_per_call =
        static_cast<double>(count.terms().vendor_requests()) / static_cast<double>(count.calls());
  }
  if (count.terms().has_cost_per_call_cents()) {
    counted.cost_per_call_cents = count.terms().cost_per_call_cents();
  }
  return counted;
}

// Of the newest calls, so many: the range is narrowed to them. The source is not even asked when
// there is no room for any.
absl::StatusOr<ImportJob> JobLister::CountNewest(const PlanLease& lease, const ImportJob& job,
                                                 int64_t limit, const std::stop_token& stop) {
  CallCount last{.platform = job.platform, .exactness = common::v1::EXACTNESS_EXACT};
  last.range_start = job.window.end;
  if (limit == 0) return store_.StoreCount(lease, last);
  std::optional<CallCount> fitting;
  ASSIGN_OR_RETURN(
      const Window newest,
      FindNewestPeriod(job.window, limit, [&](const Window& window) -> absl::StatusOr<int64_t> {
        ASSIGN_OR_RETURN(last, CountIn(job, window, stop));
        if (last.calls <= limit) fitting = last;
        return last.calls;
      }));
  if (fitting) last = *fitting;
  if (newest.start == newest.end) last.calls = 0;
  last.range_start = newest.start;
  return store_.StoreCount(lease, last);
}

absl::Status JobLister::ListAll(const PlanLease& lease, const ImportJob& job,
                                const std::stop_token& stop) {
  ASSIGN_OR_RETURN(const Checkpoint stored, store_.FindCheckpoint(job.job_id));
  Checkpoint checkpoint = StartingPoint(stored, job.window, clock_.Now());
  for (bool tried_without = checkpoint.cursor.empty(); true;) {
    const auto done = ListPart(lease, job, checkpoint, stop);
    if (done.ok() && *done) return absl::OkStatus();
    if (done.ok()) continue;
    if (!absl::IsOutOfRange(done.status())) return done.status();
    // What is listed twice is known already. The next attempt starts without a cursor, so a source
    // that refuses even that is not asked again and again.
    checkpoint = WithoutCursor(checkpoint);
    RETURN_IF_ERROR(store_.ForgetCursor(lease, checkpoint).status());
    if (std::exchange(tried_without, true)) return done.status();
  }
}

absl::StatusOr<bool> JobLister::ListPart(const PlanLease& lease, const ImportJob& job,
                                         Checkpoint& checkpoint, const std::stop_token& stop) {
  auto request = RequestFor<gateway::ListCallsRequest>(job, *checkpoint.part);
  request.set_cursor(checkpoint.cursor);
  request.set_work_class(job.work_class);
  PageQueue pages(kMaxWaitingPages);
  Reading reading(catalog_, std::move(request), pages);
  const std::stop_callback cancel(stop, [&] { reading.Stop(); });
  while (true) {
    std::vector<PageQueue::Page> taken = pages.Take(kRecordsPerTransaction);
    if (taken.empty()) break;
    ListedCalls listed = Merge(std::move(taken));
    const bool part_done = listed.last;
    GoOn(listed, checkpoint, job.window);
    ASSIGN_OR_RETURN(const ImportJob stored, store_.StoreCalls(lease, listed));
    checkpoint = listed.next;
    if (stored.progress.listing_done()) return true;
    if (part_done) return false;
  }
  RETURN_IF_ERROR(pages.end());
  return Error(absl::StatusCode::kUnavailable, "LISTING_CUT_SHORT",
               "the listing ended before its last page");
}

}  // namespace callimport::job_scheduler
