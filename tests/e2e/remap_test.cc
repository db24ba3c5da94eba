// A mapping that is mistaken about some records, and what its fix makes of them, over the real
// services and the command line: what could not be read is set aside while the import goes on, what
// was read wrongly is corrected, and the vendor is not asked again for any of it.
#include <gmock/gmock.h>

#include <fstream>
#include <set>
#include <sstream>

#include "callimport/adapter_gateway/v1/records.grpc.pb.h"
#include "libs/rpc/invoke.h"
#include "libs/testing/status_matchers.h"
#include "tests/e2e/suite.h"
#include "tests/e2e/truth.h"

namespace callimport::e2e {
namespace {

using ::callimport::testing::IsOk;
using gateway::Records;
using ::testing::HasSubstr;

constexpr uint64_t kCalls = 20;
constexpr std::chrono::seconds kPatience{60};

// Built from the same sources, with older_gong_mapping.cc.
SuiteOptions MistakenAboutGong() {
  SuiteOptions options = QuickCalls(kCalls);
  options.programs = {{"adapter-gateway", "adapter-gateway-of-before"}};
  return options;
}

class RemapTest : public ::testing::Test {
 protected:
  fake_vendors::gong::GongVendor& gong() { return suite_.vendors().gong(); }

  // Those that the mistaken mapping cannot read.
  std::set<std::string> UnreadableIds() {
    std::set<std::string> ids;
    for (uint64_t i = 0; i < kCalls; ++i) {
      const std::string id = gong().book().At(i).id;
      if (id.back() % 2 == 1) ids.insert(id);
    }
    return ids;
  }

  uint64_t VendorRequests() {
    uint64_t requests = 0;
    for (const auto& [endpoint, by_status] : suite_.vendors().stats().Snapshot().requests) {
      for (const auto& [status, count] : by_status) requests += count;
    }
    return requests;
  }

  std::vector<gateway::QuarantinedRecord> SetAside() {
    gateway::ListQuarantinedRequest request;
    request.set_workspace_id("acme");
    const auto stub = Records::NewStub(suite_.ChannelTo("adapter-gateway", "support-demo"));
    const auto page = rpc::Invoke(*stub, &Records::Stub::ListQuarantined, request, {.attempts = 5});
    EXPECT_THAT(page, IsOk());
    return {page->records().begin(), page->records().end()};
  }

  void Mend() {
    ASSERT_EQ(suite_.Stop("adapter-gateway"), 0);
    suite_.UseProgram("adapter-gateway", "adapter-gateway");
    suite_.Start("adapter-gateway");
    EXPECT_TRUE(Eventually(kPatience, [&] { return TheGatewayIsReached(); }));
  }

  // By those who ask it, whose connections were broken.
  bool TheGatewayIsReached() {
    scheduler::RemapCallsRequest calls;
    calls.set_workspace_id("acme");
    calls.set_platform("gong");
    calls.set_dry_run(true);
    const auto jobs =
        scheduler::JobScheduler::NewStub(suite_.ChannelTo("job-scheduler", "support-demo"));
    pipeline::RemapEngagementsRequest engagements;
    engagements.set_workspace_id("acme");
    engagements.set_import_source("gong");
    engagements.set_dry_run(true);
    const auto reading =
        pipeline::Engagements::NewStub(suite_.ChannelTo("media-pipeline", "support-demo"));
    return rpc::Invoke(*jobs, &scheduler::JobScheduler::Stub::RemapCalls, calls).ok() &&
           rpc::Invoke(*reading, &pipeline::Engagements::Stub::RemapEngagements, engagements).ok();
  }

  // What is typed at the command line, and what it says.
  std::string Type(std::vector<std::string> words) {
    const std::string config = (suite_.folder() / "callimport.json").string();
    const auto address_of = [&](const std::string& service) {
      return Json::parse(std::ifstream(suite_.ConfigFileOf(service)))["server"]["address"];
    };
    const std::string certificate = (suite_.folder() / "certs" / "support-demo").string();
    std::ofstream(config) << Json{{"workspace", "acme"},
                                  {"tls",
                                   {{"certificate_file", certificate + ".pem"},
                                    {"key_file", certificate + ".key"},
                                    {"ca_file", (suite_.folder() / "certs" / "ca.pem").string()}}},
                                  {"adapter_gateway", address_of("adapter-gateway")},
                                  {"job_scheduler", address_of("job-scheduler")},
                                  {"media_pipeline", address_of("media-pipeline")}};
    words.push_back("--config=" + config);
    const std::string said = (suite_.folder() / ("said-" + std::to_string(++typed_))).string();
    Process process(Suite::ProgramOf("callimport"), words, suite_.folder().string(), said);
    EXPECT_EQ(process.WaitForExit(kPatience), 0);
    std::ostringstream text;
    text << std::ifstream(said).rdbuf();
    return text.str();
  }

