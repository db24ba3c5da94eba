#include "services/job-scheduler/planning/job_lister.h"

#include <iterator>
#include <thread>

#include "libs/common/errors.h"
#include "libs/common/proto_time.h"
#include "libs/common/status_macros.h"
#include "libs/telemetry/correlation.h"
#include "services/job-scheduler/planning/page_queue.h"

namespace callimport::job_scheduler {
namespace {

namespace gateway = adapter_gateway::v1;

// Pages that wait while one transaction stores those before them.
constexpr size_t kMaxWaitingPages = 16;
constexpr int kRecordsPerTransaction = 1'000;

template <typename Request>
Request RequestFor(const ImportJob& job) {
  Request request;
  request.set_workspace_id(job.workspace_id);
  request.set_credential_id(job.credential_id);
  *request.mutable_filter() = FilterOf(job);
  return request;
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
  ASSIGN_OR_RETURN(const std::string cursor, UsableCursor(job.job_id));
  absl::Status listed = ListFrom(lease, job, cursor, stop);
  if (listed.code() == absl::StatusCode::kOutOfRange) {
    // What is listed twice is known already. The next attempt starts without a cursor, so a source
    // that refuses even that is not asked again and again.
    RETURN_IF_ERROR(store_.ForgetCursor(lease).status());
    if (!cursor.empty()) listed = ListFrom(lease, job, "", stop);
  }
  return listed;
}

absl::StatusOr<ImportJob> JobLister::Count(const PlanLease& lease, const ImportJob& job,
                                           const std::stop_token& stop) {
  ASSIGN_OR_RETURN(const gateway::CountCallsResponse count,
                   catalog_.CountCalls(RequestFor<gateway::CountCallsRequest>(job), stop));
  if (count.platform().empty()) {
    return Error(absl::StatusCode::kInternal, "PLATFORM_MISSING",
                 "adapter-gateway did not say whose calls these are");
  }
  return store_.StoreCount(
      lease,
      {.platform = count.platform(), .calls = count.calls(), .exactness = count.exactness()});
}

absl::StatusOr<std::string> JobLister::UsableCursor(const std::string& job_id) {
  ASSIGN_OR_RETURN(const Checkpoint checkpoint, store_.FindCheckpoint(job_id));
  const auto& expires_at = checkpoint.cursor_expires_at;
  if (expires_at && *expires_at <= clock_.Now()) return std::string();
  return checkpoint.cursor;
}

absl::Status JobLister::ListFrom(const PlanLease& lease, const ImportJob& job,
                                 const std::string& cursor, const std::stop_token& stop) {
  auto request = RequestFor<gateway::ListCallsRequest>(job);
  request.set_cursor(cursor);
  PageQueue pages(kMaxWaitingPages);
  Reading reading(catalog_, std::move(request), pages);
  const std::stop_callback cancel(stop, [&] { reading.Stop(); });
  while (true) {
    std::vector<PageQueue::Page> taken = pages.Take(kRecordsPerTransaction);
    if (taken.empty()) break;
    const ListedCalls listed = Merge(std::move(taken));
    RETURN_IF_ERROR(store_.StoreCalls(lease, listed).status());
    if (listed.last) return absl::OkStatus();
  }
  RETURN_IF_ERROR(pages.end());
  return Error(absl::StatusCode::kUnavailable, "LISTING_CUT_SHORT",
               "the listing ended before its last page");
}

}  // namespace callimport::job_scheduler
