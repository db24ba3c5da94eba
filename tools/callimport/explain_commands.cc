#include <algorithm>
#include <map>

#include "libs/common/proto_time.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/invoke.h"
#include "tools/callimport/commands.h"
#include "tools/callimport/dates.h"
#include "tools/callimport/job_choice.h"
#include "tools/callimport/text.h"

namespace callimport::cli {
namespace {

using common::v1::Wait;
using job_scheduler::v1::EffectCount;
using job_scheduler::v1::JobScheduler;
using job_scheduler::v1::RetryRule;
using job_scheduler::v1::VerifyEffectsResponse;

const rpc::InvokeOptions kRead{.attempts = 3};
constexpr int kPageSize = 500;

absl::StatusOr<int> Why(Session& session, const Arguments& arguments) {
  job_scheduler::v1::ExplainWaitRequest request;
  request.set_workspace_id(session.workspace());
  ASSIGN_OR_RETURN(*request.mutable_job_id(), ChooseJob(session, JobChoiceOf(arguments)));
  ASSIGN_OR_RETURN(const auto stub, session.Jobs());
  ASSIGN_OR_RETURN(const auto response,
                   rpc::Invoke(*stub, &JobScheduler::Stub::ExplainWait, request, kRead));
  if (session.json()) {
    session.PrintJson(response);
    return 0;
  }
  session.out() << Count(response.calls_in_work(), "call") << " in work, "
                << Count(response.calls_due(), "call") << " due." << std::endl;
  if (response.waits().empty()) {
    session.out() << "Nothing holds it." << std::endl;
    return 0;
  }
  std::vector<std::vector<std::string>> rows = {{"WAITS FOR", "CALLS", "UNTIL (UTC)", "WHY"}};
  for (const Wait& wait : response.waits()) {
    rows.push_back({StateWords(Wait::Reason_Name(wait.reason()), "REASON_"),
                    wait.calls() == 0 ? "all" : std::to_string(wait.calls()),
                    wait.has_until_time() ? ShortTime(wait.until_time()) : "somebody acts",
                    wait.text()});
  }
  session.out() << Table(rows, 3, kUncut);
  return 0;
}

// "5 s, 10 s, 5 min".
std::string PausesOf(const RetryRule& rule) {
  std::string text;
  for (const auto& pause : rule.pauses()) {
    if (!text.empty()) text += ", ";
    text += Clock(FromProto(pause));
  }
  return text.empty() ? "none" : text;
}

absl::StatusOr<int> Policy(Session& session, const Arguments&) {
  job_scheduler::v1::ExplainPolicyRequest request;
  request.set_workspace_id(session.workspace());
  ASSIGN_OR_RETURN(const auto stub, session.Jobs());
  ASSIGN_OR_RETURN(const auto response,
                   rpc::Invoke(*stub, &JobScheduler::Stub::ExplainPolicy, request, kRead));
  if (session.json()) {
    session.PrintJson(response);
    return 0;
  }
  std::vector<std::vector<std::string>> retries = {{"FAILURE", "PAUSES", "COUNTS", "THEN"}};
  for (const RetryRule& rule : response.retry_rules()) {
    retries.push_back({rule.failure_class(), PausesOf(rule),
                       rule.counts_as_failure() ? "yes" : "no", rule.then()});
  }
  std::vector<std::vector<std::string>> limits = {{"LIMIT", "VALUE", "MEANING"}};
  for (const auto& rule : response.limit_rules()) {
    limits.push_back({rule.name(), std::to_string(rule.value()), rule.meaning()});
  }
  session.out() << Table(retries, 3, kUncut) << "\n" << Table(limits, 2, kUncut);
  return 0;
}

// What media-pipeline has stored for the job, by call: each is to be there once.
absl::StatusOr<EffectCount> CountStored(Session& session, const std::string& job_id,
                                        int64_t expected) {
  using media_pipeline::v1::Engagements;
  media_pipeline::v1::ListEngagementsRequest request;
  request.set_workspace_id(session.workspace());
  request.set_import_batch_id(job_id);
  request.mutable_page()->set_page_size(kPageSize);
  ASSIGN_OR_RETURN(const auto stub, session.Engagements());
  std::map<std::string, int64_t> stored;
  do {
    ASSIGN_OR_RETURN(const auto page,
                     rpc::Invoke(*stub, &Engagements::Stub::ListEngagements, request, kRead));
    for (const auto& engagement : page.engagements()) ++stored[engagement.call_id()];
    request.mutable_page()->set_page_token(page.next_page_token());
  } while (!request.page().page_token().empty());

  EffectCount count;
  count.set_effect("stored engagement");
  count.set_expected(expected);
  const auto found = static_cast<int64_t>(stored.size());
  count.set_found(found);
  count.set_lost(std::max<int64_t>(0, expected - found));
  for (const auto& [call_id, times] : stored) {
    if (times > 1) count.add_call_ids(call_id);
  }
  count.set_doubled(std::max<int64_t>(count.call_ids_size(), found - expected));
  return count;
}

int64_t CompletedOf(const VerifyEffectsResponse& response) {
  for (const EffectCount& count : response.effects()) {
    if (count.effect() == "engagement") return count.expected();
  }
  return 0;
}

absl::StatusOr<int> Verify(Session& session, const Arguments& arguments) {
  job_scheduler::v1::VerifyEffectsRequest request;
  request.set_workspace_id(session.workspace());
  ASSIGN_OR_RETURN(*request.mutable_job_id(), ChooseJob(session, JobChoiceOf(arguments)));
  ASSIGN_OR_RETURN(const auto stub, session.Jobs());
  ASSIGN_OR_RETURN(auto response,
                   rpc::Invoke(*stub, &JobScheduler::Stub::VerifyEffects, request, kRead));
  ASSIGN_OR_RETURN(*response.add_effects(),
                   CountStored(session, request.job_id(), CompletedOf(response)));
  const EffectCount& stored = *response.effects().rbegin();
  const bool exact = response.exactly_once() && stored.lost() == 0 && stored.doubled() == 0;
  response.set_exactly_once(exact);
  if (session.json()) {
    session.PrintJson(response);
    return exact ? 0 : 1;
  }
  std::vector<std::vector<std::string>> rows = {
      {"EFFECT", "EXPECTED", "FOUND", "LOST", "DOUBLED", "CALLS"}};
  for (const EffectCount& count : response.effects()) {
    rows.push_back({count.effect(), std::to_string(count.expected()), std::to_string(count.found()),
                    std::to_string(count.lost()), std::to_string(count.doubled()),
                    count.call_ids().empty() ? "" : count.call_ids(0)});
  }
  session.out() << Table(rows, 5, session.terminal().canvas().width)
                << (exact ? "Everything happened exactly once." : "Not everything happened once.")
                << std::endl;
  return exact ? 0 : 1;
}

}  // namespace

std::vector<Command> ExplainCommands() {
  return {
      {{.command = "why",
        .arguments = "[JOB]",
        .summary = "Tells why an import does not go on. Without a job: the last one.",
        .max_arguments = 1},
       Why},
      {{.command = "policy", .summary = "Shows the rules of retries and limits in force."}, Policy},
      {{.command = "verify",
        .arguments = "[JOB]",
        .summary = "Checks that everything of an import happened exactly once. Without a job: of "
                   "the last one.",
        .max_arguments = 1},
       Verify},
  };
}

}  // namespace callimport::cli
