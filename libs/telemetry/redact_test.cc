#include "libs/telemetry/redact.h"

#include <gmock/gmock.h>

#include "libs/telemetry/log.h"

namespace callimport::log {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Case {
  const char* text;
  const char* redacted;
};

void PrintTo(const Case& example, std::ostream* out) { *out << example.text; }

class RedactExamples : public ::testing::TestWithParam<Case> {};

TEST_P(RedactExamples, HidesTheSecretAndKeepsTheRest) {
  EXPECT_EQ(Redact(GetParam().text), GetParam().redacted);
}

INSTANTIATE_TEST_SUITE_P(
    Headers, RedactExamples,
    ::testing::Values(Case{"Authorization: Basic dXNlcjpwYXNz", "Authorization: [redacted]"},
                      Case{"authorization: Bearer abc.def\r\nAccept: */*",
                           "authorization: [redacted]\r\nAccept: */*"},
                      Case{"Proxy-Authorization: Digest a=b, c=d",
                           "Proxy-Authorization: [redacted]"},
                      Case{"set-cookie: session=1; Path=/", "set-cookie: [redacted]"},
                      Case{"sent Bearer abcdef to it", "sent Bearer [redacted] to it"},
                      Case{"sent Basic dXNlcjpwYXNz to it", "sent Basic [redacted] to it"},
                      Case{"X-Api-Key: 12345", "X-Api-Key: [redacted]"}));

INSTANTIATE_TEST_SUITE_P(
    Addresses, RedactExamples,
    ::testing::Values(Case{"https://h/x?key=AIza1&page=2", "https://h/x?key=[redacted]&page=2"},
                      Case{"https://h/x?page=2&X-Amz-Signature=ab12",
                           "https://h/x?page=2&X-Amz-Signature=[redacted]"},
                      Case{"https://h/cb?code=4%2Fabc&state=xyz",
                           "https://h/cb?code=[redacted]&state=[redacted]"},
                      Case{"https://user:pass@host/path", "https://[redacted]@host/path"},
                      Case{"https://h/a@b?x=1", "https://h/a@b?x=1"},
                      Case{"to=https%3A%2F%2Fh%3Faccess_token%3Dabc",
                           "to=https%3A%2F%2Fh%3Faccess_token%3D[redacted]"}));

INSTANTIATE_TEST_SUITE_P(
    Bodies, RedactExamples,
    ::testing::Values(
        Case{R"({"access_key_secret":"ab\"c","page":7})",
             R"({"access_key_secret":"[redacted]","page":7})"},
        Case{R"({"clientSecret" : "abc", "a": 1})", R"({"clientSecret" : "[redacted]", "a": 1})"},
        Case{R"(body {\"refresh_token\":\"abc\",\"n\":1})",
             R"(body {\"refresh_token\":\"[redacted]\",\"n\":1})"},
        Case{R"({"token": 12345})", R"({"token": [redacted]})"},
        Case{"grant_type=refresh_token&refresh_token=abc&client_id=x",
             "grant_type=refresh_token&refresh_token=[redacted]&client_id=x"},
        Case{"password='two words' next", "password='[redacted]' next"},
        Case{"jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln done", "jwt [redacted] done"},
        Case{"-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\nrest",
             "[redacted]\nrest"}));

INSTANTIATE_TEST_SUITE_P(
    OrdinaryText, RedactExamples,
    ::testing::Values(Case{"", ""}, Case{"listed 100 calls", "listed 100 calls"},
                      Case{"missing key: client_id", "missing key: client_id"},
                      Case{"object_key=recordings/1.mp3", "object_key=recordings/1.mp3"},
                      Case{"HTTP status code=404", "HTTP status code=404"},
                      Case{"tokens=5, token: ", "tokens=5, token: "},
                      Case{"page.page_token: must be a token", "page.page_token: must be a token"},
                      Case{"token: mustard", "token: [redacted]"},
                      Case{"database.password_file: cannot read /etc/pw",
                           "database.password_file: cannot read /etc/pw"},
                      Case{"Bearer token missing", "Bearer token missing"},
                      Case{"basic authentication failed", "basic authentication failed"},
                      Case{"-----BEGIN CERTIFICATE-----", "-----BEGIN CERTIFICATE-----"},
                      Case{"https://", "https://"}, Case{"token", "token"},
                      Case{"token=", "token="}));

TEST(RedactTest, StaysQuickOnLongTexts) {
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += "\\\"token\\\":\\\"canary\\\",";

  EXPECT_THAT(Redact(text), Not(HasSubstr("canary")));
}

TEST(NamesSecretTest, KnowsSecretsByTheirNames) {
  for (const char* name : {"token", "accessToken", "access_key_secret", "X-Amz-Signature", "apiKey",
                           "api_key", "client_secret_post", "PASSWORD", "private-key"}) {
    EXPECT_TRUE(NamesSecret(name)) << name;
  }
  for (const char* name : {"", "calls", "object_key", "idempotency_key", "tokens", "monkey", "-",
                           "password_file", "webhook_secret_quiet_hours"}) {
    EXPECT_FALSE(NamesSecret(name)) << name;
  }
}

}  // namespace
}  // namespace callimport::log
