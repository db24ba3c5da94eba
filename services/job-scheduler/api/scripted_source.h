// A gateway and a vault, as far as a new job asks them, that tests write themselves.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/clients/adapter_gateway/connections_client.h"
#include "libs/clients/credential_manager/credential_admin_client.h"
#include "libs/common/ids.h"

namespace callimport::job_scheduler {

inline adapter_gateway::v1::VerifyCredentialResponse Accepted() {
  adapter_gateway::v1::VerifyCredentialResponse verdict;
  verdict.set_accepted(true);
  return verdict;
}

class ScriptedConnections : public adapter_gateway::ConnectionsClient {
 public:
  absl::StatusOr<adapter_gateway::v1::ListPlatformsResponse> ListPlatforms() override {
    adapter_gateway::v1::ListPlatformsResponse response;
    auto& gong = *response.add_platforms();
    gong.set_platform("gong");
    gong.set_display_name("Gong");
    gong.add_filters()->set_name("workspace_id");
    auto& direction = *gong.add_filters();
    direction.set_name("direction");
    direction.add_allowed_values("inbound");
    return response;
  }

  absl::StatusOr<adapter_gateway::v1::ConnectWithApiKeyResponse> Connect(
      const adapter_gateway::v1::ConnectWithApiKeyRequest& request) override {
    asked.push_back(request);
    if (!answer.ok()) return answer;
    adapter_gateway::v1::ConnectWithApiKeyResponse response;
    response.set_credential_id(credential_id);
    return response;
  }

  absl::StatusOr<adapter_gateway::v1::VerifyCredentialResponse> Verify(
      const adapter_gateway::v1::VerifyCredentialRequest& request) override {
    verified.push_back(request);
    return verdict;
  }

  // What the vendor says of every credential.
  absl::StatusOr<adapter_gateway::v1::VerifyCredentialResponse> verdict = Accepted();
  std::vector<adapter_gateway::v1::VerifyCredentialRequest> verified;
  absl::Status answer;
  std::string credential_id = NewUuid();
  std::vector<adapter_gateway::v1::ConnectWithApiKeyRequest> asked;
};

class ScriptedVault : public credential_manager::CredentialAdminClient {
 public:
  absl::StatusOr<credential_manager::v1::Credential> Get(const std::string&,
                                                         const std::string&) override {
    ++asked;
    if (!answer.ok()) return answer;
    credential_manager::v1::Credential credential;
    credential.set_platform("gong");
    return credential;
  }
  absl::Status Delete(const std::string&, const std::string&) override { return answer; }

  absl::Status answer;
  int asked = 0;
};

}  // namespace callimport::job_scheduler
