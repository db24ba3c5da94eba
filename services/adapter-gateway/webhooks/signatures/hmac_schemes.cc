#include "services/adapter-gateway/webhooks/signatures/hmac_schemes.h"

#include <algorithm>
#include <functional>

#include "libs/crypto/base64.h"
#include "libs/crypto/constant_time.h"
#include "libs/crypto/digest.h"
#include "libs/crypto/hex.h"
#include "libs/crypto/hmac.h"

namespace callimport::adapter_gateway {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr int64_t kYear2200Ms = 7'258'118'400'000;
// A list of signatures is as long as a vendor has secrets.
constexpr int kMaxSignatures = 16;
constexpr std::string_view kStandardPrefix = "whsec_";

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (static_cast<int>(parts.size()) < kMaxSignatures) {
    const size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return parts;
}

bool IsFar(Timestamp signed_at, Timestamp now) {
  const auto apart = signed_at > now ? signed_at - now : now - signed_at;
  return apart > kSignatureTolerance;
}

// The key that Base64 text stands for; the text itself where it is no Base64.
Secret KeyOf(std::string_view text) {
  auto bytes = crypto::FromBase64(text);
  return Secret(bytes ? *std::move(bytes) : std::string(text));
}

// `matches` is asked for each secret whether it made one of the signatures.
SignatureFinding Judge(const SignatureQuestion& question,
                       const std::function<bool(const Secret&)>& matches) {
  for (const SigningSecret& secret : question.secrets) {
    if (!matches(secret.text)) continue;
    return {.verdict = SignatureVerdict::kGood,
            .secret_id = secret.id,
            .content = question.request.body};
  }
  return BadSignature("the signature does not match");
}

SignatureFinding TooOld(Timestamp signed_at, Timestamp now) {
  const auto apart = std::chrono::duration_cast<seconds>(now - signed_at).count();
  return {.verdict = SignatureVerdict::kTooOld,
          .note = "was signed " + std::to_string(apart) + " s before it came"};
}

SignatureFinding InTime(SignatureFinding finding, Timestamp signed_at, Timestamp now) {
  const bool late = finding.verdict == SignatureVerdict::kGood && IsFar(signed_at, now);
  return late ? TooOld(signed_at, now) : finding;
}

std::string StandardHeader(const http::ServedRequest& request, const std::string& name) {
  const std::string plain = HeaderOf(request, "webhook-" + name);
  return plain.empty() ? HeaderOf(request, "svix-" + name) : plain;
}

bool StandardMatch(std::string_view signatures, std::string_view expected) {
  const auto parts = Split(signatures, ' ');
  return std::ranges::any_of(parts, [&](std::string_view one) {
    return one.starts_with("v1,") && crypto::EqualInConstantTime(one.substr(3), expected);
  });
}

struct OpenPhoneSignature {
  Timestamp signed_at;
  std::string timestamp;
  std::string_view base64;
};

std::optional<OpenPhoneSignature> ParseOpenPhone(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  const auto parts = Split(text, ';');
  if (parts.size() != 4 || parts[0] != "hmac" || parts[1] != "1") return std::nullopt;
  const auto signed_at = ParseEpoch(parts[2], milliseconds(1));
  if (!signed_at) return std::nullopt;
  return OpenPhoneSignature{*signed_at, std::string(parts[2]), parts[3]};
}

SignatureFinding CheckOne(const SignatureQuestion& question, const OpenPhoneSignature& one) {
  const std::string signed_text = one.timestamp + "." + question.request.body;
  return InTime(Judge(question,
                      [&](const Secret& secret) {
                        const Secret key = KeyOf(secret.Reveal());
                        return crypto::EqualInConstantTime(
                            one.base64, crypto::ToBase64(crypto::HmacSha256(key, signed_text)));
                      }),
                one.signed_at, question.now);
}

}  // namespace

std::string HeaderOf(const http::ServedRequest& request, const std::string& name) {
  const auto found = request.headers.find(name);
  return found == request.headers.end() ? "" : found->second;
}