  Suite suite_{MistakenAboutGong()};
  Client client_ = suite_.ClientFor("acme");
  int typed_ = 0;
};

TEST_F(RemapTest, AMendedMappingCorrectsWhatWasImportedAndBringsWhatWasSetAside) {
  const std::set<std::string> unreadable = UnreadableIds();
  ASSERT_FALSE(unreadable.empty());
  ASSERT_LT(unreadable.size(), kCalls);
  const int readable = static_cast<int>(kCalls - unreadable.size());
  const auto job = client_.CreateJob(suite_.ConnectGong(client_));
  ASSERT_THAT(job, IsOk());

  // The run goes on.
  const scheduler::ImportJob before = client_.WaitForEnd(job->job_id(), kPatience);
  EXPECT_EQ(before.state(), words::JOB_STATE_PARTIAL);
  EXPECT_EQ(before.progress().completed_calls(), readable);
  EXPECT_EQ(before.progress().failed_calls(), static_cast<int64_t>(unreadable.size()));
  ASSERT_EQ(SetAside().size(), unreadable.size());
  for (const gateway::QuarantinedRecord& record : SetAside()) {
    EXPECT_TRUE(unreadable.contains(record.source_call_id()));
  }
  const std::string record_id = SetAside().front().record_id();
  EXPECT_THAT(Type({"quarantine"}), HasSubstr(record_id));
  EXPECT_THAT(Type({"quarantine"}), HasSubstr("duration"));
  EXPECT_THAT(Type({"quarantine", record_id}), HasSubstr("\"metaData\""));

  Mend();
  const uint64_t asked = VendorRequests();
  const std::string announced = Type({"remap", "--platform", "gong", "--dry-run"});
  EXPECT_THAT(announced, HasSubstr(std::to_string(unreadable.size()) + " records can be read now"));
  EXPECT_THAT(announced, HasSubstr(std::to_string(readable) + " engagements read again, " +
                                   std::to_string(readable) + " to be corrected."));
  EXPECT_THAT(announced, HasSubstr("participants: "));
  EXPECT_EQ(client_.GetJob(job->job_id())->state(), words::JOB_STATE_PARTIAL);
  EXPECT_EQ(SetAside().size(), unreadable.size()) << "nothing has changed yet";

  EXPECT_EQ(VendorRequests(), asked);

  const std::string corrected = Type({"remap", "--platform", "gong", "--yes"});
  EXPECT_THAT(corrected, HasSubstr(std::to_string(unreadable.size()) + " calls queued."));
  EXPECT_THAT(corrected, HasSubstr(std::to_string(readable) + " corrected."));
  EXPECT_TRUE(SetAside().empty());

  const scheduler::ImportJob after = client_.WaitForJob(
      job->job_id(), kPatience,
      [](const auto& each) { return each.state() == words::JOB_STATE_COMPLETED; });
  EXPECT_EQ(after.state(), words::JOB_STATE_COMPLETED);
  EXPECT_EQ(after.progress().completed_calls(), static_cast<int64_t>(kCalls));
  EXPECT_EQ(after.progress().listed_calls(), static_cast<int64_t>(kCalls));
  ExpectAllImported(client_, gong());
  EXPECT_GT(VendorRequests(), asked) << "for the recordings of what had been set aside";

  const uint64_t at_the_end = VendorRequests();
  EXPECT_THAT(Type({"remap", "--platform", "gong", "--dry-run"}),
              HasSubstr(std::to_string(kCalls) + " engagements read again, 0 to be corrected."));
  EXPECT_EQ(VendorRequests(), at_the_end);
}

// With nobody who imports, nothing is asked of the vendor at all.
TEST_F(RemapTest, ReadsAgainWithoutASingleRequestToTheVendor) {
  const auto job = client_.CreateJob(suite_.ConnectGong(client_));
  ASSERT_THAT(job, IsOk());
  ASSERT_EQ(client_.WaitForEnd(job->job_id(), kPatience).state(), words::JOB_STATE_PARTIAL);
  const std::set<std::string> unreadable = UnreadableIds();
  Mend();
  ASSERT_EQ(suite_.Stop("media-pipeline"), 0);
  const uint64_t asked = VendorRequests();

  const auto retried = client_.RetryFailed(job->job_id());

  ASSERT_THAT(retried, IsOk());
  EXPECT_EQ(retried->retried_calls(), static_cast<int64_t>(unreadable.size()));
  EXPECT_EQ(retried->job().state(), words::JOB_STATE_IN_PROGRESS);
  const auto calls = client_.Calls(job->job_id());
  ASSERT_THAT(calls, IsOk());
  EXPECT_EQ(calls->size(), kCalls);
  for (const scheduler::ImportCall& call : *calls) {
    const uint64_t index = *gong().book().IndexOf(call.source_call_id());
    EXPECT_EQ(call.title(), gong().book().At(index).title);
  }
  EXPECT_EQ(VendorRequests(), asked);

  suite_.Start("media-pipeline");
  const scheduler::ImportJob after = client_.WaitForJob(
      job->job_id(), kPatience,
      [](const auto& each) { return each.state() == words::JOB_STATE_COMPLETED; });
  EXPECT_EQ(after.state(), words::JOB_STATE_COMPLETED);
}

}  // namespace
}  // namespace callimport::e2e
