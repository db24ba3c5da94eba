// A vendor that allows three requests a second never has to say no, by however many replicas it is
// asked.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>

#include "callimport/adapter_gateway/v1/quota.grpc.pb.h"
#include "callimport/job_scheduler/v1/sources.grpc.pb.h"
#include "libs/rpc/invoke.h"
#include "libs/testing/status_matchers.h"
#include "tests/e2e/eventually.h"
#include "tests/e2e/free_port.h"
#include "tests/e2e/suite.h"
#include "tests/e2e/truth.h"

namespace callimport::e2e {
namespace {

using ::callimport::testing::IsOk;

constexpr uint64_t kCalls = 450;

uint64_t Refused(const fake_vendors::StatsSnapshot& seen) {
  uint64_t refused = 0;
  for (const auto& [endpoint, statuses] : seen.requests) refused += seen.Requests(endpoint, 429);
  return refused;
}

uint64_t Limited(const fake_vendors::StatsSnapshot& seen) {
  uint64_t limited = 0;
  for (const auto& [endpoint, statuses] : seen.requests) {
    if (endpoint != "media") limited += seen.Requests(endpoint);
  }
  return limited;
}

TEST(Quota, OfThreeASecondIsKeptAndSpentSparingly) {
  SuiteOptions options = QuickCalls(kCalls);
  options.vendors.gong.per_second = 3;
  options.vendors.gong.per_day = 10'000;
  options.keep_vendor_limits = true;
  Suite suite(options);
  Client client = suite.ClientFor("acme");

  const auto job = client.CreateJob(suite.ConnectGong(client));
  ASSERT_THAT(job, IsOk());
  const scheduler::ImportJob ended = client.WaitForEnd(job->job_id(), 120s);

  EXPECT_EQ(ended.state(), words::JOB_STATE_COMPLETED) << ended.ShortDebugString();
  ExpectAllImported(client, suite.vendors().gong());
  const auto seen = suite.vendors().stats().Snapshot();
  EXPECT_EQ(Refused(seen), 0U) << ToJson(seen);
  EXPECT_LE(seen.busiest_second, 3U) << ToJson(seen);
  // Five pages to list, and what is asked in batches: far from one request for each call.
  EXPECT_LE(Limited(seen), kCalls / 5) << ToJson(seen);
}

// The sum of a metric over all its labels.
double Total(const std::string& page, const std::string& metric) {
  double total = 0;
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    const size_t end = line.find_first_of("{ ");
    if (line.substr(0, end) == metric) total += std::stod(line.substr(line.rfind(' ')));
  }
  return total;
}

TEST(Quota, IsSpentAsTheMetricsSay) {
  Suite suite(QuickCalls(120));
  Client client = suite.ClientFor("acme");
  const auto job = client.CreateJob(suite.ConnectGong(client));
  ASSERT_THAT(job, IsOk());
  client.WaitForEnd(job->job_id(), 60s);

  const std::string page = suite.MetricsOf("adapter-gateway");

  const auto asked = static_cast<double>(Limited(suite.vendors().stats().Snapshot()));
  EXPECT_EQ(Total(page, "platform_api_requests_total"), asked);
  EXPECT_EQ(Total(page, "platform_api_latency_seconds_count"), asked);
  EXPECT_GT(Total(page, "platform_api_latency_seconds_sum"), 0);
  EXPECT_THAT(page, ::testing::HasSubstr("platform_api_latency_seconds_bucket{platform=\"gong\""));
}

TEST(Quota, ThatRunsOutMakesTheImportWaitNotFail) {
  SuiteOptions options = QuickCalls(30);
  Suite suite(options);
  Client client = suite.ClientFor("acme");
  const std::string credential = suite.ConnectGong(client);
  fake_vendors::Fault refusal;
  refusal.status = 429;
  refusal.retry_after_seconds = 1;
  refusal.endpoint = "api";
  refusal.times = 3;
  suite.vendors().faults().Add(refusal);

  const auto job = client.CreateJob(credential);
  ASSERT_THAT(job, IsOk());
  const scheduler::ImportJob ended = client.WaitForEnd(job->job_id(), 90s);

  EXPECT_EQ(ended.state(), words::JOB_STATE_COMPLETED) << ended.ShortDebugString();
  EXPECT_EQ(ended.progress().failed_calls(), 0);
  EXPECT_EQ(Refused(suite.vendors().stats().Snapshot()), 3U);
}

namespace gateway = adapter_gateway::v1;

absl::StatusOr<gateway::ExplainLimitsResponse> ExplainLimits(Suite& suite,
                                                             const std::string& credential) {
  const auto stub = gateway::Quota::NewStub(suite.ChannelTo("adapter-gateway", "support-demo"));
  gateway::ExplainLimitsRequest request;
  request.set_workspace_id("acme");
  request.set_credential_id(credential);
  return rpc::Invoke(*stub, &gateway::Quota::Stub::ExplainLimits, request);
}

scheduler::SourceBreakers BreakersOf(Suite& suite, const std::string& credential) {
  const auto stub =
      scheduler::Sources::NewStub(suite.ChannelTo("job-scheduler", "workspace-admin-acme"));
  scheduler::GetSourceRequest request;
  request.set_workspace_id("acme");
  request.set_credential_id(credential);
  const auto found = rpc::Invoke(*stub, &scheduler::Sources::Stub::GetSource, request);
  return found.ok() ? found->source().breakers() : scheduler::SourceBreakers();
}

TEST(Quota, LeavesAVendorAloneThatDoesNotAnswerAndGoesOnOnceItDoes) {
  SuiteOptions options = QuickCalls(30);
  options.patch = [](const std::string& service, Json& config) {
    if (service != "adapter-gateway") return;
    config["breaker"] = {{"failures", 4}, {"first_open_seconds", 2}, {"longest_open_seconds", 4}};
  };
  Suite suite(options);
  Client client = suite.ClientFor("acme");
  const std::string credential = suite.ConnectGong(client);
  fake_vendors::Fault outage;
  outage.status = 503;
  outage.endpoint = "api";
  suite.vendors().faults().Add(outage);

  const auto job = client.CreateJob(credential);
  ASSERT_THAT(job, IsOk());
  gateway::ExplainLimitsResponse limits;
  ASSERT_TRUE(Eventually(30s, [&] {
    limits = ExplainLimits(suite, credential).value_or(limits);
    return limits.breakers_size() > 0;
  }));
  EXPECT_EQ(limits.breakers(0).group(), "/v2/calls/extensive");
  EXPECT_THAT(limits.breakers(0).reason(), ::testing::HasSubstr("503"));
  EXPECT_GE(Total(suite.MetricsOf("adapter-gateway"), "platform_breaker_opened_total"), 1);
  const scheduler::SourceBreakers shown = BreakersOf(suite, credential);
  ASSERT_GE(shown.open_size(), 1);
  EXPECT_EQ(shown.open(0).endpoints(), "/v2/calls/extensive");
  suite.vendors().faults().Clear();
  const scheduler::ImportJob ended = client.WaitForEnd(job->job_id(), 90s);

  EXPECT_EQ(ended.state(), words::JOB_STATE_COMPLETED) << ended.ShortDebugString();
  EXPECT_TRUE(Eventually(
      10s, [&] { return ExplainLimits(suite, credential).value_or(limits).breakers_size() == 0; }));
}

// What somebody writes into the configuration while the service runs.
void ChangeConfig(const std::string& file, const std::function<void(Json&)>& change) {
  Json config = Json::parse(std::ifstream(file));
  change(config);
  std::ofstream(file + ".new") << config.dump(2);
  std::filesystem::rename(file + ".new", file);
}

// The suite with two gateways: job-scheduler asks the first, media-pipeline the second.
class TwoGatewaysTest : public ::testing::Test {
 protected:
  static constexpr uint64_t kSharedCalls = 300;

