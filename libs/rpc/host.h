// A process that serves rpcs until it is told to stop.
//
// Orderly stop, at SIGTERM or SIGINT: health says NOT_SERVING, then what was given to OnStop runs
// (no new work, leases handed back, streams closed with a reason), then running rpcs may end
// within the grace, then periodic tasks are joined. Starting blocks both signals for all threads.
#pragma once

#include <grpcpp/impl/codegen/service_type.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "libs/rpc/config.pb.h"

namespace callimport::rpc {

class Host {
 public:
  explicit Host(ServerConfig config);
  ~Host();

  // The service must outlive the host.
  Host& Serve(grpc::Service& service);

  // Runs `task` every `period`, one run at a time on a thread of its own; the first at once. A
  // failed run is logged, and the next comes as usual.
  Host& RunEvery(std::chrono::milliseconds period, const std::string& name,
                 std::function<absl::Status()> task);

  // Runs when the stop begins, in the order given here.
  Host& OnStop(std::function<void()> stop);

  // Returns when stopped; an error says why it could not start. Logs one line "serving" with the
  // address once rpcs are answered.
  absl::Status RunUntilSignalled();

  // For tests in one process: the same without signals.
  absl::Status Start();
  void Stop();
  int port() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace callimport::rpc
