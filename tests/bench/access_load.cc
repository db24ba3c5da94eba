#include "tests/bench/access_load.h"

#include <thread>
#include <utility>

#include "libs/rpc/invoke.h"

namespace callimport::bench {
namespace {

constexpr std::chrono::seconds kPatience(10);

}  // namespace

// Lives until its answer is there.
struct AccessLoad::Rpc {
  grpc::ClientContext context;
  credential_manager::v1::LeaseAccessResponse response;
  SteadyTime due;
};

AccessLoad::AccessLoad(std::shared_ptr<grpc::Channel> channel, std::vector<Request> requests)
    : stub_(credential_manager::v1::CredentialVault::NewStub(channel)),
      requests_(std::move(requests)) {}

void AccessLoad::Begin(int64_t count, bool answers_go_on) {
  std::lock_guard lock(mutex_);
  begin_ = std::chrono::steady_clock::now();
  answers_go_on_ = answers_go_on;
  count_ = count;
  started_ = answered_ = refused_ = 0;
  latencies_ = Latencies();
  status_ = absl::OkStatus();
}

void AccessLoad::Start(SteadyTime due) {
  const Request* request = nullptr;
  {
    std::lock_guard lock(mutex_);
    request = &requests_[static_cast<size_t>(started_++) % requests_.size()];
  }
  const auto rpc = std::make_shared<Rpc>();
  rpc->due = due;
  rpc::Prepare(rpc->context, kPatience);
  stub_->async()->LeaseAccess(&rpc->context, request, &rpc->response,
                              [this, rpc](const grpc::Status& status) { Ended(*rpc, status); });
}

void AccessLoad::Ended(const Rpc& rpc, const grpc::Status& status) {
  const SteadyTime now = std::chrono::steady_clock::now();
  bool go_on = false;
  {
    std::lock_guard lock(mutex_);
    if (status.ok()) {
      latencies_.Add(now - rpc.due);
    } else if (++refused_ == 1) {
      status_ = rpc::FromGrpcStatus(status);
    }
    go_on = answers_go_on_ && started_ < count_;
    if (++answered_ == count_) ended_.notify_one();
  }
  if (go_on) Start(now);
}

absl::StatusOr<AccessLoad::Result> AccessLoad::Await() {
  std::unique_lock lock(mutex_);
  ended_.wait(lock, [this] { return answered_ >= count_; });
  if (refused_ == count_) return status_;
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin_;
  return Result{.seconds = taken.count(), .refused = refused_, .latencies = latencies_};
}

absl::StatusOr<AccessLoad::Result> AccessLoad::RunAtMost(int64_t count, int in_flight) {
  Begin(count, true);
  for (int i = 0; i < in_flight; ++i) Start(std::chrono::steady_clock::now());
  return Await();
}

absl::StatusOr<AccessLoad::Result> AccessLoad::RunAtRate(int64_t count, double per_second) {
  Begin(count, false);
  const std::chrono::duration<double> period(1 / per_second);
  const SteadyTime begin = std::chrono::steady_clock::now();
  for (int64_t i = 0; i < count; ++i) {
    const SteadyTime due =
        begin + std::chrono::duration_cast<SteadyTime::duration>(static_cast<double>(i) * period);
    std::this_thread::sleep_until(due);
    Start(due);
  }
  return Await();
}

}  // namespace callimport::bench
