#include "services/adapter-gateway/webhooks/gap_finder.h"

#include <gmock/gmock.h>

#include "libs/common/ids.h"
#include "libs/common/proto_time.h"
#include "libs/crypto/digest.h"
#include "libs/testing/postgres_fixture.h"
#include "libs/testing/status_matchers.h"
#include "services/adapter-gateway/storage/migrations.h"

namespace callimport::adapter_gateway {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::IsOk;

// A day after the vendor was told where to announce calls.
class LaterClock : public Clock {
 public:
  Timestamp Now() const override { return SystemClock().Now() + 24h; }
};

class GapFinderTest : public testing::PostgresTest {
 protected:
  GapFinderTest() : PostgresTest("adapter_gateway", Migrations()) {}

  void Subscribe(const std::string& platform) {
    source_.platform = platform;
    ASSERT_THAT(store_.Subscribe({.subscription_id = NewUuid(), .source = source_}, {}), IsOk());
  }
  void Announce(const std::string& call, WebhookVerdict verdict = WebhookVerdict::kAccepted) {
    IncomingWebhook webhook;
    webhook.receipt = {.webhook_id = NewUuid(),
                       .source = source_,
                       .source_call_id = call,
                       .verdict = verdict,
                       .body_sha256 = crypto::Sha256(call),
                       .received_at = SystemClock().Now()};
    ASSERT_THAT(store_.StoreAll({webhook}), IsOk());
  }

  v1::ListCallsRequest Request(common::v1::WorkClass work_class) {
    v1::ListCallsRequest request;
    request.set_workspace_id(source_.workspace_id);
    request.set_credential_id(source_.credential_id);
    request.set_work_class(work_class);
    *request.mutable_filter()->mutable_start_time() = ToProto(begun_ - 24h);
    return request;
  }
  static void Add(v1::ListCallsResponse& page, const std::string& id, Timestamp start) {
    common::v1::CallRecord& call = *page.add_calls();
    call.set_source_call_id(id);
    call.set_kind(common::v1::RECORD_KIND_CALL);
    *call.mutable_start_time() = ToProto(start);
  }

  const Timestamp begun_ = SystemClock().Now();
  const LaterClock clock_;
  WebhookSource source_{"acme", "credential-1", ""};
  WebhookStore store_{pool()};
  GapFinder finder_{store_, clock_};
};

TEST_F(GapFinderTest, CountsWhatIsListedAndWasNotAnnounced) {
  Subscribe("vendor-of-gaps");
  for (const char* call : {"announced", "of another time"}) Announce(call);
  Announce("not believed", WebhookVerdict::kBadSignature);
  v1::ListCallsResponse page;
  Add(page, "announced", begun_ + 5min);
  Add(page, "missed", begun_ + 5min);
  Add(page, "not believed", begun_ + 5min);
  // Before anybody was told, and so late that it may still be announced.
  Add(page, "before", begun_ - 5min);
  Add(page, "new", clock_.Now() - 59min);
  Add(page, "message", begun_ + 5min);
  page.mutable_calls()->rbegin()->set_kind(common::v1::RECORD_KIND_MESSAGE);

  {
    const auto witness = finder_.Watch(Request(common::v1::WORK_CLASS_RECONCILE));
    ASSERT_NE(witness, nullptr);
    witness->OnPage(page);
  }

  const std::string metrics = metrics::Render();
  EXPECT_THAT(
      metrics,
      HasSubstr(R"(webhook_listed_calls_total{announced="no",platform="vendor-of-gaps"} 2)"));
  EXPECT_THAT(
      metrics,
      HasSubstr(R"(webhook_listed_calls_total{announced="yes",platform="vendor-of-gaps"} 1)"));
}

TEST_F(GapFinderTest, LooksAtReconciliationsAlone) {
  Subscribe("openphone");
  EXPECT_EQ(finder_.Watch(Request(common::v1::WORK_CLASS_SYNC)), nullptr);
  EXPECT_NE(finder_.Watch(Request(common::v1::WORK_CLASS_RECONCILE)), nullptr);
}

TEST_F(GapFinderTest, ExpectsNothingOfAVendorThatWasNotToldWhereTo) {
  EXPECT_EQ(finder_.Watch(Request(common::v1::WORK_CLASS_RECONCILE)), nullptr);
}

}  // namespace
}  // namespace callimport::adapter_gateway
