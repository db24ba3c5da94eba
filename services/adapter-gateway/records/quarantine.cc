#include "services/adapter-gateway/records/quarantine.h"

#include <utility>

#include "libs/common/status_macros.h"
#include "libs/crypto/digest.h"
#include "libs/telemetry/log.h"
#include "services/adapter-gateway/platforms/kept_records.h"
#include "services/adapter-gateway/platforms/records.h"

namespace callimport::adapter_gateway {
namespace {

// With records of the usual bound a page stays below what one message may have.
constexpr int kRemapPage = 50;
constexpr size_t kMaxReasonBytes = 500;

// PostgreSQL keeps no NUL in a text.
std::string Storable(std::string text, size_t most) {
  std::erase(text, '\0');
  if (text.size() > most) text.resize(most);
  return text;
}

UnreadableRecord ToRecord(const v1::UnreadableRecord& unreadable, size_t largest) {
  const std::string& raw = unreadable.source_metadata();
  return {.kind = unreadable.kind(),
          .source_call_id = Storable(unreadable.source_call_id(), kMaxIdBytes),
          .reason = Storable(unreadable.reason(), kMaxReasonBytes),
          .raw = raw.size() <= largest ? raw : "",
          .raw_sha256 = crypto::Sha256(raw),
          .raw_bytes = static_cast<int64_t>(raw.size())};
}

// The page that the record is: itself, and what comes with it, such as attachments.
void AddReadable(const std::string& record_id, v1::ListCallsResponse page,
                 v1::RemapResponse& response) {
  for (common::v1::CallRecord& call : *page.mutable_calls()) {
    v1::RemappedRecord& remapped = *response.add_records();
    remapped.set_record_id(record_id);
    *remapped.mutable_call() = std::move(call);
  }
}

}  // namespace

absl::Status Quarantine::Keep(const RecordSource& source, v1::ListCallsResponse& page) {
  if (page.unreadable().empty()) return absl::OkStatus();
  // The same record twice on one page is one.
  std::map<std::string, UnreadableRecord> distinct;
  std::vector<std::string> digests;
  digests.reserve(static_cast<size_t>(page.unreadable_size()));
  for (const v1::UnreadableRecord& unreadable : page.unreadable()) {
    UnreadableRecord record = ToRecord(unreadable, terms_.largest);
    digests.push_back(record.raw_sha256);
    distinct.emplace(record.raw_sha256, std::move(record));
  }
  std::vector<UnreadableRecord> records;
  records.reserve(distinct.size());
  for (auto& [digest, record] : distinct) records.push_back(std::move(record));
  ASSIGN_OR_RETURN(const auto ids, store_.Keep(source, records, terms_.most_of_account));
  for (int i = 0; i < page.unreadable_size(); ++i) {
    v1::UnreadableRecord& unreadable = *page.mutable_unreadable(i);
    unreadable.clear_source_metadata();
    const auto id = ids.find(digests[static_cast<size_t>(i)]);
    if (id != ids.end()) unreadable.set_record_id(id->second);
  }
  log::Warning("records of a vendor cannot be read and are set aside",
               {{"platform", source.platform},
                {"records", static_cast<int64_t>(distinct.size())},
                {"kept", static_cast<int64_t>(ids.size())}});
  return absl::OkStatus();
}

absl::StatusOr<v1::RemapResponse> Quarantine::Remap(const RecordSource& source,
                                                    const std::string& after) {
  ASSIGN_OR_RETURN(const auto kept, store_.Read(source, after, kRemapPage));
  v1::RemapResponse response;
  for (const UnreadableRecord& record : kept) {
    v1::ListCallsResponse page = ReadKept(record.source.platform, record.raw, record.kind);
    if (page.calls().empty() || !page.unreadable().empty()) {
      response.set_still_unreadable(response.still_unreadable() + 1);
      continue;
    }
    SetMappingRevision(record.source.platform, page);
    AddReadable(record.record_id, std::move(page), response);
  }
  if (kept.size() == kRemapPage) response.set_next_page_token(kept.back().record_id);
  return response;
}

absl::Status Quarantine::Clean() {
  RETURN_IF_ERROR(store_.Forget(terms_.keep).status());
  ASSIGN_OR_RETURN(const std::vector<RecordSource> sources, store_.Sources());
  for (const RecordSource& source : sources) {
    const auto account = accounts_.Open(source.workspace_id, source.credential_id);
    if (!absl::IsNotFound(account.status())) continue;
    ASSIGN_OR_RETURN(const int64_t records, store_.ForgetSource(source));
    log::Info("records that could not be read went with their credential",
              {{"platform", source.platform}, {"records", records}});
  }
  return absl::OkStatus();
}

}  // namespace callimport::adapter_gateway
