// A vendor's authorization server: approval, tokens, and each vendor's own ways with them.
//
// Below /oauth/<vendor>/: GET authorize approves at once and sends the browser back, POST token and
// POST revoke do what the vendor's do.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libs/common/clock.h"
#include "tests/fake_vendors/http/message.h"
#include "tests/fake_vendors/stats.h"

namespace callimport::fake_vendors {

// How a vendor does it.
struct OAuthWays {
  // "gong": its part of the path.
  std::string vendor;
  std::string client_id = "fake-client";
  std::string client_secret = "fake-client-secret";
  std::chrono::milliseconds access_life = std::chrono::hours(1);
  std::string scopes = "read";
  // A refresh gives a new refresh token, and the one before is dead.
  bool rotates = true;
  // Whoever shows a dead one loses the whole grant: somebody may have stolen it.
  bool reuse_revokes = false;
  // A new access token ends the one before at once.
  bool one_access_token = false;
  // Checks the verifier when the browser came with a challenge.
  bool pkce = false;
  // "account_credentials" or "urn:ietf:params:oauth:grant-type:jwt-bearer", and what must be shown.
  std::string machine_grant = {};
  std::string machine_parameter = {};
  std::string machine_value = {};
  // A field of the token answer, and what it says; the vendor's port is put behind it.
  std::string base_url_field = {};
  std::string base_url = {};
};

OAuthWays GongOAuth();
OAuthWays RingCentralOAuth();
OAuthWays ZoomOAuth();

class OAuthVendor {
 public:
  OAuthVendor(OAuthWays ways, const Clock& clock, Stats& stats);

  bool Serves(const HttpRequest& request) const { return request.path.starts_with(prefix_); }
  void Handle(const HttpRequest& request, Respond respond);

  // Whether the interface takes this access token now.
  bool Accepts(const std::string& access_token) const;

  // From now on.
  void SetAccessLife(std::chrono::milliseconds life);
  void SetScopes(const std::string& scopes);
  // The person says no.
  void Deny(bool deny);
  // Answers the next token requests so, instead of properly; 0: breaks the connection.
  void FailNext(int times, int status);
  // Answers late, which shows who asks at the same time. Empty: at once.
  void OnTokenRequest(std::function<void()> hook);
  // An administrator takes it back: no token of it works any more.
  void RevokeAll();
  // Gives access in somebody's name, as if a browser had been there; the code.
  std::string Approve();

  int token_requests() const;
  int refreshes() const;

 private:
  struct Grant {
    bool revoked = false;
    std::string refresh_token;
    std::set<std::string> dead_refresh_tokens;
    // And until when.
    std::map<std::string, Timestamp> access_tokens;
  };
  struct Code {
    std::string redirect_uri;
    std::string challenge;
    bool used = false;
  };
  using Form = std::map<std::string, std::string>;

  HttpResponse Authorize(const HttpRequest& request);
  HttpResponse Token(const HttpRequest& request);
  HttpResponse Revoke(const HttpRequest& request);
  HttpResponse ByCode(const HttpRequest& request, const Form& form);
  HttpResponse ByRefreshToken(const HttpRequest& request, const Form& form);
  HttpResponse ByMachine(const HttpRequest& request, const Form& form);
  HttpResponse Answer(const HttpRequest& request, Grant& grant, bool with_refresh_token);
  bool KnowsClient(const HttpRequest& request) const;
  std::string NewToken(const std::string& kind);

  const OAuthWays ways_;
  const std::string prefix_;
  const Clock& clock_;
  Stats& stats_;

  mutable std::mutex mutex_;
  std::chrono::milliseconds access_life_;
  std::string scopes_;
  bool deny_ = false;
  int fail_times_ = 0;
  int fail_status_ = 0;
  std::function<void()> hook_;
  int made_ = 0;
  int token_requests_ = 0;
  int refreshes_ = 0;
  std::map<std::string, Code> codes_;
  std::vector<Grant> grants_;
};

}  // namespace callimport::fake_vendors
