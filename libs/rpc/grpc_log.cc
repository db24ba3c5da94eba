#include "libs/rpc/grpc_log.h"

#include <grpc/support/log.h>

#include "libs/telemetry/log.h"

namespace callimport::rpc {
namespace {

// gRPC calls errors what a peer that left causes; to us they are warnings.
void Write(gpr_log_func_args* line) {
  const std::string message = std::string("grpc: ") + line->message;
  if (line->severity == GPR_LOG_SEVERITY_ERROR) {
    log::Warning(message, {{"file", line->file}, {"line", line->line}});
  } else {
    log::Debug(message, {{"file", line->file}, {"line", line->line}});
  }
}

}  // namespace

void TakeGrpcLog() { gpr_set_log_function(Write); }

}  // namespace callimport::rpc
