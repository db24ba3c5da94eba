#include "services/media-pipeline/api/page_token.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/common/errors.h"
#include "libs/crypto/digest.h"

namespace callimport::media_pipeline {
namespace {

constexpr char kSeparator = '\n';
constexpr int kDefaultSize = 50;
constexpr int kMaxSize = 500;

std::string Fingerprint(const std::vector<std::string>& request) {
  return crypto::Sha256(absl::StrJoin(request, std::string(1, '\0'))).substr(0, 8);
}

absl::Status Foreign() {
  return RequestCheck()
      .Require(false, "page.page_token", "is not the next_page_token of this request")
      .Verdict();
}

}  // namespace

std::string MakePageToken(const std::vector<std::string>& request,
                          const std::vector<std::string>& position) {
  const std::string joined = absl::StrJoin(position, std::string(1, kSeparator));
  return absl::WebSafeBase64Escape(Fingerprint(request) + joined);
}

absl::StatusOr<std::vector<std::string>> ReadPageToken(const std::string& token,
                                                       const std::vector<std::string>& request,
                                                       size_t parts) {
  if (token.empty()) return std::vector<std::string>();
  std::string text;
  if (!absl::WebSafeBase64Unescape(token, &text)) return Foreign();
  const std::string fingerprint = Fingerprint(request);
  if (text.compare(0, fingerprint.size(), fingerprint) != 0) return Foreign();
  std::vector<std::string> position = absl::StrSplit(text.substr(fingerprint.size()), kSeparator);
  if (position.size() != parts) return Foreign();
  return position;
}

absl::StatusOr<int> PageSize(const common::v1::PageRequest& page) {
  const absl::Status verdict =
      RequestCheck()
          .Require(page.page_size() >= 0, "page.page_size", "must not be negative")
          .Verdict();
  if (!verdict.ok()) return verdict;
  return page.page_size() == 0 ? kDefaultSize : std::min<int>(page.page_size(), kMaxSize);
}

}  // namespace callimport::media_pipeline