  TwoGatewaysTest() {
    SuiteOptions options = QuickCalls(kSharedCalls);
    options.vendors.gong.per_second = 3;
    options.vendors.gong.per_day = 10'000;
    options.keep_vendor_limits = true;
    options.patch = [this](const std::string& service, Json& config) {
      if (service == "adapter-gateway") second_config_ = config;
      if (service == "media-pipeline") config["adapter_gateway"]["address"] = Address(port_);
    };
    suite_ = std::make_unique<Suite>(options);
    StartSecond();
  }
  // Before the suite's folder goes.
  ~TwoGatewaysTest() override { second_.reset(); }

  static std::string Address(int port) { return "127.0.0.1:" + std::to_string(port); }

  void StartSecond() {
    second_config_["server"]["address"] = Address(port_);
    second_config_["server"]["metrics_address"] = Address(metrics_port_);
    const std::string file = (suite_->folder() / "second-gateway.json").string();
    std::ofstream(file) << second_config_.dump(2);
    second_ = std::make_unique<Process>(
        Suite::ProgramOf("adapter-gateway"), std::vector<std::string>{"--config=" + file},
        suite_->folder().string(), (suite_->folder() / "second-gateway.log").string());
  }

  // In its log, sooner or later.
  bool SecondSays(const std::string& words) {
    return Eventually(20s, [&] {
      std::ifstream log(suite_->folder() / "second-gateway.log");
      return std::string(std::istreambuf_iterator<char>(log), {}).find(words) != std::string::npos;
    });
  }

