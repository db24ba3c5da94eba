// The service as auditors and support meet it: over a real server, with certificates.
#include "services/credential-manager/api/audit_service.h"

#include "libs/postgres/transact.h"
#include "libs/rpc/invoke.h"
#include "libs/testing/postgres_fixture.h"
#include "libs/testing/rpc_server.h"
#include "libs/testing/status_matchers.h"
#include "services/credential-manager/storage/audit_table.h"
#include "services/credential-manager/storage/credential_store.h"

namespace callimport::credential_manager {
namespace {

using callimport::testing::Allow;
using callimport::testing::HasCode;
using callimport::testing::HasReason;
using callimport::testing::IsOk;
using rpc::Invoke;
using Finding = v1::AuditVerdict;

class AuditServiceTest : public callimport::testing::PostgresTest {
 protected:
  AuditServiceTest() : PostgresTest("credential_manager", Migrations()) {}

  void Audit(const std::string& workspace, const std::string& credential,
             const std::string& action) {
    ASSERT_THAT(postgres::Transact(pool(),
                                   [&](pqxx::work& tx) {
                                     AppendAudit(tx, {workspace, credential, action, ""},
                                                 {"service/adapter-gateway", "r1"});
                                   }),
                IsOk());
  }

  void Tamper(const std::string& sql) {
    ASSERT_THAT(postgres::Transact(pool(),
                                   [&](pqxx::work& tx) {
                                     tx.exec("SET LOCAL session_replication_role = replica");
                                     tx.exec(sql);
                                   }),
                IsOk());
  }

  std::unique_ptr<v1::Audit::Stub> As(const std::string& name) {
    return v1::Audit::NewStub(server_.ChannelOf(name));
  }

  // All messages of one verification.
  std::vector<v1::VerifyAuditResponse> Verify(const std::string& name, grpc::Status& status) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    const auto stub = As(name);
    const auto reader = stub->VerifyAudit(&context, {});
    std::vector<v1::VerifyAuditResponse> messages;
    for (v1::VerifyAuditResponse message; reader->Read(&message);) messages.push_back(message);
    status = reader->Finish();
    return messages;
  }

  v1::AuditVerdict Verdict() {
    grpc::Status status;
    const auto messages = Verify("auditor", status);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return messages.empty() ? v1::AuditVerdict() : messages.back().verdict();
  }

  static std::vector<int64_t> SequencesOf(const absl::StatusOr<v1::ListAuditResponse>& listed) {
    std::vector<int64_t> sequences;
    for (const auto& entry : listed->entries()) sequences.push_back(entry.sequence());
    return sequences;
  }

  AuditStore store_{pool(), nullptr};
  AuditService service_{store_};
  callimport::testing::RpcServer server_{
      {&service_},
      {Allow("callimport.credential_manager.v1.Audit", "auditor/*"),
       Allow("callimport.credential_manager.v1.Audit/ListAudit", "auditor/*"),
       Allow("callimport.credential_manager.v1.Audit/ListAudit", "support/*")},
      "credential-manager"};
};

TEST_F(AuditServiceTest, AnAuditorVerifiesTheLogAndHearsHowFarItIs) {
  for (int i = 0; i < 3; ++i) Audit("acme", "c1", "lease");

  grpc::Status status;
  const auto messages = Verify("auditor", status);

  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_GE(messages.size(), 2u);
  EXPECT_EQ(messages.front().checked(), 3);
  EXPECT_EQ(messages.front().total(), 3);
  EXPECT_FALSE(messages.front().has_verdict());
  EXPECT_EQ(messages.back().verdict().finding(), Finding::FINDING_OK);
  EXPECT_EQ(messages.back().verdict().entries_checked(), 3);
}

TEST_F(AuditServiceTest, WhatWasTamperedWithIsNamed) {
  for (int i = 0; i < 4; ++i) Audit("acme", "c1", "lease");

  Tamper("UPDATE audit_log SET actor = 'nobody' WHERE sequence = 3");
  EXPECT_EQ(Verdict().finding(), Finding::FINDING_EDITED);
  EXPECT_EQ(Verdict().first_bad_sequence(), 3);

  Tamper("DELETE FROM audit_log WHERE sequence = 2");
  EXPECT_EQ(Verdict().finding(), Finding::FINDING_DELETED);
  EXPECT_EQ(Verdict().first_bad_sequence(), 2);
}

TEST_F(AuditServiceTest, SupportListsAWorkspaceAndVerifiesNothing) {
  Audit("acme", "c1", "lease");
  grpc::Status status;
  v1::ListAuditRequest request;

  EXPECT_THAT(Invoke(*As("support-demo"), &v1::Audit::Stub::ListAudit, request),
              HasReason("INVALID_REQUEST"));
  request.set_workspace_id("acme");
  EXPECT_THAT(Invoke(*As("support-demo"), &v1::Audit::Stub::ListAudit, request), IsOk());
  Verify("support-demo", status);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_THAT(Invoke(*As("workspace-admin-acme"), &v1::Audit::Stub::ListAudit, request),
              HasCode(absl::StatusCode::kPermissionDenied));
}

TEST_F(AuditServiceTest, EntriesAreFilteredOrderedAndPaged) {
  Audit("acme", "c1", "store");
  Audit("globex", "c2", "store");
  Audit("acme", "c1", "lease");
  Audit("acme", "c3", "lease");
  const auto auditor = As("auditor");
  using Sequences = std::vector<int64_t>;
  v1::ListAuditRequest request;

  EXPECT_EQ(SequencesOf(Invoke(*auditor, &v1::Audit::Stub::ListAudit, request)),
            (Sequences{4, 3, 2, 1}));
  request.set_workspace_id("acme");
  request.set_order(v1::ListAuditRequest::ORDER_OLDEST_FIRST);
  request.mutable_page()->set_page_size(2);
  const auto first = Invoke(*auditor, &v1::Audit::Stub::ListAudit, request);
  EXPECT_EQ(SequencesOf(first), (Sequences{1, 3}));
  request.mutable_page()->set_page_token(first->next_page_token());
  const auto second = Invoke(*auditor, &v1::Audit::Stub::ListAudit, request);
  EXPECT_EQ(SequencesOf(second), (Sequences{4}));
  EXPECT_EQ(second->next_page_token(), "");

  request.clear_page();
  request.set_credential_id("c1");
  request.set_action("lease");
  const auto one = Invoke(*auditor, &v1::Audit::Stub::ListAudit, request);
  ASSERT_EQ(SequencesOf(one), (Sequences{3}));
  EXPECT_EQ(one->entries(0).actor(), "service/adapter-gateway");
  EXPECT_EQ(one->entries(0).hash().size(), 64u);
}

TEST_F(AuditServiceTest, BadRequestsNameTheirFields) {
  v1::ListAuditRequest request;
  request.set_workspace_id("two words");
  request.mutable_page()->set_page_token("next");
  request.mutable_page()->set_page_size(-1);

  const auto listed = Invoke(*As("auditor"), &v1::Audit::Stub::ListAudit, request);

  EXPECT_THAT(listed, HasReason("INVALID_REQUEST"));
  for (const char* field : {"workspace_id", "page.page_token", "page.page_size"}) {
    EXPECT_THAT(std::string(listed.status().message()), ::testing::HasSubstr(field));
  }
}

}  // namespace
}  // namespace callimport::credential_manager
