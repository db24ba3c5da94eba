#include "services/adapter-gateway/webhooks/signatures/hmac_schemes.h"

#include <gmock/gmock.h>

#include "services/adapter-gateway/webhooks/signatures/signature_fixture.h"

namespace callimport::adapter_gateway {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using Verdict = SignatureVerdict;

struct Known {
  SignatureScheme scheme;
  SignatureCase good;
  // The header that holds the signature.
  std::string header;
  bool has_time = true;
};

// Signatures that others have made: the specification's own, and openssl's.
std::vector<Known> AllKnown() {
  return {
      {CheckStandardWebhook,
       {.headers = {{"webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"},
                    {"webhook-timestamp", "1614265330"},
                    {"webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="}},
        .body = R"({"test": 2432232314})",
        .secrets = {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
        .now = Timestamp(seconds(1'614'265'330))},
       "webhook-signature"},
      {CheckZoomSignature,
       {.headers = {{"x-zm-request-timestamp", "1767225600"},
                    {"x-zm-signature",
                     "v0=2aea9ff19c23feb87692b13c3ef43e4075c9758e174ea2f6fb2074d83af1735d"}},
        .body = R"({"event":"phone.recording_completed"})",
        .secrets = {"zoom-secret"}},
       "x-zm-signature"},
      {CheckHubSignature,
       {.headers = {{"x-hub-signature",
                     "sha256=3efd0780cdd30ae735986bf070a628356b718f132bc3717da8915a016f91f2c5"}},
        .body = R"({"event":"meeting.transcribed"})",
        .secrets = {"fireflies-secret-1"}},
       "x-hub-signature",
       false},
      {CheckOpenPhoneSignature,
       {.headers = {{"openphone-signature",
                     "hmac;1;1767225600000;yNiqH8zXDfq9D16wkrGVk5Cp+yM6wSmkvTEN0zbk6mY="}},
        .body = R"({"type":"call.completed"})",
        .secrets = {"b3BlbnBob25lLWtleQ=="}},
       "openphone-signature"},
  };
}

TEST(HmacSchemesTest, BelieveWhatTheSecretSigned) {
  for (const Known& known : AllKnown()) {
    const SignatureFinding finding = known.good.Ask(known.scheme);
    EXPECT_EQ(finding.verdict, Verdict::kGood) << known.header << ": " << finding.note;
    EXPECT_EQ(finding.content, known.good.body);
  }
}

TEST(HmacSchemesTest, SayWhichOfTwoSecretsSigned) {
  for (Known known : AllKnown()) {
    known.good.secrets.insert(known.good.secrets.begin(), "another");
    const SignatureFinding finding = known.good.Ask(known.scheme);
    EXPECT_EQ(finding.verdict, Verdict::kGood) << known.header;
    EXPECT_EQ(finding.secret_id, "1");
  }
}

TEST(HmacSchemesTest, BelieveNothingWithoutASecret) {
  for (Known known : AllKnown()) {
    known.good.secrets.clear();
    EXPECT_EQ(known.good.Ask(known.scheme).verdict, Verdict::kBad) << known.header;
  }
}

TEST(HmacSchemesTest, NoticeEveryChangedByteOfTheBody) {
  for (const Known& known : AllKnown()) {
    for (size_t i = 0; i < known.good.body.size(); ++i) {
      SignatureCase bent = known.good;
      bent.body[i] = static_cast<char>(bent.body[i] ^ 1);
      EXPECT_EQ(bent.Ask(known.scheme).verdict, Verdict::kBad) << known.header << " at " << i;
    }
  }
}

TEST(HmacSchemesTest, NoticeAMissingAndACutSignature) {
  for (const Known& known : AllKnown()) {
    SignatureCase missing = known.good;
    missing.headers.erase(known.header);
    EXPECT_EQ(missing.Ask(known.scheme).verdict, Verdict::kBad) << known.header;
    const std::string whole = known.good.headers.at(known.header);
    for (size_t length = 0; length < whole.size(); ++length) {
      SignatureCase cut = known.good;
      cut.headers[known.header] = whole.substr(0, length);
      EXPECT_EQ(cut.Ask(known.scheme).verdict, Verdict::kBad) << known.header << " " << length;
    }
  }
}

TEST(HmacSchemesTest, TakeAClockThatIsOffByFiveMinutesAndNoMore) {
  for (const Known& known : AllKnown()) {
    for (const auto shift : {minutes(-5), minutes(5)}) {
      SignatureCase shifted = known.good;
      shifted.now += shift;
      EXPECT_EQ(shifted.Ask(known.scheme).verdict, Verdict::kGood) << known.header;
    }
    for (const auto shift : {seconds(-301), seconds(301)}) {
      SignatureCase shifted = known.good;
      shifted.now += shift;
      EXPECT_EQ(shifted.Ask(known.scheme).verdict,
                known.has_time ? Verdict::kTooOld : Verdict::kGood)
          << known.header;
    }
  }
}

TEST(HmacSchemesTest, DoNotBelieveAnotherTimeThanTheSignedOne) {
  SignatureCase zoom = AllKnown()[1].good;
  zoom.headers["x-zm-request-timestamp"] = "1767225601";
  EXPECT_EQ(zoom.Ask(CheckZoomSignature).verdict, Verdict::kBad);
  SignatureCase standard = AllKnown()[0].good;
  standard.headers["webhook-timestamp"] = "1614265331";
  EXPECT_EQ(standard.Ask(CheckStandardWebhook).verdict, Verdict::kBad);
}

TEST(HmacSchemesTest, FindTheSignatureThatMatchesInAList) {
  SignatureCase standard = AllKnown()[0].good;
  standard.headers["webhook-signature"] =
      "v1a,xyz v1,AAAA " + standard.headers["webhook-signature"];
  EXPECT_EQ(standard.Ask(CheckStandardWebhook).verdict, Verdict::kGood);
  SignatureCase openphone = AllKnown()[3].good;
  openphone.headers["openphone-signature"] =
      "hmac;1;1767225600000;AAAA, " + openphone.headers["openphone-signature"];
  EXPECT_EQ(openphone.Ask(CheckOpenPhoneSignature).verdict, Verdict::kGood);
}

TEST(HmacSchemesTest, TakeTheOtherNamesOfStandardHeaders) {
  SignatureCase standard = AllKnown()[0].good;
  for (const char* name : {"id", "timestamp", "signature"}) {
    auto header = standard.headers.extract(std::string("webhook-") + name);
    header.key() = std::string("svix-") + name;
    standard.headers.insert(std::move(header));
  }
  EXPECT_EQ(standard.Ask(CheckStandardWebhook).verdict, Verdict::kGood);
}

TEST(HmacSchemesTest, ReadTimesWithoutOverflow) {
  EXPECT_EQ(ParseEpoch("1767225600", seconds(1)), kSignedAt);
  EXPECT_EQ(ParseEpoch("1767225600000", std::chrono::milliseconds(1)), kSignedAt);
  for (const char* text : {"", "-1", "1e9", "99999999999999", "999999999999999999999", " 1"}) {
    EXPECT_FALSE(ParseEpoch(text, seconds(1)).has_value()) << text;
  }
}

}  // namespace
}  // namespace callimport::adapter_gateway
