// The stores on a database of their own, and the steps that tests of them share.
#pragma once

#include <gtest/gtest.h>

#include <mutex>
#include <string>
#include <vector>

#include "libs/common/ids.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/postgres_fixture.h"
#include "services/job-scheduler/storage/event_store.h"
#include "services/job-scheduler/storage/job_store.h"
#include "services/job-scheduler/storage/migrations.h"
#include "services/job-scheduler/storage/plan_store.h"
#include "services/job-scheduler/storage/queue_store.h"

namespace callimport::job_scheduler {

// Remembers what it was told.
class RecordingListener : public ChangeListener {
 public:
  void JobsChanged(const std::vector<ImportJob>& jobs) override {
    std::lock_guard lock(mutex_);
    for (const ImportJob& job : jobs) ended_ += IsTerminal(job.state) ? 1 : 0;
  }
  void CallsQueued() override {}
  void JobToPlan() override {}

  int ended() const {
    std::lock_guard lock(mutex_);
    return ended_;
  }

 private:
  mutable std::mutex mutex_;
  int ended_ = 0;
};

class StoreTest : public testing::PostgresTest {
 protected:
  StoreTest() : PostgresTest("job_scheduler", Migrations()) {}

  ImportJob NewJob(const std::string& workspace_id = "acme") {
    ImportJob job;
    job.job_id = NewUuid();
    job.workspace_id = workspace_id;
    job.credential_id = NewUuid();
    job.window = {clock_.Now() - std::chrono::hours(24), clock_.Now()};
    job.created_by.set_name("dana");
    job.correlation_id = "correlation";
    job.created_at = clock_.Now();
    return job;
  }

  ImportJob CreateJob(const std::string& workspace_id = "acme") {
    return *jobs_.Create(NewJob(workspace_id), {NewUuid(), "digest"});
  }

  // A job that is being listed, and the right to go on.
  PlanLease StartListing(const ImportJob& job, int64_t counted = 0) {
    const PlanLease lease = **plans_.Lease("planner");
    EXPECT_EQ(lease.job_id, job.job_id);
    EXPECT_TRUE(plans_.Begin(lease).ok());
    EXPECT_TRUE(plans_.StoreCount(lease, {"gong", counted, common::v1::EXACTNESS_EXACT}).ok());
    return lease;
  }

  static ListedCalls Calls(const std::vector<std::string>& source_ids, bool last = true) {
    ListedCalls listed;
    for (const std::string& id : source_ids) {
      auto& record = listed.records.emplace_back();
      record.set_source_call_id(id);
      record.set_title("Call " + id);
      record.set_source_metadata("{\"id\":\"" + id + std::string("\"}\0\xff", 4));
    }
    listed.last = last;
    if (!last) listed.next.cursor = "after " + source_ids.back();
    return listed;
  }

  // A job in progress that met these calls, and all there are.
  ImportJob ListJob(const std::vector<std::string>& source_ids,
                    const std::string& workspace_id = "acme") {
    const ImportJob job = CreateJob(workspace_id);
    const PlanLease lease = StartListing(job);
    return *plans_.StoreCalls(lease, Calls(source_ids));
  }

  ImportJob Find(const ImportJob& job) { return *jobs_.Find(job.workspace_id, job.job_id); }

  std::vector<LeasedCall> Lease(int max_calls = 100) {
    return queue_.Lease("worker", max_calls)->calls;
  }

  static QueueStore::Report Completion(const LeasedCall& call) {
    return {call.lease, Completed{"engagement of " + call.record.source_call_id(), 100}};
  }
  static QueueStore::Report Failure(const LeasedCall& call,
                                    FailureClass failure_class = FailureClass::kPermanent) {
    return {call.lease, Failed{failure_class, "NOT_MEDIA", "no recording", {}}};
  }
  void Complete(const std::vector<LeasedCall>& calls) {
    std::vector<QueueStore::Report> reports;
    reports.reserve(calls.size());
    for (const LeasedCall& call : calls) reports.push_back(Completion(call));
    EXPECT_TRUE(queue_.ReportOutcomes(reports)->empty());
  }
  void Fail(const std::vector<LeasedCall>& calls) {
    std::vector<QueueStore::Report> reports;
    reports.reserve(calls.size());
    for (const LeasedCall& call : calls) reports.push_back(Failure(call));
    EXPECT_TRUE(queue_.ReportOutcomes(reports)->empty());
  }

  std::vector<JobCall> CallsOf(const ImportJob& job, std::vector<CallState> states = {}) {
    return jobs_.ListCalls(job.workspace_id, {job.job_id, std::move(states), "", 500})->calls;
  }

  testing::FakeClock clock_;
  RecordingListener listener_;
  JobStore jobs_{pool(), listener_, clock_};
  PlanStore plans_{pool(), listener_, std::chrono::seconds(15), clock_};
  QueueStore queue_{pool(), listener_, QueueTerms(), clock_};
  EventStore events_{pool()};
};

}  // namespace callimport::job_scheduler
