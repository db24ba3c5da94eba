// A configuration that makes no sense stops a service with file, field and reason, before anything
// is opened; and so does an address that somebody else has.
#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/e2e/suite.h"

namespace callimport::e2e {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Optional;

constexpr auto kPatience = 10s;

// What one field of a service's delivered file is replaced with, and what is said about it.
struct Mistake {
  std::string service;
  std::string pointer;  // of JSON: "/server/access/0/rpcs"
  Json value;           // null: it is left out
  std::string reason;
  std::string field = {};  // that is named; empty: the one at the pointer
};

// "/server/access/0/rpcs" is server.access[0].rpcs.
std::string FieldOf(const Mistake& mistake) {
  if (!mistake.field.empty()) return mistake.field;
  std::string field;
  const std::vector<std::string> parts = absl::StrSplit(mistake.pointer.substr(1), '/');
  for (const std::string& part : parts) {
    const bool index = std::ranges::all_of(part, [](unsigned char c) { return std::isdigit(c); });
    if (index) {
      absl::StrAppend(&field, "[", part, "]");
    } else {
      absl::StrAppend(&field, field.empty() ? "" : ".", part);
    }
  }
  return field;
}

const std::vector<Mistake>& Mistakes() {
  static const std::vector<Mistake> all = {
      {"credential-manager", "/server/address", "", "is missing"},
      {"credential-manager", "/server/address", "nowhere", "must be like 127.0.0.1:7101"},
      {"credential-manager", "/database/max_connections", -1, "must not be negative"},
      {"credential-manager", "/database/connection", "dbname", "must be like"},
      {"credential-manager", "/database", nullptr, "is missing", "database.connection"},
      {"credential-manager", "/key_file", "/nowhere/vault.keys", "cannot be found"},
      {"credential-manager", "/key_file", nullptr, "either this or key_environment"},
      {"credential-manager", "/legacy_key_file", "/nowhere/old", "cannot be found"},
      {"credential-manager", "/receipt_key_file", "/nowhere/key", "cannot be found"},
      {"credential-manager", "/epoch_key_dir", nullptr, "is missing"},
      {"credential-manager", "/audit_anchors/key_file", "/nowhere/key", "cannot be found"},
      {"credential-manager", "/audit_anchors/interval_seconds", -1, "must not be negative"},
      {"credential-manager", "/lifecycle/retry_window_hours", -1, "must not be negative"},
      {"credential-manager", "/transit/address", "nowhere", "must be like https://"},
      {"credential-manager", "/catalog_dir", "/nowhere", "No such file"},
      {"credential-manager", "/oauth_clients_file", "/nowhere/clients", "cannot be found"},
      {"credential-manager", "/oauth_redirect_bases", {"http://far.example"}, "must be like"},

      {"adapter-gateway", "/server/metrics_address", "nowhere", "must be like 127.0.0.1:7101"},
      {"adapter-gateway", "/server/access/0/rpcs", "callimport.adapter_gateway.v1.Quota/No",
       "names no service or rpc"},
      {"adapter-gateway", "/server/access/0/rpcs", "callimport.job_scheduler.v1.CallQueue",
       "names no service or rpc"},
      {"adapter-gateway", "/server/access/1/callers/0", "bogus", "must be like support/*"},
      {"adapter-gateway", "/database/max_connections", -1, "must not be negative"},
      {"adapter-gateway", "/credential_manager/address", nullptr, "is missing"},
      {"adapter-gateway", "/quota_lease_ms", -4, "must not be negative"},
      {"adapter-gateway", "/deadlines/connect_ms", -5, "must not be negative"},
      {"adapter-gateway", "/deadlines/connect_ms", "soon", "wants a whole number"},
      {"adapter-gateway", "/breaker/failures", -1, "must not be negative"},
      {"adapter-gateway", "/largest_recording_bytes", -1, "must not be negative"},
      {"adapter-gateway", "/catalog_dir", "/nowhere", "No such file"},
      {"adapter-gateway", "/platforms/0/platform", "nobody", "is not in the catalog"},
      {"adapter-gateway", "/platforms/0/concurrent_downloads", -1, "must not be negative"},
      {"adapter-gateway", "/platforms/0/base_url", "nowhere", "must be like https://"},
      {"adapter-gateway", "/oauth_return/listen_address", "nowhere", "must be like"},
      {"adapter-gateway", "/oauth_return/return_base", "nowhere", "must be like"},
      {"adapter-gateway", "/webhooks/listen_address", "nowhere", "must be like"},
      {"adapter-gateway", "/webhooks/public_base", "nowhere", "must be like"},
      {"adapter-gateway", "/webhooks/threads", 5000, "must be 0 to 1024"},
      {"adapter-gateway", "/webhooks/keep_days", -1, "must not be negative"},

      {"job-scheduler", "/server/stop_grace_seconds", -1, "must not be negative"},
      {"job-scheduler", "/server/tokens/jwks_file", "/nowhere/keys", "cannot be read"},
      {"job-scheduler",
       "/server/access/0/callers",
       {"service/*", "bogus/*"},
       "must be like support/*",
       "server.access[0].callers[1]"},
      {"job-scheduler", "/database/max_connections", -1, "must not be negative"},
      {"job-scheduler", "/adapter_gateway", nullptr, "is missing", "adapter_gateway.address"},
      {"job-scheduler", "/credential_manager/tls/key_file", "/nowhere/key", "cannot read"},
      {"job-scheduler", "/lease_seconds", -1, "must be 1 to 3600"},
      {"job-scheduler", "/queue/starts_per_second", -1, "must be 0 to"},
      {"job-scheduler",
       "/queue/platforms",
       {{{"platform", "gong"}, {"concurrent_calls", -1}}},
       "must be 0 to",
       "queue.platforms[0].concurrent_calls"},

      {"media-pipeline", "/database/password_file", "/nowhere/password", "cannot read"},
      {"media-pipeline", "/database/max_connections", -1, "must not be negative"},
      {"media-pipeline", "/job_scheduler/address", "", "is missing"},
      {"media-pipeline", "/adapter_gateway", nullptr, "is missing", "adapter_gateway.address"},
      {"media-pipeline", "/calls_in_flight", 10'000, "must be 0 to 512"},
      {"media-pipeline", "/object_dir", nullptr, "is missing"},
      {"media-pipeline", "/object_dir", "/proc/version/objects", "is no folder"},
      {"media-pipeline", "/transcriber/engine", "whisperx", "must be \"pocketsphinx\""},
      {"media-pipeline", "/transcriber/decoder_path", "/nowhere/decoder", "cannot run"},
      {"media-pipeline", "/transcriber/model_dir", "/nowhere", "there is no"},

      {"status-tracker", "/server/tls/ca_file", "/nowhere/ca.pem", "cannot read"},
      {"status-tracker", "/database/schema", "x y;", "must be a name of small letters"},
      {"status-tracker", "/database/schema", nullptr, "must be a name of small letters"},
      {"status-tracker", "/database/max_connections", -1, "must not be negative"},
      {"status-tracker", "/job_scheduler/address", "", "is missing"},
      {"status-tracker", "/job_scheduler/address", "nowhere", "must be like 127.0.0.1:7101"},
  };
  return all;
}

// Certificates, keys and a database, but nothing that runs.
class BadConfigTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    SuiteOptions options;
    options.services.clear();
    suite_ = std::make_unique<Suite>(options).release();
  }
  static void TearDownTestSuite() { std::unique_ptr<Suite>(suite_).reset(); }

