#include "tests/fake_vendors/fake_vendors.h"

#include <utility>

#include "libs/common/status_macros.h"

namespace callimport::fake_vendors {

absl::StatusOr<std::unique_ptr<FakeVendors>> FakeVendors::Start(const Options& options,
                                                                const Clock& clock) {
  std::unique_ptr<FakeVendors> vendors(new FakeVendors(options, clock));
  ASSIGN_OR_RETURN(
      vendors->server_,
      HttpServer::Start(options.port, options.threads,
                        [raw = vendors.get()](const HttpRequest& request, Respond respond) {
                          raw->Handle(request, std::move(respond));
                        }));
  return vendors;
}

FakeVendors::FakeVendors(const Options& options, const Clock& clock)
    : stats_(clock),
      faults_(options.gong.book.seed),
      gong_oauth_(GongOAuth(), clock, stats_),
      ringcentral_oauth_(RingCentralOAuth(), clock, stats_),
      zoom_oauth_(ZoomOAuth(), clock, stats_),
      gong_(options.gong, clock, stats_, faults_),
      openphone_(options.openphone, clock, stats_, faults_),
      retreaver_(options.retreaver, clock, stats_, faults_),
      control_(stats_, faults_, gong_) {
  gong_.AcceptTokens(gong_oauth_);
}

void FakeVendors::Handle(const HttpRequest& request, Respond respond) {
  for (OAuthVendor* oauth : {&gong_oauth_, &ringcentral_oauth_, &zoom_oauth_}) {
    if (oauth->Serves(request)) return oauth->Handle(request, std::move(respond));
  }
  if (gong::GongVendor::Serves(request)) return gong_.Handle(request, std::move(respond));
  if (retreaver::RetreaverVendor::Serves(request)) {
    return retreaver_.Handle(request, std::move(respond));
  }
  if (openphone::OpenPhoneVendor::Serves(request)) {
    return openphone_.Handle(request, std::move(respond));
  }
  if (Control::Serves(request)) return control_.Handle(request, std::move(respond));
  respond(JsonResponse(404, R"({"error":"no vendor serves this address"})"));
}

}  // namespace callimport::fake_vendors
