#include "services/credential-manager/sealing/key_list.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/crypto/keyset.h"
#include "services/credential-manager/sealing/legacy_seal.h"

namespace callimport::credential_manager {
namespace {

constexpr std::string_view kTransit = "transit/";
constexpr size_t kMaxIdBytes = 64;

absl::Status Malformed(int line, const std::string& what) {
  return Error(absl::StatusCode::kInvalidArgument, "KEYS_MALFORMED",
               "line " + std::to_string(line) + ": " + what);
}

bool IsName(std::string_view text) {
  return !text.empty() && text.size() <= kMaxIdBytes &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return std::isalnum(c) || c == '-' || c == '_' || c == '.';
         });
}

std::optional<TransitKey> ParseTransit(std::string_view value) {
  value.remove_prefix(kTransit.size());
  const size_t slash = value.find('/');
  if (slash == std::string_view::npos || !IsName(value.substr(0, slash))) return std::nullopt;
  TransitKey key{.name = std::string(value.substr(0, slash)), .version = 0};
  const std::string_view version = value.substr(slash + 1);
  const auto [end, error] =
      std::from_chars(version.data(), version.data() + version.size(), key.version);
  const bool fine =
      error == std::errc() && end == version.data() + version.size() && key.version > 0;
  return fine ? std::optional(key) : std::nullopt;
}

absl::Status AddKey(int line, const std::string& id, std::string_view value, KeyList& list) {
  // A key in base64 ends in '=', which no name holds.
  if (value.starts_with(kTransit) && !value.ends_with('=')) {
    const auto key = ParseTransit(value);
    if (!key) return Malformed(line, "must be id:transit/NAME/VERSION");
    list.transit.emplace(id, *key);
    return absl::OkStatus();
  }
  auto parsed = crypto::ParseKeyset(Secret(id + ":" + std::string(value)));
  if (!parsed.ok()) return Malformed(line, "the key must be 32 bytes in base64, not all zeros");
  list.local.emplace(id, std::move(parsed->keys.at(id)));
  return absl::OkStatus();
}

absl::Status AddLine(int number, std::string_view line, KeyList& list) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return Malformed(number, "must be id:key");
  const std::string id(line.substr(0, colon));
  if (!IsName(id) || id == kLegacyKeyId) {
    return Malformed(number, "the id must be 1 to 64 letters, digits, '-', '_' or '.'");
  }
  if (list.Has(id)) return Malformed(number, "the id stands twice");
  RETURN_IF_ERROR(AddKey(number, id, line.substr(colon + 1), list));
  if (list.primary_id.empty()) list.primary_id = id;
  return absl::OkStatus();
}

}  // namespace

std::vector<std::string> KeyList::Ids() const {
  std::vector<std::string> ids;
  for (const auto& [id, key] : local) ids.push_back(id);
  for (const auto& [id, key] : transit) ids.push_back(id);
  return ids;
}

absl::StatusOr<KeyList> ParseKeyList(const Secret& text) {
  KeyList list;
  std::string_view rest = text.Reveal();
  int number = 0;
  while (!rest.empty()) {
    ++number;
    const size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty() || line.front() == '#') continue;
    RETURN_IF_ERROR(AddLine(number, line, list));
  }
  if (list.primary_id.empty()) return Malformed(number, "there is no key");
  return list;
}

}  // namespace callimport::credential_manager
