// A vault's OAuth on a database of its own, with the fake vendors' authorization servers.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/catalog/catalog.h"
#include "libs/crypto/random.h"
#include "libs/http/curl_http_client.h"
#include "libs/http/url.h"
#include "libs/postgres/transact.h"
#include "libs/postgres/values.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/postgres_fixture.h"
#include "libs/testing/status_matchers.h"
#include "services/credential-manager/oauth/account_connector.h"
#include "services/credential-manager/storage/credential_store.h"
#include "tests/fake_vendors/fake_vendors.h"

namespace callimport::credential_manager {

inline fake_vendors::Options FewCalls() {
  fake_vendors::Options options;
  options.gong.book.calls = 1;
  options.gong.noise_bytes = 1'000;
  return options;
}

// Those to whom we are known, unless they are said.
inline OAuthProviders ProvidersAt(const std::string& base_url,
                                  const std::vector<std::string>& known = {"gong", "ringcentral",
                                                                           "zoom_phone"}) {
  Config config;
  config.add_oauth_redirect_bases("http://127.0.0.1:17302");
  config.add_oauth_redirect_bases("https://calls.example");
  std::map<std::string, OAuthClientKey> clients;
  for (const std::string platform : {"gong", "ringcentral", "zoom_phone"}) {
    OAuthEndpoints& endpoints = *config.add_oauth_endpoints();
    endpoints.set_platform(platform);
    const std::string base = absl::StrCat(base_url, "/oauth/", platform);
    endpoints.set_authorization_url(base + "/authorize");
    endpoints.set_token_url(base + "/token");
    endpoints.set_revocation_url(base + "/revoke");
  }
  for (const std::string& platform : known) {
    clients[platform] = {"fake-client", Secret("fake-client-secret")};
  }
  return *OAuthProviders::Build(*LoadCatalog(CATALOG_DIR), config, clients);
}

// One replica: a pool, stores and a refresher of its own.
struct Replica {
  Replica(postgres::Pool& pool, const Sealer& sealer, const OAuthProviders& providers,
          const Clock& clock, RefreshSettings settings = {})
      : attempts(pool, sealer),
        renewals(pool, sealer),
        store(pool, sealer),
        client(http, clock),
        refresher(renewals, providers, client, clock, std::move(settings)),
        connector(attempts, providers, client, refresher, clock) {}

  http::CurlHttpClient http;
  OAuthAttempts attempts;
  TokenRenewals renewals;
  CredentialStore store;
  OAuthClient client;
  TokenRefresher refresher;
  AccountConnector connector;
};

class VaultTest : public callimport::testing::PostgresTest {
 protected:
  VaultTest() : PostgresTest("credential_manager", Migrations()) {}

  ConnectWish Wish(const std::string& platform) const {
    ConnectWish wish;
    wish.workspace_id = "acme";
    wish.platform = platform;
    wish.actor = {.kind = 1, .name = "dana"};
    return wish;
  }

  // As a browser would, up to the redirect; the query of where it leads.
  std::string Approve(const std::string& authorization_url) {
    const auto answer = replica_.http.Send({.url = authorization_url});
    EXPECT_THAT(answer, callimport::testing::IsOk());
    EXPECT_EQ(answer->status, 302);
    return answer->headers.at("location");
  }

  static std::string Parameter(const std::string& url, const std::string& name) {
    const size_t at = url.find(name + "=");
    if (at == std::string::npos) return "";
    const size_t start = at + name.size() + 1;
    return url.substr(start, url.find('&', start) - start);
  }

  BrowserReturn Back(const std::string& platform, const std::string& redirect) const {
    BrowserReturn back;
    back.platform = platform;
    std::string state = Parameter(redirect, "state");
    for (size_t at; (at = state.find("%2D")) != std::string::npos;) state.replace(at, 3, "-");
    for (size_t at; (at = state.find("%5F")) != std::string::npos;) state.replace(at, 3, "_");
    back.state = Secret(state);
    back.code = Secret(Parameter(redirect, "code"));
    back.error = Parameter(redirect, "error");
    return back;
  }

  // A credential by approval, kept.
  Credential Connect(const std::string& platform) {
    const auto begun = replica_.connector.Begin(Wish(platform), context_);
    EXPECT_THAT(begun, callimport::testing::IsOk());
    const auto granted =
        replica_.connector.Complete(Back(platform, Approve(begun->authorization_url)), context_);
    EXPECT_THAT(granted, callimport::testing::IsOk());
    const auto kept = replica_.connector.Keep("acme", granted->attempt.attempt_id,
                                              {"Acme Inc", "dana@acme.example"}, context_);
    EXPECT_THAT(kept, callimport::testing::IsOk());
    return *kept;
  }

  std::string AccessTokenOf(const std::string& credential_id) {
    const auto opened = replica_.store.Lease("acme", credential_id, context_);
    return opened.ok() ? opened->secret_fields.at(kAccessToken).Reveal()
                       : std::string(opened.status().message());
  }

  absl::Status Freshen(const std::string& credential_id, const RefreshWish& wish = {}) {
    return replica_.refresher.Freshen("acme", credential_id, wish, context_);
  }

  std::string Text(const std::string& sql) {
    return *postgres::Transact(pool(), [&](pqxx::work& tx) {
      std::string text;
      for (const pqxx::row& row : tx.exec(sql)) {
        for (const pqxx::field& field : row) text += std::string(field.c_str()) + "\n";
      }
      return text;
    });
  }

  callimport::testing::FakeClock clock_;
  const std::unique_ptr<fake_vendors::FakeVendors> vendors_ =
      *fake_vendors::FakeVendors::Start(FewCalls(), clock_);
  const OAuthProviders providers_ = ProvidersAt(vendors_->base_url());
  const Sealer sealer_{crypto::Keyset{"k1", {{"k1", Secret(crypto::RandomBytes(32))}}}};
  const AuditContext context_{"SUPPORT/dana", "correlation-1"};
  Replica replica_{pool(), sealer_, providers_, clock_};
};

}  // namespace callimport::credential_manager
