#include "libs/rpc/caller_metadata.h"

#include <sstream>
#include <utility>
#include <vector>

namespace callimport::rpc {
namespace {

namespace interception = grpc::experimental;

constexpr char kEveryWorkspace[] = "*";

class Translator final : public interception::Interceptor {
 public:
  Translator(Authenticator& authenticator, const grpc::ServerContextBase& context)
      : authenticator_(authenticator), context_(context) {}

  void Intercept(interception::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(
            interception::InterceptionHookPoints::POST_RECV_INITIAL_METADATA)) {
      Translate(*methods->GetRecvInitialMetadata());
    }
    methods->Proceed();
  }

 private:
  void Translate(Metadata& metadata) {
    metadata.erase(kCallerKey);
    if (!metadata.contains(kTokenKey)) return;
    const auto certificate = context_.auth_context();
    const absl::StatusOr<Caller> caller =
        authenticator_.Authenticate(metadata, certificate ? CallerOf(*certificate) : std::nullopt);
    // The rules were asked before; if the token has died since, nobody asks now.
    caller_ = EncodeCaller(caller.ok() ? std::optional(*caller) : std::nullopt);
    metadata.erase(kTokenKey);
    metadata.emplace(kCallerKey, caller_);
  }

  Authenticator& authenticator_;
  const grpc::ServerContextBase& context_;
  std::string caller_;  // the metadata refer to it
};

class Factory final : public interception::ServerInterceptorFactoryInterface {
 public:
  explicit Factory(std::shared_ptr<Authenticator> authenticator)
      : authenticator_(std::move(authenticator)) {}

  interception::Interceptor* CreateServerInterceptor(interception::ServerRpcInfo* rpc) override {
    return new Translator(*authenticator_, *rpc->server_context());  // gRPC owns it
  }

 private:
  const std::shared_ptr<Authenticator> authenticator_;
};

}  // namespace

std::string EncodeCaller(const std::optional<Caller>& caller) {
  if (!caller) return "";
  std::string text = caller->kind + "\n" + caller->name;
  if (!caller->workspaces) return text + "\n" + kEveryWorkspace;
  for (const std::string& workspace : *caller->workspaces) text += "\n" + workspace;
  return text;
}

std::optional<Caller> DecodeCaller(const std::string& text) {
  std::istringstream lines(text);
  Caller caller{.kind = {}, .name = {}, .workspaces = std::vector<std::string>()};
  if (!std::getline(lines, caller.kind) || !std::getline(lines, caller.name)) return std::nullopt;
  for (std::string line; std::getline(lines, line);) caller.workspaces->push_back(line);
  if (caller.workspaces == std::vector<std::string>{kEveryWorkspace}) caller.workspaces.reset();
  return caller;
}

std::unique_ptr<interception::ServerInterceptorFactoryInterface> MakeCallerMetadata(
    std::shared_ptr<Authenticator> authenticator) {
  return std::make_unique<Factory>(std::move(authenticator));
}

}  // namespace callimport::rpc
