#include "libs/rpc/rpc_metrics.h"

#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "libs/telemetry/metrics.h"

namespace callimport::rpc {
namespace {

using Clock = std::chrono::steady_clock;
using grpc::experimental::InterceptionHookPoints;

// The series of one method; those of its codes appear when they are met.
class MethodSeries {
 public:
  explicit MethodSeries(std::string method)
      : method_(std::move(method)),
        latency_("rpc_latency_seconds", "Time from the request to the status, streams included.",
                 {{"rpc", method_}}) {}

  void Observe(grpc::StatusCode code, double seconds) {
    latency_.Observe(seconds);
    std::lock_guard lock(mutex_);
    const auto found = requests_.find(code);
    (found != requests_.end() ? found->second
                              : requests_.emplace(code, Requests(code)).first->second)
        .Add();
  }

 private:
  metrics::Counter Requests(grpc::StatusCode code) const {
    return {"rpc_requests_total",
            "Remote procedures answered.",
            {{"rpc", method_},
             {"code", absl::StatusCodeToString(static_cast<absl::StatusCode>(code))}}};
  }

  const std::string method_;
  metrics::Histogram latency_;
  std::mutex mutex_;
  std::map<grpc::StatusCode, metrics::Counter> requests_;
};

class RpcTimer final : public grpc::experimental::Interceptor {
 public:
  explicit RpcTimer(MethodSeries& series) : series_(series) {}

  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS)) {
      const std::chrono::duration<double> elapsed = Clock::now() - start_;
      series_.Observe(methods->GetSendStatus().error_code(), elapsed.count());
    }
    methods->Proceed();
  }

 private:
  MethodSeries& series_;
  const Clock::time_point start_ = Clock::now();
};

class Factory final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* info) override {
    return new RpcTimer(SeriesOf(info->method()));
  }

 private:
  // Methods nobody serves share one series: their names come from outside.
  MethodSeries& SeriesOf(const char* method) {
    const std::string name = std::string(method).starts_with("/callimport.") ? method : "other";
    std::lock_guard lock(mutex_);
    return series_.try_emplace(name, name).first->second;
  }

  std::mutex mutex_;
  std::map<std::string, MethodSeries> series_;
};

}  // namespace

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> MakeRpcMetrics() {
  return std::make_unique<Factory>();
}

}  // namespace callimport::rpc
