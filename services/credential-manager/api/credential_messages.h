// Between the vault's own words and its protos.
#pragma once

#include <string>

#include "callimport/credential_manager/v1/credential.pb.h"
#include "callimport/credential_manager/v1/credential_vault.pb.h"
#include "services/credential-manager/domain/credential.h"
#include "services/credential-manager/oauth/providers.h"

namespace callimport::credential_manager {

// `providers` tell which scopes are missing; null: nobody knows.
v1::Credential ToProto(const Credential& credential, const OAuthProviders* providers,
                       Timestamp now);
v1::MissingScope ToProto(const MissingScope& missing);
NewCredential FromProto(const v1::StoreCredentialRequest& request);

// Whether it is of a kind that there is, with a name that fits.
bool IsNamed(const callimport::common::v1::Actor& actor);
// "SUPPORT/dana", for the audit log. Only of one that is named.
std::string NameOf(const callimport::common::v1::Actor& actor);

}  // namespace callimport::credential_manager
