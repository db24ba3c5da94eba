#include "services/adapter-gateway/records/quarantine.h"

#include <gmock/gmock.h>

#include "libs/audit/audit_log.h"
#include "libs/catalog/catalog.h"
#include "libs/postgres/transact.h"
#include "libs/rpc/invoke.h"
#include "libs/testing/postgres_fixture.h"
#include "libs/testing/rpc_server.h"
#include "libs/testing/status_matchers.h"
#include "services/adapter-gateway/api/records_service.h"
#include "services/adapter-gateway/platforms/all_platforms.h"
#include "services/adapter-gateway/platforms/kept_records.h"
#include "services/adapter-gateway/sessions/fake_vault.h"
#include "services/adapter-gateway/storage/migrations.h"

namespace callimport::adapter_gateway {
namespace {

using testing::HasCode;
using testing::HasReason;
using testing::IsOk;
using ::testing::SizeIs;
using Stub = v1::Records::Stub;

const RecordSource kAccount{"acme", "c1", "gong"};
// As the mapping cannot read it, and as it can.
constexpr char kBroken[] = R"({"metaData":{"id":"7","title":5}})";
constexpr char kWhole[] = R"({"metaData":{"id":"8","title":"Intro"}})";

class QuarantineTest : public testing::PostgresTest {
 protected:
  QuarantineTest() : PostgresTest("adapter_gateway", Migrations()) {
    for (const char* id : {"c1", "c2"}) vault_.Put("acme", id, "gong", {});
  }

  static v1::ListCallsResponse PageOf(const std::vector<std::string>& records) {
    v1::ListCallsResponse page;
    for (const std::string& record : records) {
      v1::UnreadableRecord& unreadable = *page.add_unreadable();
      unreadable.set_reason("title: text is expected");
      unreadable.set_source_metadata(record);
    }
    return page;
  }
  v1::ListCallsResponse Keep(const std::vector<std::string>& records,
                             const RecordSource& source = kAccount) {
    v1::ListCallsResponse page = PageOf(records);
    EXPECT_THAT(quarantine_.Keep(source, page), IsOk());
    return page;
  }
  std::vector<UnreadableRecord> Kept() {
    return *store_.List({.workspace_id = "acme", .limit = 100});
  }

  static std::unique_ptr<PlatformRegistry> Registry() {
    return std::make_unique<PlatformRegistry>(
        *PlatformRegistry::Build(*LoadCatalog(CATALOG_DIR), {}, AllPlatforms(SystemClock())));
  }

