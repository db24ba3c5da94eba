// credential-manager: keeps the customers' vendor credentials sealed, and opens them for
// adapter-gateway alone.

#include "libs/common/status_macros.h"
#include "libs/postgres/migrator.h"
#include "libs/postgres/pool.h"
#include "libs/rpc/host.h"
#include "libs/rpc/run_main.h"
#include "services/credential-manager/api/credential_admin_service.h"
#include "services/credential-manager/api/credential_vault_service.h"
#include "services/credential-manager/config.pb.h"
#include "services/credential-manager/sealing/key_file.h"
#include "services/credential-manager/sealing/sealer.h"
#include "services/credential-manager/storage/credential_store.h"

namespace callimport::credential_manager {

absl::Status Run(const Config& config) {
  ASSIGN_OR_RETURN(const auto keyset, ReadKeyFile(config.key_file()));
  ASSIGN_OR_RETURN(const auto database, postgres::Pool::Open(config.database()));
  RETURN_IF_ERROR(postgres::Migrate(*database, Migrations()));

  const Sealer sealer(keyset);
  CredentialStore store(*database, sealer);

  CredentialVaultService vault(store, SystemClock());
  CredentialAdminService admin(store);

  rpc::Host host(config.server());
  host.Serve(vault).Serve(admin);
  return host.RunUntilSignalled();
}

}  // namespace callimport::credential_manager

int main(int argc, char** argv) {
  using callimport::credential_manager::Config;
  return callimport::rpc::RunMain<Config>(argc, argv, "credential-manager",
                                          callimport::credential_manager::Run);
}
