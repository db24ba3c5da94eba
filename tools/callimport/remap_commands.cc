// Records that could not be read, or were read wrongly, and reading them again.
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/invoke.h"
#include "tools/callimport/commands.h"
#include "tools/callimport/confirm.h"
#include "tools/callimport/dates.h"
#include "tools/callimport/paging.h"
#include "tools/callimport/remap_text.h"
#include "tools/callimport/text.h"

namespace callimport::cli {
namespace {

using adapter_gateway::v1::QuarantinedRecord;
using adapter_gateway::v1::Records;
using common::v1::RemapTally;
using job_scheduler::v1::JobScheduler;
using media_pipeline::v1::Engagements;

// Every rpc here may be repeated: the second time there is nothing left to do.
const rpc::InvokeOptions kPatient{.timeout = std::chrono::seconds(60), .attempts = 3};
constexpr int kDefaultLimit = 50;
constexpr int kEverything = 1'000'000;
constexpr char kUnreadable[] = "UNREADABLE_RECORD";

using OnRecord = std::function<void(const QuarantinedRecord&)>;

absl::Status ForEachRecord(Session& session, const std::string& credential_id, int limit,
                           const OnRecord& on_record) {
  adapter_gateway::v1::ListQuarantinedRequest request;
  request.set_workspace_id(session.workspace());
  request.set_credential_id(credential_id);
  ASSIGN_OR_RETURN(const auto stub, session.Records());
  return ForEachPage(request, limit, [&](const auto& asked) -> absl::StatusOr<PageEnd> {
    ASSIGN_OR_RETURN(const auto page,
                     rpc::Invoke(*stub, &Records::Stub::ListQuarantined, asked, kPatient));
    for (const QuarantinedRecord& record : page.records()) on_record(record);
    return PageEnd{page.records_size(), page.next_page_token()};
  });
}

absl::StatusOr<int> ShowRecord(Session& session, const std::string& record_id) {
  adapter_gateway::v1::GetRawRecordRequest request;
  request.set_workspace_id(session.workspace());
  request.set_record_id(record_id);
  ASSIGN_OR_RETURN(const auto stub, session.Records());
  ASSIGN_OR_RETURN(const auto found,
                   rpc::Invoke(*stub, &Records::Stub::GetRawRecord, request, kPatient));
  if (session.json()) {
    session.PrintJson(found);
    return 0;
  }
  // What came from outside may not drive the terminal.
  session.out() << Fit(found.record().reason(), kEverything) << "\n\n"
                << (found.raw().empty() ? "It was too large to be kept."
                                        : Fit(found.raw(), kEverything))
                << std::endl;
  return 0;
}

absl::StatusOr<int> Quarantine(Session& session, const Arguments& arguments) {
  if (!arguments.positional.empty()) return ShowRecord(session, arguments.positional[0]);
  ASSIGN_OR_RETURN(const int limit, NumberOf(arguments, "--limit", kDefaultLimit));
  std::vector<std::vector<std::string>> rows = {
      {"RECORD", "PLATFORM", "SOURCE ID", "LISTED LAST", "SIZE", "REASON"}};
  RETURN_IF_ERROR(ForEachRecord(session, arguments.Value("--credential").value_or(""), limit,
                                [&](const QuarantinedRecord& record) {
                                  if (session.json()) session.PrintJson(record);
                                  rows.push_back({record.record_id(), record.platform(),
                                                  record.source_call_id(),
                                                  ShortTime(record.last_seen_time()),
                                                  Bytes(record.size_bytes()), record.reason()});
                                }));
  if (session.json()) return 0;
  session.out() << (rows.size() == 1 ? "Every record could be read.\n"
                                     : Table(rows, 5, session.terminal().canvas().width));
  return 0;
}

// What of one account was set aside, and can be read by now.
struct SetAside {
  std::string credential_id;
  int readable = 0;
  int unreadable = 0;
};

absl::StatusOr<SetAside> ReadSetAside(Session& session, const std::string& credential_id) {
  SetAside account{.credential_id = credential_id};
  adapter_gateway::v1::RemapRequest request;
  request.set_workspace_id(session.workspace());
  request.set_credential_id(credential_id);
  ASSIGN_OR_RETURN(const auto stub, session.Records());
  do {
    ASSIGN_OR_RETURN(const auto page, rpc::Invoke(*stub, &Records::Stub::Remap, request, kPatient));
    account.readable += page.records_size();
    account.unreadable += page.still_unreadable();
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return account;
}

absl::StatusOr<std::vector<SetAside>> SetAsideOf(Session& session, const std::string& platform) {
  std::set<std::string> credential_ids;
  RETURN_IF_ERROR(ForEachRecord(session, "", kEverything, [&](const QuarantinedRecord& record) {
    if (record.platform() == platform) credential_ids.insert(record.credential_id());
  }));
  std::vector<SetAside> accounts;
  accounts.reserve(credential_ids.size());
  for (const std::string& id : credential_ids) {
    ASSIGN_OR_RETURN(accounts.emplace_back(), ReadSetAside(session, id));
  }
  return accounts;
}

// Takes what is set aside of the account into its newest import that has ended.
absl::StatusOr<int64_t> TakeIn(Session& session, const SetAside& account) {
  ASSIGN_OR_RETURN(const auto stub, session.Jobs());
  job_scheduler::v1::ListImportJobsRequest list;
  list.set_workspace_id(session.workspace());
  list.set_credential_id(account.credential_id);
  list.mutable_page()->set_page_size(1);
  for (const auto state : {common::v1::JOB_STATE_COMPLETED, common::v1::JOB_STATE_PARTIAL,
                           common::v1::JOB_STATE_FAILED}) {
    list.add_states(state);
  }
  ASSIGN_OR_RETURN(const auto jobs,
                   rpc::Invoke(*stub, &JobScheduler::Stub::ListImportJobs, list, kPatient));
  if (jobs.jobs().empty()) return 0;
  job_scheduler::v1::RetryFailedRequest retry;
  retry.set_workspace_id(session.workspace());
  retry.set_job_id(jobs.jobs(0).job_id());
  // Nothing else that failed, where they can be told apart.
  job_scheduler::v1::ListFailureCausesRequest causes;
  causes.set_workspace_id(session.workspace());
  causes.set_job_id(retry.job_id());
  ASSIGN_OR_RETURN(const auto failed,
                   rpc::Invoke(*stub, &JobScheduler::Stub::ListFailureCauses, causes, kPatient));
  for (const auto& cause : failed.causes()) {
    if (cause.reason() == kUnreadable) retry.set_retry_token(cause.retry_token());
  }
  ASSIGN_OR_RETURN(const auto retried, rpc::Invoke(*stub, &JobScheduler::Stub::RetryFailed, retry,
                                                   {.timeout = kPatient.timeout}));
  return retried.retried_calls();
}

template <typename Request>
absl::StatusOr<Request> RequestOf(Session& session, const Arguments& arguments, bool dry_run) {
  Request request;
  request.set_workspace_id(session.workspace());
  request.set_dry_run(dry_run);
  ASSIGN_OR_RETURN(const common::v1::CallFilter range, FilterOf(arguments));
  if (range.has_start_time()) *request.mutable_start_time() = range.start_time();
  if (range.has_end_time()) *request.mutable_end_time() = range.end_time();
  return request;
}

template <typename Stub, typename Rpc, typename Request>
absl::StatusOr<RemapTally> AllPages(Stub& stub, Rpc rpc, Request& request) {
  RemapTally all;
  do {
    ASSIGN_OR_RETURN(const auto page, rpc::Invoke(stub, rpc, request, kPatient));
    Add(page.tally(), all);
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return all;
}

// Calls first: what is still to be imported becomes an engagement by what is read now.
absl::Status RemapAll(Session& session, const Arguments& arguments, const std::string& platform,
                      bool dry_run) {
  ASSIGN_OR_RETURN(auto calls,
                   RequestOf<job_scheduler::v1::RemapCallsRequest>(session, arguments, dry_run));
  calls.set_platform(platform);
  ASSIGN_OR_RETURN(const auto jobs, session.Jobs());
  ASSIGN_OR_RETURN(const RemapTally of_calls,
                   AllPages(*jobs, &JobScheduler::Stub::RemapCalls, calls));
  ASSIGN_OR_RETURN(auto engagements, RequestOf<media_pipeline::v1::RemapEngagementsRequest>(
                                         session, arguments, dry_run));
  engagements.set_import_source(platform);
  ASSIGN_OR_RETURN(const auto reading, session.Engagements());
  ASSIGN_OR_RETURN(const RemapTally of_engagements,
                   AllPages(*reading, &Engagements::Stub::RemapEngagements, engagements));
  if (session.json()) {
    session.PrintJson(of_calls);
    session.PrintJson(of_engagements);
    return absl::OkStatus();
  }
  const Canvas canvas = session.terminal().canvas();
  session.out() << "Imports:     " << TallyText(of_calls, "call", !dry_run)
                << (dry_run ? SamplesText(of_calls, canvas) : "")
                << "Engagements: " << TallyText(of_engagements, "engagement", !dry_run)
                << (dry_run ? SamplesText(of_engagements, canvas) : "") << std::flush;
  return absl::OkStatus();
}

void Announce(Session& session, const std::vector<SetAside>& accounts) {
  int readable = 0;
  int unreadable = 0;
  for (const SetAside& account : accounts) {
    readable += account.readable;
    unreadable += account.unreadable;
  }
  if (session.json()) return;
  session.out() << "Set aside:   " << Count(readable, "record") << " can be read now, "
                << unreadable << " cannot." << std::endl;
}

absl::StatusOr<int> Remap(Session& session, const Arguments& arguments) {
  const auto platform = arguments.Value("--platform");
  if (!platform) return UsageError("--platform: whose mapping was mended?");
  ASSIGN_OR_RETURN(const std::vector<SetAside> accounts, SetAsideOf(session, *platform));
  Announce(session, accounts);
  RETURN_IF_ERROR(RemapAll(session, arguments, *platform, true));
  if (arguments.Has("--dry-run")) return 0;
  ASSIGN_OR_RETURN(const bool confirmed, Confirmed(session, arguments, "Correct them?"));
  if (!confirmed) return 1;
  int64_t queued = 0;
  for (const SetAside& account : accounts) {
    if (account.readable == 0) continue;
    ASSIGN_OR_RETURN(const int64_t calls, TakeIn(session, account));
    queued += calls;
  }
  if (!session.json()) {
    session.out() << "Set aside:   " << Count(queued, "call") << " queued." << std::endl;
  }
  RETURN_IF_ERROR(RemapAll(session, arguments, *platform, false));
  return 0;
}

}  // namespace

std::vector<Command> RemapCommands() {
  return {
      {{.command = "quarantine",
        .arguments = "[RECORD]",
        .summary = "Lists records that could not be read, or shows one. For support.",
        .flags = {{"--credential", "ID", "only of this account"},
                  {"--limit", "N", "at most so many; default 50"}},
        .max_arguments = 1,
        .details = "A record is shown as the source sent it. It is somebody's personal data, so\n"
                   "the look at it is written down."},
       Quarantine},
      {{.command = "remap",
        .summary = "Reads what sources told again, after a mapping was mended. For support.",
        .flags = {{"--platform", "NAME", "whose mapping was mended"},
                  {"--from", "DATE", "only calls and engagements from then on"},
                  {"--to", "DATE", "only those until then"},
                  {"--dry-run", "", "only show what would change"},
                  {"--yes", "", "do not ask"}},
        .details =
            "First shows what would change: records that were set aside, calls of imports,\n"
            "and engagements. Sources are not asked for it. What was set aside is queued in\n"
            "the newest import of its account; the range does not concern it."},
       Remap},
  };
}

}  // namespace callimport::cli
