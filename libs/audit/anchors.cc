#include "libs/audit/anchors.h"

#include <charconv>
#include <utility>
#include <vector>

#include "libs/common/status_macros.h"
#include "libs/crypto/digest.h"

namespace callimport::audit {
namespace {

constexpr char kFormat[] = "callimport-anchor-1";
constexpr size_t kFields = 7;
constexpr size_t kHashBytes = 32;

std::vector<std::string> SplitAtSpaces(const std::string& line) {
  std::vector<std::string> parts(1);
  for (const char c : line) {
    if (c == ' ') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::optional<int64_t> ReadNumber(const std::string& text) {
  int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end || number < 0) return std::nullopt;
  return number;
}

std::optional<std::string> ReadHex(const std::string& text, size_t bytes) {
  if (text.size() != 2 * bytes) return std::nullopt;
  std::string result;
  for (size_t i = 0; i < text.size(); i += 2) {
    unsigned char byte = 0;
    const char* const end = text.data() + i + 2;
    const auto [stopped, error] = std::from_chars(text.data() + i, end, byte, 16);
    if (error != std::errc() || stopped != end) return std::nullopt;
    result += static_cast<char>(byte);
  }
  return result;
}

int64_t MicrosOf(Timestamp time) {
  return std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count();
}

}  // namespace

Anchors::Anchors(AnchorTarget& target, std::string log, crypto::Ed25519Key key)
    : target_(target),
      log_(std::move(log)),
      key_(std::move(key)),
      key_id_(crypto::ToHex(crypto::Sha256(key_.public_key()).substr(0, 8))) {}

std::string Anchors::Write(const Anchor& anchor) const {
  const std::string text = std::string(kFormat) + " " + log_ + " " +
                           std::to_string(anchor.head.sequence) + " " +
                           crypto::ToHex(anchor.head.hash) + " " +
                           std::to_string(MicrosOf(anchor.anchored_at)) + " " + key_id_;
  return text + " " + crypto::ToHex(key_.Sign(text));
}

FoundAnchor Anchors::Read(const std::string& line) const {
  const auto parts = SplitAtSpaces(line);
  if (parts.size() != kFields || parts[0] != kFormat) return {};
  const auto sequence = ReadNumber(parts[2]);
  const auto hash = ReadHex(parts[3], kHashBytes);
  const auto micros = ReadNumber(parts[4]);
  const auto signature = ReadHex(parts[6], crypto::kEd25519SignatureBytes);
  if (!sequence || !hash || !micros || !signature) return {};

  const std::string signed_text = line.substr(0, line.rfind(' '));
  const bool ours =
      parts[1] == log_ && crypto::VerifyEd25519(key_.public_key(), signed_text, *signature);
  return {.state = ours ? FoundAnchor::State::kGood : FoundAnchor::State::kForged,
          .anchor = {.head = {.sequence = *sequence, .hash = *hash},
                     .anchored_at = Timestamp(std::chrono::microseconds(*micros))}};
}

absl::Status Anchors::Append(const Anchor& anchor) { return target_.Append(Write(anchor)); }

absl::StatusOr<std::optional<Anchor>> Anchors::Latest() {
  ASSIGN_OR_RETURN(Reader reader, Open());
  std::optional<Anchor> latest;
  while (true) {
    ASSIGN_OR_RETURN(const auto found, reader.Next());
    if (!found) return latest;
    if (found->state == FoundAnchor::State::kGood) latest = found->anchor;
  }
}

Anchors::Reader::Reader(const Anchors& anchors, std::unique_ptr<AnchorLines> lines)
    : anchors_(anchors), lines_(std::move(lines)) {}

absl::StatusOr<std::optional<FoundAnchor>> Anchors::Reader::Next() {
  ASSIGN_OR_RETURN(const auto line, lines_->Next());
  if (!line) return std::nullopt;
  return anchors_.Read(*line);
}

absl::StatusOr<Anchors::Reader> Anchors::Open() {
  ASSIGN_OR_RETURN(auto lines, target_.Open());
  return Reader(*this, std::move(lines));
}

}  // namespace callimport::audit