  static Json Delivered(const std::string& service) {
    static const std::map<std::string, Ports> ports = PickPorts();
    return RenderConfig(service, {.source_dir = CALLIMPORT_SOURCE_DIR,
                                  .var_dir = suite_->folder().string(),
                                  .ports = ports,
                                  .connection_of = [](const auto& role) {
                                    return suite_->database().ConnectionOf(role);
                                  }});
  }

  static Json With(const Mistake& mistake) {
    Json config = Delivered(mistake.service);
    const Json::json_pointer pointer(mistake.pointer);
    if (mistake.value.is_null()) {
      config[pointer.parent_pointer()].erase(pointer.back());
    } else {
      config[pointer] = mistake.value;
    }
    return config;
  }

  // The exit code, if it ends in time.
  std::optional<int> Run(const std::string& service, const Json& config,
                         std::vector<std::string> arguments = {}) {
    const std::string log = suite_->folder() / (service + ".log");
    std::ofstream(FileOf(service)) << config.dump();
    std::filesystem::remove(log);
    arguments.push_back("--config=" + FileOf(service));
    Process process(Suite::ProgramOf(service), arguments, "/", log);
    const std::optional<int> code = process.WaitForExit(kPatience);
    said_ = suite_->LogOf(service);
    return code;
  }

