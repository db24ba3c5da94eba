// Whatever anybody sends to any rpc is answered clearly, and harms nobody.
#include "tests/e2e/nonsense.h"

#include <gmock/gmock.h>
#include <google/protobuf/dynamic_message.h>

#include <algorithm>

#include "tests/access/matrix.h"
#include "tests/e2e/any_rpc.h"
#include "tests/e2e/suite.h"

namespace callimport::e2e {
namespace {

using access::Matrix;
using access::Rpc;
using google::protobuf::Message;
using grpc::StatusCode;

constexpr size_t kLongestMessage = 4'000;

// Rpcs that may wait for something to happen are not waited for.
bool MayWait(const Rpc& rpc) {
  return rpc.method->server_streaming() || rpc.method->name() == "LeaseCalls";
}

class NonsenseTest : public ::testing::Test {
 protected:
  std::unique_ptr<Message> RequestOf(const Rpc& rpc) {
    return std::unique_ptr<Message>(messages_.GetPrototype(rpc.method->input_type())->New());
  }

  grpc::Status Ask(const Rpc& rpc, const std::string& bytes) {
    const auto callers = access::Everybody();
    const auto allowed = std::ranges::find_if(
        callers, [&](const rpc::Caller& caller) { return matrix_.Allows(rpc, caller); });
    if (allowed == callers.end()) return {StatusCode::UNIMPLEMENTED, "nobody may ask it"};
    auto& channel = channels_[rpc.service + "/" + allowed->Identity()];
    if (channel == nullptr) channel = suite_.ChannelTo(rpc.service, CertificateOf(*allowed));
    return SendAny(channel, rpc.name, bytes, {.patience = MayWait(rpc) ? 50ms : 30'000ms});
  }

  void ExpectClearAnswer(const Rpc& rpc, const Message& request, const std::string& what) {
    const grpc::Status status = Ask(rpc, request.SerializeAsString());
    if (status.ok() || (MayWait(rpc) && status.error_code() == StatusCode::DEADLINE_EXCEEDED)) {
      return;
    }
    EXPECT_THAT(status.error_code(),
                ::testing::AnyOf(StatusCode::INVALID_ARGUMENT, StatusCode::NOT_FOUND,
                                 StatusCode::FAILED_PRECONDITION, StatusCode::ALREADY_EXISTS,
                                 StatusCode::OUT_OF_RANGE, StatusCode::PERMISSION_DENIED,
                                 StatusCode::RESOURCE_EXHAUSTED))
        << rpc.name << " with " << what << ": " << status.error_message();
    EXPECT_FALSE(status.error_message().empty()) << rpc.name << " with " << what;
    EXPECT_LT(status.error_message().size(), kLongestMessage) << rpc.name << " with " << what;
  }

  // All of them wrong, in a workspace of one's own, and each wrong alone.
  void Try(const Rpc& rpc, const Nonsense& nonsense) {
    const auto all = RequestOf(rpc);
    Fill(*all, nonsense);
    ExpectClearAnswer(rpc, *all, nonsense.name);
    NameWorkspace(*all, "acme");
    ExpectClearAnswer(rpc, *all, nonsense.name + " in acme");
    for (int i = 0; i < rpc.method->input_type()->field_count(); ++i) {
      const auto& field = *rpc.method->input_type()->field(i);
      const auto one = RequestOf(rpc);
      NameWorkspace(*one, "acme");
      FillField(*one, field, nonsense);
      ExpectClearAnswer(rpc, *one, nonsense.name + " as " + field.name());
    }
  }

  Suite suite_{QuickCalls(1)};
  const Matrix matrix_{CALLIMPORT_SOURCE_DIR};
  google::protobuf::DynamicMessageFactory messages_;
  std::map<std::string, std::shared_ptr<grpc::Channel>> channels_;
};

TEST_F(NonsenseTest, IsAnsweredClearlyByEveryRpcAndHarmsNoService) {
  for (const Rpc& rpc : matrix_.rpcs()) {
    for (const Nonsense& nonsense : AllNonsense()) Try(rpc, nonsense);
  }

  for (const Rpc& rpc : matrix_.rpcs()) {
    EXPECT_NE(Ask(rpc, "\xff not a message").error_code(), StatusCode::UNAVAILABLE) << rpc.name;
  }
  for (const std::string& service : kServices) {
    EXPECT_TRUE(suite_.ProcessOf(service).IsRunning()) << service;
    EXPECT_TRUE(suite_.IsHealthy(service)) << service;
  }
}

}  // namespace
}  // namespace callimport::e2e
