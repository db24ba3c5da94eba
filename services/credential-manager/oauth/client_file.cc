#include "services/credential-manager/oauth/client_file.h"

#include "libs/common/errors.h"
#include "libs/common/status_macros.h"
#include "libs/json/object.h"
#include "services/credential-manager/sealing/key_file.h"

namespace callimport::credential_manager {
namespace {

constexpr char kField[] = "oauth_clients_file";

absl::Status Malformed(const std::string& file, const std::string& where) {
  return Error(absl::StatusCode::kInvalidArgument, "KEY_FILE_UNUSABLE",
               std::string(kField) + ": " + file + ": " + where +
                   R"( must look like {"gong": {"client_id": "…", "client_secret": "…"}})");
}

}  // namespace

absl::StatusOr<std::map<std::string, OAuthClientKey>> ReadOAuthClients(const std::string& file) {
  std::map<std::string, OAuthClientKey> clients;
  if (file.empty()) return clients;
  ASSIGN_OR_RETURN(const Secret text, ReadPrivateFile(kField, file));
  const auto document = json::Document::Parse(text.Reveal());
  if (!document.ok() || document->root().kind() != json::Kind::kObject) {
    return Malformed(file, "the file");
  }
  for (const json::Value& entry : document->root().Children()) {
    const std::string platform = entry.Path();
    json::Faults faults;
    const json::Object client(entry, faults);
    OAuthClientKey key{client.RequiredId("client_id"), Secret(client.Text("client_secret"))};
    if (!faults.status().ok()) return Malformed(file, platform);
    clients.emplace(platform, std::move(key));
  }
  return clients;
}

}  // namespace callimport::credential_manager
