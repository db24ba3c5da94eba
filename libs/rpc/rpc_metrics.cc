#include "libs/rpc/rpc_metrics.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <unordered_map>

#include "absl/status/status.h"
#include "libs/telemetry/metrics.h"

namespace callimport::rpc {
namespace {

namespace interception = grpc::experimental;
using std::chrono::steady_clock;

// Anybody may send any path; only those of real rpcs become labels.
std::string LabelOf(const std::string& path) {
  const std::string rpc = path.starts_with('/') ? path.substr(1) : path;
  std::string name = rpc;
  std::replace(name.begin(), name.end(), '/', '.');
  const auto* method = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(name);
  return method == nullptr ? "other" : rpc;
}

class MethodMetrics {
 public:
  explicit MethodMetrics(const std::string& rpc)
      : rpc_(rpc),
        latency_("rpc_latency_seconds", "From the request's arrival to the status sent",
                 {{"rpc", rpc}}) {}

  void Observe(grpc::StatusCode code, steady_clock::duration duration) {
    latency_.Observe(std::chrono::duration<double>(duration).count());
    std::lock_guard lock(mutex_);
    CounterOf(code).Add();
  }

 private:
  metrics::Counter& CounterOf(grpc::StatusCode code) {
    const auto found = counters_.find(code);
    if (found != counters_.end()) return found->second;
    const std::string name = absl::StatusCodeToString(static_cast<absl::StatusCode>(code));
    metrics::Counter counter("rpc_requests_total", "Rpcs answered, by status",
                             {{"rpc", rpc_}, {"code", name}});
    return counters_.emplace(code, counter).first->second;
  }

  const std::string rpc_;
  metrics::Histogram latency_;
  std::mutex mutex_;
  std::map<grpc::StatusCode, metrics::Counter> counters_;
};

class Observer final : public interception::Interceptor {
 public:
  explicit Observer(MethodMetrics& method) : method_(method) {}

  void Intercept(interception::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(
            interception::InterceptionHookPoints::PRE_SEND_STATUS)) {
      method_.Observe(methods->GetSendStatus().error_code(), steady_clock::now() - start_);
    }
    methods->Proceed();
  }

 private:
  MethodMetrics& method_;
  const steady_clock::time_point start_ = steady_clock::now();
};

class Factory final : public interception::ServerInterceptorFactoryInterface {
 public:
  interception::Interceptor* CreateServerInterceptor(interception::ServerRpcInfo* rpc) override {
    return new Observer(MetricsOf(rpc->method()));  // gRPC owns it
  }

 private:
  MethodMetrics& MetricsOf(const char* path) {
    {
      std::shared_lock lock(mutex_);
      const auto found = by_path_.find(path);
      if (found != by_path_.end()) return *found->second;
    }
    return Intern(path);
  }

  MethodMetrics& Intern(const std::string& path) {
    const std::string label = LabelOf(path);
    std::lock_guard lock(mutex_);
    // Unknown paths share one entry, so that the table cannot be made to grow.
    auto& entry = by_path_[label == "other" ? label : path];
    if (entry == nullptr) entry = std::make_unique<MethodMetrics>(label);
    return *entry;
  }

  std::shared_mutex mutex_;
  std::unordered_map<std::string, std::unique_ptr<MethodMetrics>> by_path_;
};

}  // namespace

std::unique_ptr<interception::ServerInterceptorFactoryInterface> MakeRpcMetrics() {
  return std::make_unique<Factory>();
}

}  // namespace callimport::rpc
