// What happened to credentials, in commit order, as others follow it.
#pragma once

#include <pqxx/pqxx>
#include <string>

#include "callimport/credential_manager/v1/credential_lifecycle.pb.h"
#include "libs/feed/feed_table.h"
#include "services/credential-manager/domain/credential.h"

namespace callimport::credential_manager {

const feed::FeedTable& CredentialFeed();

v1::CredentialSummary ToSummary(const Credential& credential);

// Joins the caller's transaction; from here to its commit other announcements wait. Late in a
// transaction, but before its audit record.
void Announce(pqxx::work& tx, const Credential& credential, v1::CredentialChange change);

}  // namespace callimport::credential_manager
