// What is asked about the source of an import before the job is made: its filters, and a key that
// comes with the request.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "callimport/job_scheduler/v1/job_scheduler.pb.h"
#include "libs/clients/adapter_gateway/connections_client.h"
#include "libs/clients/credential_manager/credential_admin_client.h"

namespace callimport::job_scheduler {

class ImportSource {
 public:
  ImportSource(adapter_gateway::ConnectionsClient& connections,
               credential_manager::CredentialAdminClient& vault)
      : connections_(connections), vault_(vault) {}

  // INVALID_ARGUMENT when the filter names what the platform does not have. Asks nobody when the
  // filter is a range only.
  absl::Status CheckAttributes(const v1::CreateImportJobRequest& request);

  // Asks the vendor whether it still takes the credential. FAILED_PRECONDITION (INVALID_KEY,
  // MISSING_PERMISSION, PLATFORM_NOT_SUPPORTED), NOT_FOUND or DATA_LOSS when nothing can come of an
  // import; fine when nobody can say so now.
  absl::Status CheckAccepted(const v1::CreateImportJobRequest& request);

  // Has the key of the request verified by the vendor and sealed for this job alone. Repeating the
  // request gives the same credential. Errors as in Connections.ConnectWithApiKey.
  absl::StatusOr<std::string> Connect(const v1::CreateImportJobRequest& request);

 private:
  absl::StatusOr<std::string> PlatformOf(const v1::CreateImportJobRequest& request);

  adapter_gateway::ConnectionsClient& connections_;
  credential_manager::CredentialAdminClient& vault_;
};

}  // namespace callimport::job_scheduler