  void ExpectAllWithoutARefusal(Client& client, const std::string& job_id) {
    const scheduler::ImportJob ended = client.WaitForEnd(job_id, 120s);
    EXPECT_EQ(ended.state(), words::JOB_STATE_COMPLETED) << ended.ShortDebugString();
    EXPECT_EQ(ended.progress().failed_calls(), 0);
    ExpectAllImported(client, suite_->vendors().gong());
    const auto seen = suite_->vendors().stats().Snapshot();
    EXPECT_EQ(Refused(seen), 0U) << ToJson(seen);
    EXPECT_LE(seen.busiest_second, 3U) << ToJson(seen);
  }

  const int port_ = FreePort();
  const int metrics_port_ = FreePort();
  Json second_config_;
  std::unique_ptr<Suite> suite_;
  std::unique_ptr<Process> second_;
};

TEST_F(TwoGatewaysTest, ShareTheBudgetOfOneAccount) {
  Client client = suite_->ClientFor("acme");
  const std::string credential = suite_->ConnectGong(client);

  const auto job = client.CreateJob(credential);

  ASSERT_THAT(job, IsOk());
  ExpectAllWithoutARefusal(client, job->job_id());
  const auto limits = ExplainLimits(*suite_, credential);
  ASSERT_THAT(limits, IsOk());
  EXPECT_EQ(limits->platform(), "gong");
  ASSERT_EQ(limits->budgets_size(), 2);
  EXPECT_EQ(limits->budgets(0).limit(), 3);
  EXPECT_EQ(limits->budgets(0).period_seconds(), 1);
  EXPECT_EQ(limits->budgets(1).limit(), 10'000);
  EXPECT_EQ(limits->budgets(1).period_seconds(), 86'400);
  EXPECT_EQ(limits->budgets(1).reserved(), 1'000);
  EXPECT_LT(limits->budgets(1).left(), 10'000);
  EXPECT_EQ(limits->budgets(1).learned_limit(), 0);
}

TEST_F(TwoGatewaysTest, FollowAnotherLimitWithoutARestart) {
  Client client = suite_->ClientFor("acme");
  const std::string credential = suite_->ConnectGong(client);
  const auto slower = [](Json& config) {
    config["platforms"][0]["rate_windows"] = {{{"limit", 1}, {"period_seconds", 1}},
                                              {{"limit", 5'000}, {"period_seconds", 86'400}}};
  };
  ASSERT_TRUE(SecondSays("\"serving\""));

  ChangeConfig(suite_->ConfigFileOf("adapter-gateway"), slower);
  ChangeConfig((suite_->folder() / "second-gateway.json").string(), slower);
  ASSERT_TRUE(Eventually(20s, [&] {
    const auto limits = ExplainLimits(*suite_, credential);
    return limits.ok() && limits->budgets(0).limit() == 1 && limits->budgets(1).limit() == 5'000;
  }));
  ASSERT_TRUE(SecondSays("taken over"));
  suite_->vendors().stats().Reset();
  const auto job = client.CreateJob(credential);

  // The vendor still allows three a second, and would see them.
  ASSERT_THAT(job, IsOk());
  ExpectAllWithoutARefusal(client, job->job_id());
  // On a slow machine two may arrive together.
  EXPECT_LE(suite_->vendors().stats().Snapshot().busiest_second, 2U);
}

TEST_F(TwoGatewaysTest, NeverSpendTwiceWhatOneTookWithItIntoDeath) {
  Client client = suite_->ClientFor("acme");
  const auto job = client.CreateJob(suite_->ConnectGong(client));
  ASSERT_THAT(job, IsOk());
  ASSERT_TRUE(
      Eventually(60s, [&] { return suite_->vendors().stats().Snapshot().Requests("media") > 20; }));

  second_->Kill();
  StartSecond();

  ExpectAllWithoutARefusal(client, job->job_id());
}

}  // namespace
}  // namespace callimport::e2e