  const std::unique_ptr<PlatformRegistry> platforms_ = Registry();
  FakeVault vault_{SystemClock()};
  AccessLeases leases_{vault_, SystemClock()};
  VendorAccounts accounts_{*platforms_, leases_};
  QuarantineStore store_{pool()};
  Quarantine quarantine_{store_, accounts_, {.most_of_account = 3, .largest = 1'000}};
  RecordsService service_{store_, quarantine_};
  testing::RpcServer server_{{&service_},
                             {testing::Allow("callimport.adapter_gateway.v1.Records", "support/*")},
                             "adapter-gateway"};
  const std::unique_ptr<Stub> stub_ = v1::Records::NewStub(server_.ChannelOf("support-demo"));
};

TEST_F(QuarantineTest, KeepsWhatCannotBeReadByteForByteAndOutOfThePage) {
  const auto page = Keep({kBroken, "{\"id\": \"\\u0000\xC3\xA4\"}"});

  ASSERT_EQ(page.unreadable_size(), 2);
  EXPECT_EQ(page.unreadable(0).source_metadata(), "");
  EXPECT_EQ(page.unreadable(0).reason(), "title: text is expected");
  const auto shown = store_.Show("acme", page.unreadable(1).record_id(), {"support/dana", "x"});
  ASSERT_THAT(shown, IsOk());
  EXPECT_EQ(shown->raw, "{\"id\": \"\\u0000\xC3\xA4\"}");
}

TEST_F(QuarantineTest, KnowsARecordThatIsListedAgain) {
  const auto first = Keep({kBroken, kBroken});
  const auto second = Keep({kBroken});

  EXPECT_THAT(Kept(), SizeIs(1));
  EXPECT_EQ(first.unreadable(1).record_id(), first.unreadable(0).record_id());
  EXPECT_EQ(second.unreadable(0).record_id(), first.unreadable(0).record_id());
}

TEST_F(QuarantineTest, IsBoundedByAccountAndSize) {
  Keep({"1", "2", "3"});
  const auto full = Keep({"4"});
  const auto large = Keep({std::string(1'001, '5')}, {"acme", "c2", "gong"});

  EXPECT_EQ(full.unreadable(0).record_id(), "");
  EXPECT_THAT(Kept(), SizeIs(4));
  const auto shown = store_.Show("acme", large.unreadable(0).record_id(), {"support/dana", "x"});
  EXPECT_EQ(shown->raw, "");
  EXPECT_EQ(shown->raw_bytes, 1'001);
}

TEST_F(QuarantineTest, ReadsAgainWithoutAskingForASecret) {
  Keep({kBroken, kWhole});

  const auto again = quarantine_.Remap(kAccount, "");

  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->still_unreadable(), 1);
  EXPECT_EQ(again->next_page_token(), "");
  ASSERT_EQ(again->records_size(), 1);
  EXPECT_EQ(again->records(0).call().title(), "Intro");
  EXPECT_EQ(again->records(0).call().source_metadata(), kWhole);
  EXPECT_THAT(Kept(), SizeIs(2)) << "until somebody else has it";
  EXPECT_EQ(vault_.leases(), 0);

  EXPECT_EQ(*store_.Release("acme", {again->records(0).record_id()}), 1);
  EXPECT_EQ(*store_.Release("acme", {again->records(0).record_id()}), 0);
  EXPECT_EQ(quarantine_.Remap(kAccount, "")->records_size(), 0);
}

TEST_F(QuarantineTest, MapsAnewWhatOthersKeepWithoutAskingForASecret) {
  v1::MapRecordsRequest request;
  request.set_platform("gong");
  for (const char* raw : {kWhole, kBroken, "}", ""}) {
    common::v1::CallRecord& known = *request.add_records();
    known.set_source_call_id("8");
    known.set_title("as it was read before");
    known.set_source_metadata(raw);
  }

  const auto mapped = rpc::Invoke(*stub_, &Stub::MapRecords, request);

  ASSERT_THAT(mapped, IsOk());
  ASSERT_EQ(mapped->records_size(), 4);
  EXPECT_EQ(mapped->records(0).call().title(), "Intro");
  EXPECT_EQ(mapped->records(0).call().source_metadata(), "");
  EXPECT_EQ(mapped->records(0).call().mapping_revision(), MappingRevisionOf("gong"));
  EXPECT_GT(mapped->records(0).call().mapping_revision(), 0);
  for (int i = 1; i < 4; ++i) EXPECT_FALSE(mapped->records(i).has_call()) << i;
  EXPECT_EQ(vault_.leases(), 0);
}

TEST_F(QuarantineTest, MapsMembersByTheNamesThatAreKnownOfThem) {
  v1::MapRecordsRequest request;
  request.set_platform("openphone");
  common::v1::CallRecord& known = *request.add_records();
  known.set_source_call_id("AC1");
  known.set_kind(common::v1::RECORD_KIND_CALL);
  known.set_source_metadata(R"({"id":"AC1","direction":"incoming","participants":[)"
                            R"({"phoneNumber":"+1555","actorId":"US7"},{"phoneNumber":"+1666"}]})");
  common::v1::Participant& dana = *known.add_participants();
  dana.set_speaker_id("US7");
  dana.set_name("Dana");

  const auto mapped = rpc::Invoke(*stub_, &Stub::MapRecords, request);

  ASSERT_THAT(mapped, IsOk());
  const common::v1::CallRecord& call = mapped->records(0).call();
  ASSERT_EQ(call.participants_size(), 2);
  EXPECT_EQ(call.participants(0).name(), "Dana");
  EXPECT_EQ(call.participants(0).phone(), "+1555");
  EXPECT_EQ(call.participants(1).name(), "");
}

TEST_F(QuarantineTest, LosesWhatIsOldAndWhatIsOfNobody) {
  const auto page = Keep({kBroken, kWhole});
  Keep({kBroken}, {"acme", "gone", "gong"});
  ASSERT_THAT(
      postgres::Transact(pool(),
                         [&](pqxx::work& tx) {
                           tx.exec_params(
                               "UPDATE quarantine SET last_seen_at = now() - interval '31 days'"
                               " WHERE record_id = $1",
                               page.unreadable(0).record_id());
                         }),
      IsOk());

  ASSERT_THAT(quarantine_.Clean(), IsOk());

  ASSERT_THAT(Kept(), SizeIs(1));
  EXPECT_EQ(Kept()[0].record_id, page.unreadable(1).record_id());
}

TEST_F(QuarantineTest, ShowsRecordsToSupportAndWritesDownWhoLooked) {
  const std::string id = Keep({kBroken}).unreadable(0).record_id();
  v1::ListQuarantinedRequest list;
  list.set_workspace_id("acme");
  const auto listed = rpc::Invoke(*stub_, &Stub::ListQuarantined, list);
  ASSERT_THAT(listed, IsOk());
  ASSERT_EQ(listed->records_size(), 1);
  EXPECT_EQ(listed->records(0).record_id(), id);
  EXPECT_EQ(listed->records(0).platform(), "gong");
  v1::GetRawRecordRequest get;
  get.set_workspace_id("acme");
  get.set_record_id(id);

  const auto raw = rpc::Invoke(*stub_, &Stub::GetRawRecord, get);

  ASSERT_THAT(raw, IsOk());
  EXPECT_EQ(raw->raw(), kBroken);
  const auto log = postgres::Transact(pool(), [](pqxx::work& tx) {
    return audit::AuditLog(audit::AuditTable{}).ReadAfter(tx, 0, 10);
  });
  ASSERT_THAT(*log, SizeIs(1));
  EXPECT_EQ((*log)[0].entry.action, "show_raw_record");
  EXPECT_EQ((*log)[0].entry.actor, "support/demo");
  EXPECT_EQ((*log)[0].entry.object_id, id);
  get.set_workspace_id("others");
  EXPECT_THAT(rpc::Invoke(*stub_, &Stub::GetRawRecord, get), HasReason("RECORD_NOT_FOUND"));
}

TEST_F(QuarantineTest, NamesTheFieldsThatAreWrong) {
  v1::ListQuarantinedRequest list;
  list.mutable_page()->set_page_size(-1);
  EXPECT_THAT(rpc::Invoke(*stub_, &Stub::ListQuarantined, list),
              HasCode(absl::StatusCode::kInvalidArgument));
  v1::GetRawRecordRequest get;
  get.set_workspace_id("acme");
  get.set_record_id("7");
  EXPECT_THAT(rpc::Invoke(*stub_, &Stub::GetRawRecord, get),
              HasCode(absl::StatusCode::kInvalidArgument));
  v1::ReleaseRecordsRequest release;
  release.set_workspace_id("acme");
  release.add_record_ids("7");
  EXPECT_THAT(rpc::Invoke(*stub_, &Stub::ReleaseRecords, release),
              HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(rpc::Invoke(*stub_, &Stub::Remap, v1::RemapRequest()),
              HasCode(absl::StatusCode::kInvalidArgument));
  v1::MapRecordsRequest map;
  EXPECT_THAT(rpc::Invoke(*stub_, &Stub::MapRecords, map),
              HasCode(absl::StatusCode::kInvalidArgument));
  map.set_platform("gong");
  for (int i = 0; i <= 500; ++i) map.add_records();
  EXPECT_THAT(rpc::Invoke(*stub_, &Stub::MapRecords, map),
              HasCode(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace callimport::adapter_gateway
