// A source of calls whose faults follow from a seed. Lists page by page, and each page only once
// the one before is stored: so that what happens when does not depend on threads.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "libs/clients/adapter_gateway/call_catalog_client.h"
#include "libs/common/clock.h"

namespace callimport::simulation {

struct VendorCall {
  std::string id;
  Timestamp start;
  // Its recording can never be had.
  bool poison = false;
};

struct Account {
  // Oldest first; some start at the same moment.
  std::vector<VendorCall> calls;
  int page_size = 3;
  int max_range_days = 0;
  // What the vendor forgets its cursors after, and whether it says so.
  std::chrono::seconds cursor_life{60};
  bool tells_cursor_life = false;
};

class SimulatedVendor : public adapter_gateway::CallCatalogClient {
 public:
  SimulatedVendor(const Clock& clock, std::uint64_t seed) : clock_(clock), random_(seed) {}

  void AddAccount(const std::string& credential_id, Account account);
  const Account& AccountOf(const std::string& credential_id) const;

  // From here on every request succeeds, but for cursors that are forgotten.
  void CalmDown() { calm_ = true; }

  // A transaction was committed: who waits for its page to be stored goes on.
  void OnCommit();

  absl::StatusOr<adapter_gateway::v1::CountCallsResponse> CountCalls(
      const adapter_gateway::v1::CountCallsRequest& request, const std::stop_token& stop) override;
  absl::Status ListCalls(const adapter_gateway::v1::ListCallsRequest& request, const PageSink& sink,
                         const std::stop_token& stop) override;

 private:
  // After how many pages the listing ends, and how.
  struct Fate {
    int pages = 0;
    absl::Status status;
  };
  Fate DrawFate();
  bool Happens(double share);

  const Clock& clock_;
  std::mt19937_64 random_;
  bool calm_ = false;
  std::map<std::string, Account> accounts_;

  std::mutex mutex_;
  std::condition_variable_any committed_;
  int commits_ = 0;
};

}  // namespace callimport::simulation
