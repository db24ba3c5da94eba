// Sources and their syncs on a database of their own, and the steps that tests of them share.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "libs/common/proto_time.h"
#include "libs/postgres/transact.h"
#include "services/job-scheduler/planning/job_lister.h"
#include "services/job-scheduler/planning/sync_scheduler.h"
#include "services/job-scheduler/storage/store_fixture.h"
#include "services/job-scheduler/storage/workspaces_table.h"

namespace callimport::job_scheduler {

// Deletes what it is told to, or says why not.
class ScriptedCredentialAdmin : public credential_manager::CredentialAdminClient {
 public:
  absl::StatusOr<credential_manager::v1::Credential> Get(
      const std::string&, const std::string& credential_id) override {
    credential_manager::v1::Credential credential;
    credential.set_credential_id(credential_id);
    credential.set_platform("gong");
    if (answer.ok()) return credential;
    return answer;
  }

  absl::Status Delete(const std::string&, const std::string& credential_id) override {
    if (answer.ok()) deleted.push_back(credential_id);
    return answer;
  }

  absl::Status answer;
  std::vector<std::string> deleted;
};

// A source with calls that tests write, listed by their start, and counted.
class GrowingCatalog : public adapter_gateway::CallCatalogClient {
 public:
  struct Call {
    std::string id;
    Timestamp start;
  };

  void Add(const std::string& id, Timestamp start) { calls_.push_back({id, start}); }
  // What every question is answered from now on.
  void AnswerWith(absl::Status answer) { answer_ = std::move(answer); }
  void Cost(int cents) { cents_ = cents; }

  absl::StatusOr<adapter_gateway::v1::CountCallsResponse> CountCalls(
      const adapter_gateway::v1::CountCallsRequest& request, const std::stop_token&) override {
    ++questions;
    if (!answer_.ok()) return answer_;
    adapter_gateway::v1::CountCallsResponse response;
    response.set_calls(static_cast<int64_t>(CallsIn(request.filter()).size()));
    response.set_exactness(common::v1::EXACTNESS_EXACT);
    response.set_platform("gong");
    if (cents_ > 0) response.mutable_terms()->set_cost_per_call_cents(cents_);
    return response;
  }

  absl::Status ListCalls(const adapter_gateway::v1::ListCallsRequest& request, const PageSink& sink,
                         const std::stop_token&) override {
    ++questions;
    if (!answer_.ok()) return answer_;
    listed_from = FromProto(request.filter().start_time());
    adapter_gateway::v1::ListCallsResponse page;
    for (const Call& call : CallsIn(request.filter())) {
      auto& record = *page.add_calls();
      record.set_source_call_id(call.id);
      *record.mutable_start_time() = ToProto(call.start);
    }
    return sink(std::move(page));
  }

  int questions = 0;
  Timestamp listed_from;

 private:
  std::vector<Call> CallsIn(const common::v1::CallFilter& filter) const {
    std::vector<Call> found;
    for (const Call& call : calls_) {
      const bool inside =
          call.start >= FromProto(filter.start_time()) && call.start < FromProto(filter.end_time());
      if (inside) found.push_back(call);
    }
    std::sort(found.begin(), found.end(),
              [](const Call& one, const Call& other) { return one.start < other.start; });
    return found;
  }

  std::vector<Call> calls_;
  absl::Status answer_;
  int cents_ = 0;
};

class SyncTest : public StoreTest {
 protected:
  SyncTest() { SetWorkspace({.syncs_enabled = true}); }

  void SetWorkspace(const WorkspaceChange& change, const std::string& workspace_id = "acme") {
    EXPECT_TRUE(postgres::Transact(pool(), [&](pqxx::work& tx) {
                  SaveWorkspace(tx, workspace_id, change);
                }).ok());
  }
  CredentialFact Fact(const SourceKey& key) {
    return {.key = key, .platform = "gong", .account_ref = "default", .revision = ++revision_};
  }
  // As the vault tells of a new credential.
  SourceKey Connect(const std::string& workspace_id = "acme", bool ephemeral = false) {
    CredentialFact fact = Fact({workspace_id, NewUuid()});
    fact.ephemeral = ephemeral;
    EXPECT_TRUE(sources_.TakeFacts({fact}, fact.revision).ok());
    return fact.key;
  }
  Source Get(const SourceKey& key) { return sources_.Find(key)->source; }

  // What runs by itself, until nothing is left to be done.
  void RunAll() {
    EXPECT_TRUE(scheduler_.Run().ok());
    while (const auto plan = *plans_.Lease("planner")) {
      const absl::Status listed = lister_.Run(*plan, std::stop_token());
      if (listed.ok()) continue;
      EXPECT_TRUE(plans_.Refuse(*plan, std::string(listed.message())).ok());
    }
    for (auto calls = Lease(); !calls.empty(); calls = Lease()) Complete(calls);
    EXPECT_TRUE(scheduler_.Run().ok());
  }
  int64_t Imported(const std::string& workspace_id = "acme") {
    int64_t calls = 0;
    const auto jobs = jobs_.List({.workspace_id = workspace_id, .limit = 500});
    for (const ImportJob& job : *jobs) {
      calls += job.progress.completed_calls();
    }
    return calls;
  }

  static common::v1::Actor Dana() {
    common::v1::Actor actor;
    actor.set_name("dana");
    return actor;
  }
  // Calls an hour apart, the newest an hour ago.
  void AddCalls(int calls) {
    for (int call = 1; call <= calls; ++call) {
      vendor_.Add("call-" + std::to_string(call), clock_.Now() - std::chrono::hours(call));
    }
  }

  int64_t revision_ = 0;
  const WorkspaceSettings defaults_;
  GrowingCatalog vendor_;
  ScriptedCredentialAdmin vault_admin_;
  SourceStore sources_{pool(), defaults_, std::chrono::minutes(60), clock_};
  SyncStore syncs_{pool(), listener_, defaults_, clock_};
  DisconnectStore disconnects_{pool()};
  SyncScheduler scheduler_{syncs_, sources_, disconnects_, vendor_, vault_admin_, clock_};
  JobLister lister_{plans_, vendor_, clock_};
};

}  // namespace callimport::job_scheduler
