#include "tests/simulation/simulated_vendor.h"

#include <algorithm>
#include <limits>

#include "libs/common/errors.h"
#include "libs/common/proto_time.h"

namespace callimport::simulation {
namespace {

namespace gateway = adapter_gateway::v1;

std::vector<VendorCall> Matching(const Account& account, const common::v1::CallFilter& filter) {
  const Timestamp start = FromProto(filter.start_time());
  const Timestamp end = FromProto(filter.end_time());
  std::vector<VendorCall> matching;
  std::copy_if(account.calls.begin(), account.calls.end(), std::back_inserter(matching),
               [&](const VendorCall& call) { return call.start >= start && call.start < end; });
  return matching;
}

// "<when it was made>:<how many calls come before>".
std::string CursorAt(Timestamp made, size_t offset) {
  return std::to_string(made.time_since_epoch().count()) + ":" + std::to_string(offset);
}

absl::Status Unreachable() {
  return Error(absl::StatusCode::kUnavailable, "VENDOR_UNREACHABLE", "the vendor is down");
}

}  // namespace

void SimulatedVendor::AddAccount(const std::string& credential_id, Account account) {
  accounts_[credential_id] = std::move(account);
}

const Account& SimulatedVendor::AccountOf(const std::string& credential_id) const {
  return accounts_.at(credential_id);
}

bool SimulatedVendor::Happens(double share) {
  return std::uniform_real_distribution<double>(0, 1)(random_) < share;
}

void SimulatedVendor::OnCommit() {
  std::lock_guard lock(mutex_);
  ++commits_;
  committed_.notify_all();
}

absl::StatusOr<gateway::CountCallsResponse> SimulatedVendor::CountCalls(
    const gateway::CountCallsRequest& request, const std::stop_token&) {
  if (!calm_ && Happens(0.1)) return Unreachable();
  const Account& account = accounts_.at(request.credential_id());
  gateway::CountCallsResponse response;
  response.set_calls(static_cast<int64_t>(Matching(account, request.filter()).size()));
  response.set_exactness(common::v1::EXACTNESS_EXACT);
  response.set_platform("gong");
  response.mutable_terms()->set_max_range_days(account.max_range_days);
  return response;
}

SimulatedVendor::Fate SimulatedVendor::DrawFate() {
  Fate fate{.pages = std::numeric_limits<int>::max(), .status = absl::OkStatus()};
  if (calm_ || !Happens(0.3)) return fate;
  fate.pages = static_cast<int>(random_() % 4);
  switch (random_() % 4) {
    case 0:
      fate.status = Unreachable();
      break;
    case 1:
      fate.status = WithRetryDelay(
          Error(absl::StatusCode::kResourceExhausted, "QUOTA_EXHAUSTED", "no more requests"),
          std::chrono::seconds(30));
      break;
    case 2:
      fate.status = Error(absl::StatusCode::kOutOfRange, "CURSOR_EXPIRED", "list again");
      break;
    default:
      break;  // cut short, without a word
  }
  return fate;
}

absl::Status SimulatedVendor::ListCalls(const gateway::ListCallsRequest& request,
                                        const PageSink& sink, const std::stop_token& stop) {
  const Account& account = accounts_.at(request.credential_id());
  const std::vector<VendorCall> matching = Matching(account, request.filter());
  size_t offset = 0;
  if (!request.cursor().empty()) {
    const size_t colon = request.cursor().find(':');
    const Timestamp made{Timestamp::duration(std::stoll(request.cursor().substr(0, colon)))};
    if (clock_.Now() > made + account.cursor_life) {
      return Error(absl::StatusCode::kOutOfRange, "CURSOR_EXPIRED", "list again");
    }
    offset = std::stoul(request.cursor().substr(colon + 1));
  }
  const Fate fate = DrawFate();
  for (int pages = 0; pages < fate.pages; ++pages) {
    gateway::ListCallsResponse page;
    const size_t end = std::min(matching.size(), offset + static_cast<size_t>(account.page_size));
    for (; offset < end; ++offset) {
      auto& record = *page.add_calls();
      record.set_source_call_id(matching[offset].id);
      record.set_title("Call " + matching[offset].id);
      *record.mutable_start_time() = ToProto(matching[offset].start);
    }
    const bool last = offset == matching.size();
    if (!last) page.set_next_cursor(CursorAt(clock_.Now(), offset));
    if (!last && account.tells_cursor_life) {
      *page.mutable_cursor_expire_time() = ToProto(clock_.Now() + account.cursor_life);
    }
    std::unique_lock lock(mutex_);
    const int before = commits_;
    lock.unlock();
    if (const absl::Status taken = sink(std::move(page)); !taken.ok()) return taken;
    if (last) return absl::OkStatus();
    lock.lock();
    if (!committed_.wait(lock, stop, [&] { return commits_ > before; })) {
      return absl::CancelledError("asked to stop");
    }
  }
  return fate.status;
}

}  // namespace callimport::simulation
