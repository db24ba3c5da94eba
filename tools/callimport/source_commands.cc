// Connected accounts that are kept up to date: what they are, when they are synced, and their end.
#include "callimport/job_scheduler/v1/sources.grpc.pb.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/invoke.h"
#include "tools/callimport/commands.h"
#include "tools/callimport/confirm.h"
#include "tools/callimport/dates.h"
#include "tools/callimport/job_choice.h"
#include "tools/callimport/paging.h"
#include "tools/callimport/progress_watch.h"
#include "tools/callimport/text.h"

namespace callimport::cli {
namespace {

using job_scheduler::v1::Source;
using job_scheduler::v1::Sources;
using job_scheduler::v1::SyncSettings;

// Every rpc here may be repeated.
const rpc::InvokeOptions kPatient{.attempts = 3};
constexpr int kDefaultLimit = 50;

template <typename Request>
absl::StatusOr<Request> RequestFor(Session& session, const Arguments& arguments) {
  Request request;
  request.set_workspace_id(session.workspace());
  ASSIGN_OR_RETURN(*request.mutable_credential_id(), ChooseCredential(session, arguments));
  return request;
}

std::string SyncText(const SyncSettings& settings) {
  if (!settings.enabled()) return "off";
  const std::string every = "every " + std::to_string(settings.frequency_minutes()) + " min";
  return settings.mode() == SyncSettings::MODE_FULL ? every + ", full" : every;
}

std::string LastText(const Source& source) {
  if (!source.running_job_id().empty()) return "runs now";
  if (!source.has_last_sync_time()) return "never";
  return ShortTime(source.last_sync_time()) + ", " +
         Count(source.last_sync_calls_imported(), "call");
}

std::string Remark(const Source& source) {
  return source.health_text().empty() ? source.note() : source.health_text();
}

absl::StatusOr<int> List(Session& session, const Arguments& arguments) {
  job_scheduler::v1::ListSourcesRequest request;
  request.set_workspace_id(session.workspace());
  ASSIGN_OR_RETURN(const int limit, NumberOf(arguments, "--limit", kDefaultLimit));
  ASSIGN_OR_RETURN(const auto stub, session.Sources());
  std::vector<std::vector<std::string>> rows = {
      {"SOURCE", "PLATFORM", "ACCOUNT", "HEALTH", "SYNC", "LAST", "NEXT", "REMARK"}};
  RETURN_IF_ERROR(ForEachPage(request, limit, [&](const auto& asked) -> absl::StatusOr<PageEnd> {
    ASSIGN_OR_RETURN(const auto page,
                     rpc::Invoke(*stub, &Sources::Stub::ListSources, asked, kPatient));
    for (const Source& source : page.sources()) {
      if (session.json()) session.PrintJson(source);
      rows.push_back({source.credential_id(), source.platform(), source.account_ref(),
                      StateWords(Source::Health_Name(source.health()), "HEALTH_"),
                      SyncText(source.settings()), LastText(source),
                      source.has_next_sync_time() ? ShortTime(source.next_sync_time()) : "-",
                      Remark(source)});
    }
    return PageEnd{page.sources_size(), page.next_page_token()};
  }));
  if (session.json()) return 0;
  session.out() << Table(rows, 7, kUncut);
  if (!request.page().page_token().empty()) session.out() << kMore;
  return 0;
}

bool ChangesSettings(const Arguments& arguments) {
  for (const char* flag : {"--every", "--on", "--off", "--full", "--incremental"}) {
    if (arguments.Has(flag)) return true;
  }
  return false;
}

// What was said, over what is set.
absl::Status TakeSettings(const Arguments& arguments, SyncSettings& settings) {
  if (arguments.Has("--on") && arguments.Has("--off")) return UsageError("--on or --off?");
  if (arguments.Has("--full") && arguments.Has("--incremental")) {
    return UsageError("--full or --incremental?");
  }
  if (arguments.Has("--every")) {
    ASSIGN_OR_RETURN(const int minutes, NumberOf(arguments, "--every", 60));
    settings.set_frequency_minutes(minutes);
  }
  if (arguments.Has("--on")) settings.set_enabled(true);
  if (arguments.Has("--off")) settings.set_enabled(false);
  if (arguments.Has("--full")) settings.set_mode(SyncSettings::MODE_FULL);
  if (arguments.Has("--incremental")) settings.set_mode(SyncSettings::MODE_INCREMENTAL);
  return absl::OkStatus();
}

absl::StatusOr<int> Configure(Session& session, const Arguments& arguments) {
  ASSIGN_OR_RETURN(const auto get,
                   RequestFor<job_scheduler::v1::GetSourceRequest>(session, arguments));
  ASSIGN_OR_RETURN(const auto stub, session.Sources());
  ASSIGN_OR_RETURN(const auto found, rpc::Invoke(*stub, &Sources::Stub::GetSource, get, kPatient));
  job_scheduler::v1::ConfigureSyncRequest request;
  request.set_workspace_id(get.workspace_id());
  request.set_credential_id(get.credential_id());
  *request.mutable_settings() = found.source().settings();
  RETURN_IF_ERROR(TakeSettings(arguments, *request.mutable_settings()));
  ASSIGN_OR_RETURN(const auto configured,
                   rpc::Invoke(*stub, &Sources::Stub::ConfigureSync, request, kPatient));
  if (session.json()) {
    session.PrintJson(configured.source());
  } else {
    session.out() << "Syncs of " << configured.source().platform() << " ("
                  << configured.source().account_ref()
                  << "): " << SyncText(configured.source().settings()) << "." << std::endl;
  }
  return 0;
}

absl::StatusOr<int> Sync(Session& session, const Arguments& arguments) {
  if (ChangesSettings(arguments)) return Configure(session, arguments);
  ASSIGN_OR_RETURN(const auto request,
                   RequestFor<job_scheduler::v1::SyncNowRequest>(session, arguments));
  ASSIGN_OR_RETURN(const auto stub, session.Sources());
  ASSIGN_OR_RETURN(const auto started,
                   rpc::Invoke(*stub, &Sources::Stub::SyncNow, request, kPatient));
  if (session.json()) {
    session.PrintJson(started);
  } else {
    session.out() << (started.joined() ? "A sync runs already: " : "A sync begins: ")
                  << started.job().job_id() << std::endl;
  }
  if (arguments.Has("--detach")) return 0;
  return WatchImport(session, started.job().job_id());
}

std::string Announcement(const job_scheduler::v1::PreviewDisconnectResponse& preview,
                         bool cancel_running) {
  std::string text = Count(preview.calls_kept(), "call") + " of " +
                     Count(preview.jobs_kept(), "import") +
                     " stay. Syncs stop, and the credential is destroyed";
  if (preview.running_jobs() == 0) return text + ".";
  const std::string running = Count(preview.running_jobs(), "import") + " with " +
                              Count(preview.unfinished_calls(), "unfinished call");
  return text + (cancel_running ? "; cancelled: " : " once these are done: ") + running + ".";
}

absl::StatusOr<int> Disconnect(Session& session, const Arguments& arguments) {
  ASSIGN_OR_RETURN(const auto preview,
                   RequestFor<job_scheduler::v1::PreviewDisconnectRequest>(session, arguments));
  ASSIGN_OR_RETURN(const auto stub, session.Sources());
  ASSIGN_OR_RETURN(const auto effects,
                   rpc::Invoke(*stub, &Sources::Stub::PreviewDisconnect, preview, kPatient));
  const bool cancel = arguments.Has("--cancel");
  if (!session.json()) session.out() << Announcement(effects, cancel) << std::endl;
  ASSIGN_OR_RETURN(const bool confirmed, Confirmed(session, arguments, "Disconnect?"));
  if (!confirmed) return 1;
  job_scheduler::v1::DisconnectRequest request;
  request.set_workspace_id(preview.workspace_id());
  request.set_credential_id(preview.credential_id());
  request.set_cancel_running(cancel);
  ASSIGN_OR_RETURN(const auto done,
                   rpc::Invoke(*stub, &Sources::Stub::Disconnect, request, kPatient));
  if (session.json()) {
    session.PrintJson(done);
  } else {
    session.out() << "Disconnected." << std::endl;
  }
  return 0;
}

}  // namespace

std::vector<Command> SourceCommands() {
  const Flag credential{"--credential", "ID", "this source; needed when there are several"};
  const Flag platform{"--platform", "NAME", "the source of this platform"};
  return {
      {{.command = "sources",
        .summary = "Lists connected accounts, and when each is synced.",
        .flags = {{"--limit", "N", "at most so many; default 50"}}},
       List},
      {{.command = "sync",
        .summary = "Syncs a source now, and watches; or sets when it is synced.",
        .flags = {credential,
                  platform,
                  {"--detach", "", "do not watch"},
                  {"--every", "MINUTES", "from now on, 5 to 10080"},
                  {"--on", "", "sync it by itself from now on"},
                  {"--off", "", "do not sync it by itself any more"},
                  {"--full", "", "list everything each time"},
                  {"--incremental", "", "list what is new"}}},
       Sync},
      {{.command = "disconnect",
        .summary = "Ends a source. Calls stay; its credential is destroyed.",
        .flags = {credential,
                  platform,
                  {"--cancel", "", "cancel what runs; otherwise it is finished first"},
                  {"--yes", "", "do not ask"}}},
       Disconnect},
  };
}

}  // namespace callimport::cli
