// Tells what an import would meet, cost and take, and holds us to it.
#pragma once

#include "absl/status/statusor.h"
#include "callimport/job_scheduler/v1/job_scheduler.pb.h"
#include "libs/clients/adapter_gateway/call_catalog_client.h"
#include "libs/clients/adapter_gateway/quota_client.h"
#include "services/job-scheduler/storage/quote_store.h"

namespace callimport::job_scheduler {

class ImportPreview {
 public:
  ImportPreview(QuoteStore& quotes, adapter_gateway::CallCatalogClient& catalog,
                adapter_gateway::QuotaClient& quota, const Clock& clock)
      : quotes_(quotes), catalog_(catalog), quota_(quota), clock_(clock) {}

  // Asks the vendor once, for the count.
  absl::StatusOr<v1::PreviewImportResponse> Make(const v1::PreviewImportRequest& request);

  // A job is asked for under a quote: it gets the quoted filter where it names none. NOT_FOUND
  // (QUOTE_NOT_FOUND). Whether the rest is as quoted is seen when the job is created.
  absl::Status Fill(const common::v1::CallFilter& asked, ImportJob& job);

 private:
  std::optional<int64_t> RequestsLeftToday(const ImportJob& job);

  QuoteStore& quotes_;
  adapter_gateway::CallCatalogClient& catalog_;
  adapter_gateway::QuotaClient& quota_;
  const Clock& clock_;
};

}  // namespace callimport::job_scheduler
