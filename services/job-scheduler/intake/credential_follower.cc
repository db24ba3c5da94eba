#include "services/job-scheduler/intake/credential_follower.h"

#include <utility>

#include "libs/common/status_macros.h"
#include "libs/telemetry/log.h"

namespace callimport::job_scheduler {
namespace {

namespace vault = credential_manager::v1;

CredentialFact FactOf(const vault::CredentialSummary& credential) {
  return {.key = {credential.workspace_id(), credential.credential_id()},
          .platform = credential.platform(),
          .account_ref = credential.account_ref(),
          .ephemeral = credential.retention() == vault::RETENTION_EPHEMERAL,
          .valid = credential.is_valid()};
}

CredentialFact FactOf(const vault::CredentialEvent& event) {
  CredentialFact fact = FactOf(event.credential());
  fact.revision = event.revision();
  fact.gone = event.change() == vault::CREDENTIAL_CHANGE_DELETED ||
              event.change() == vault::CREDENTIAL_CHANGE_SHREDDED;
  if (event.change() == vault::CREDENTIAL_CHANGE_INVALID) fact.valid = false;
  return fact;
}

}  // namespace

CredentialFollower::CredentialFollower(credential_manager::CredentialFeedClient& vault,
                                       SourceStore& sources, std::function<void()> sources_due)
    : vault_(vault), sources_(sources), sources_due_(std::move(sources_due)) {}

absl::Status CredentialFollower::Follow(const std::stop_token& stop) {
  ASSIGN_OR_RETURN(const int64_t from, StartingPoint());
  const absl::Status ended =
      vault_.Watch(from, [this](const auto& message) { return Take(message); }, stop);
  if (!absl::IsOutOfRange(ended)) return ended;
  log::Info("the credential events after the cursor are gone, so a snapshot is taken",
            {{"cursor", from}});
  return TakeSnapshot().status();
}

absl::StatusOr<int64_t> CredentialFollower::StartingPoint() {
  ASSIGN_OR_RETURN(const auto cursor, sources_.FeedCursor());
  if (cursor) return *cursor;
  return TakeSnapshot();
}

absl::StatusOr<int64_t> CredentialFollower::TakeSnapshot() {
  std::vector<CredentialFact> facts;
  std::optional<int64_t> revision;
  std::string page_token;
  do {
    ASSIGN_OR_RETURN(const auto page, vault_.GetSnapshot(page_token));
    if (!revision) revision = page.revision();
    for (const auto& credential : page.credentials()) facts.push_back(FactOf(credential));
    page_token = page.next_page_token();
  } while (!page_token.empty());
  ASSIGN_OR_RETURN(const bool due, sources_.TakeSnapshot(facts, *revision));
  log::Info("the sources were read", {{"sources", facts.size()}, {"revision", *revision}});
  if (due) sources_due_();
  return *revision;
}

absl::Status CredentialFollower::Take(const vault::WatchCredentialsResponse& message) {
  if (message.events().empty()) return absl::OkStatus();
  std::vector<CredentialFact> facts;
  for (const vault::CredentialEvent& event : message.events()) facts.push_back(FactOf(event));
  ASSIGN_OR_RETURN(const bool due, sources_.TakeFacts(facts, facts.back().revision));
  if (due) sources_due_();
  return absl::OkStatus();
}

}  // namespace callimport::job_scheduler