std::optional<Timestamp> ParseEpoch(std::string_view text, milliseconds unit) {
  const bool digits =
      std::ranges::all_of(text, [](unsigned char c) { return c >= '0' && c <= '9'; });
  if (text.empty() || text.size() > 14 || !digits) return std::nullopt;
  int64_t number = 0;
  for (const char c : text) number = number * 10 + (c - '0');
  if (number > kYear2200Ms / unit.count()) return std::nullopt;
  return Timestamp(number * unit);
}

SignatureFinding CheckHubSignature(const SignatureQuestion& question) {
  std::string header = HeaderOf(question.request, "x-hub-signature-256");
  if (header.empty()) header = HeaderOf(question.request, "x-hub-signature");
  if (!header.starts_with("sha256=")) return BadSignature("has no X-Hub-Signature with SHA-256");
  const auto given = crypto::FromHex(std::string_view(header).substr(7));
  if (!given) return BadSignature("the signature is not hexadecimal");
  return Judge(question, [&](const Secret& secret) {
    return crypto::EqualInConstantTime(*given, crypto::HmacSha256(secret, question.request.body));
  });
}

SignatureFinding CheckStandardWebhook(const SignatureQuestion& question) {
  const std::string id = StandardHeader(question.request, "id");
  const std::string timestamp = StandardHeader(question.request, "timestamp");
  const std::string signatures = StandardHeader(question.request, "signature");
  if (id.empty() || signatures.empty()) return BadSignature("has no webhook-signature");
  const auto signed_at = ParseEpoch(timestamp, seconds(1));
  if (!signed_at) return BadSignature("has no proper webhook-timestamp");
  const std::string signed_text = id + "." + timestamp + "." + question.request.body;
  return InTime(Judge(question,
                      [&](const Secret& secret) {
                        std::string_view text = secret.Reveal();
                        if (text.starts_with(kStandardPrefix)) {
                          text.remove_prefix(kStandardPrefix.size());
                        }
                        const Secret key = KeyOf(text);
                        return StandardMatch(
                            signatures, crypto::ToBase64(crypto::HmacSha256(key, signed_text)));
                      }),
                *signed_at, question.now);
}

SignatureFinding CheckOpenPhoneSignature(const SignatureQuestion& question) {
  const std::string header = HeaderOf(question.request, "openphone-signature");
  if (header.empty()) return BadSignature("has no openphone-signature");
  SignatureFinding finding = BadSignature("the signature is in no known form");
  for (const std::string_view text : Split(header, ',')) {
    const auto one = ParseOpenPhone(text);
    if (!one) continue;
    SignatureFinding found = CheckOne(question, *one);
    if (found.verdict == SignatureVerdict::kGood) return found;
    if (finding.verdict != SignatureVerdict::kTooOld) finding = std::move(found);
  }
  return finding;
}

SignatureFinding CheckZoomSignature(const SignatureQuestion& question) {
  const std::string timestamp = HeaderOf(question.request, "x-zm-request-timestamp");
  const std::string header = HeaderOf(question.request, "x-zm-signature");
  if (!header.starts_with("v0=")) return BadSignature("has no x-zm-signature");
  const auto given = crypto::FromHex(std::string_view(header).substr(3));
  // Seconds; Zoom's own samples have milliseconds in places.
  const auto unit = timestamp.size() > 11 ? milliseconds(1) : milliseconds(1'000);
  const auto signed_at = ParseEpoch(timestamp, unit);
  if (!given || !signed_at) return BadSignature("the signature is in no known form");
  const std::string signed_text = "v0:" + timestamp + ":" + question.request.body;
  return InTime(Judge(question,
                      [&](const Secret& secret) {
                        return crypto::EqualInConstantTime(*given,
                                                           crypto::HmacSha256(secret, signed_text));
                      }),
                *signed_at, question.now);
}

}  // namespace callimport::adapter_gateway
