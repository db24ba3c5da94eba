// The fake vendors in one object: starts serving when made, stops when destroyed.
//
//   ASSERT_OK_AND_ASSIGN(auto vendors, FakeVendors::Start(options));
//   Connect(vendors->base_url(), "fake-access-key", "fake-access-key-secret");
//   EXPECT_EQ(vendors->stats().Snapshot().Requests("extensive"), 1);
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "tests/fake_vendors/control.h"
#include "tests/fake_vendors/faults.h"
#include "tests/fake_vendors/gong/gong_vendor.h"
#include "tests/fake_vendors/http/http_server.h"
#include "tests/fake_vendors/oauth/oauth_vendor.h"
#include "tests/fake_vendors/openphone/openphone_vendor.h"
#include "tests/fake_vendors/options.h"
#include "tests/fake_vendors/retreaver/retreaver_vendor.h"
#include "tests/fake_vendors/stats.h"

namespace callimport::fake_vendors {

class FakeVendors {
 public:
  static absl::StatusOr<std::unique_ptr<FakeVendors>> Start(const Options& options,
                                                            const Clock& clock = SystemClock());

  int port() const { return server_->port(); }
  std::string base_url() const { return "http://127.0.0.1:" + std::to_string(port()); }

  Stats& stats() { return stats_; }
  Faults& faults() { return faults_; }
  gong::GongVendor& gong() { return gong_; }
  openphone::OpenPhoneVendor& openphone() { return openphone_; }
  retreaver::RetreaverVendor& retreaver() { return retreaver_; }
  OAuthVendor& gong_oauth() { return gong_oauth_; }
  OAuthVendor& ringcentral_oauth() { return ringcentral_oauth_; }
  OAuthVendor& zoom_oauth() { return zoom_oauth_; }

 private:
  FakeVendors(const Options& options, const Clock& clock);
  void Handle(const HttpRequest& request, Respond respond);

  Stats stats_;
  Faults faults_;
  OAuthVendor gong_oauth_;
  OAuthVendor ringcentral_oauth_;
  OAuthVendor zoom_oauth_;
  gong::GongVendor gong_;
  openphone::OpenPhoneVendor openphone_;
  retreaver::RetreaverVendor retreaver_;
  Control control_;
  std::unique_ptr<HttpServer> server_;  // last: its threads use everything above
};

}  // namespace callimport::fake_vendors