  static std::string FileOf(const std::string& service) { return suite_->ConfigFileOf(service); }

  void ExpectSaid(const std::string& service, const std::string& field,
                  const std::string& reason) const {
    const std::string start = absl::StrCat(service, ": ", FileOf(service), ": ", field, ": ");
    EXPECT_THAT(said_, AllOf(HasSubstr(start), HasSubstr(reason)));
  }

  static inline Suite* suite_ = nullptr;
  std::string said_;
};

TEST_F(BadConfigTest, WhatIsDeliveredPassesTheCheck) {
  for (const std::string& service : kServices) {
    EXPECT_THAT(Run(service, Delivered(service), {"--check-config"}), Optional(0)) << said_;
    EXPECT_EQ(said_, "");
  }
}

TEST_F(BadConfigTest, TheCheckNamesFileFieldAndReason) {
  for (const Mistake& mistake : Mistakes()) {
    SCOPED_TRACE(absl::StrCat(mistake.service, " ", mistake.pointer, " ", mistake.value.dump()));

    EXPECT_THAT(Run(mistake.service, With(mistake), {"--check-config"}), Optional(1));

    ExpectSaid(mistake.service, FieldOf(mistake), mistake.reason);
  }
}

TEST_F(BadConfigTest, AnUnknownFieldIsNoted) {
  for (const std::string& service : kServices) {
    Json config = Delivered(service);
    config["server"]["adress"] = config["server"]["address"];

    EXPECT_THAT(Run(service, config), Optional(1));

    ExpectSaid(service, "server.adress", "unknown field");
  }
}

// The last field that is looked at, and a database that is nowhere: it is not asked.
TEST_F(BadConfigTest, TheStartEndsBeforeAnythingIsOpened) {
  for (const Mistake& last :
       {Mistake{"credential-manager", "/oauth_redirect_bases", {"http://far.example"}, "must be"},
        Mistake{"adapter-gateway", "/webhooks/listen_address", "nowhere", "must be like"},
        Mistake{"job-scheduler", "/sync_frequency_minutes", 1, "must be 5 to 10080"},
        Mistake{"media-pipeline", "/transcriber/engine", "whisperx", "must be \"pocketsphinx\""},
        Mistake{"status-tracker", "/job_scheduler", nullptr, "is missing",
                "job_scheduler.address"}}) {
    SCOPED_TRACE(last.service);
    Json config = With(last);
    config["database"]["connection"] = "host=/nowhere/at/all dbname=callimport";

    EXPECT_THAT(Run(last.service, config), Optional(1));

    ExpectSaid(last.service, FieldOf(last), last.reason);
    EXPECT_THAT(said_, ::testing::Not(HasSubstr("PostgreSQL")));
  }
}

TEST_F(BadConfigTest, AnAddressThatSomebodyElseHasIsNamed) {
  const std::string taken = absl::StrCat("127.0.0.1:", suite_->vendors().port());
  for (const char* pointer : {"/server/address", "/server/metrics_address",
                              "/webhooks/listen_address", "/oauth_return/listen_address"}) {
    const Mistake mistake{"adapter-gateway", pointer, taken, "hold"};
    Json config = With(mistake);
    if (std::string(pointer).starts_with("/server")) {
      config.erase("webhooks");
      config.erase("oauth_return");
    } else {
      config.erase(std::string(pointer).starts_with("/webhooks") ? "oauth_return" : "webhooks");
    }

    EXPECT_THAT(Run("adapter-gateway", config), Optional(1)) << pointer;

    EXPECT_THAT(said_, HasSubstr(absl::StrCat("adapter-gateway: ", FileOf("adapter-gateway"), ": ",
                                              FieldOf(mistake), ": cannot ")));
  }
}

}  // namespace
}  // namespace callimport::e2e
