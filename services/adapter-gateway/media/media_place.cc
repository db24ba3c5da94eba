#include "services/adapter-gateway/media/media_place.h"

#include "absl/strings/str_cat.h"

namespace callimport::adapter_gateway {
namespace {

std::string HeaderOf(const http::Head& head, const std::string& name) {
  const auto found = head.headers.find(name);
  return found == head.headers.end() ? "" : found->second;
}

}  // namespace

void MediaPlace::Begin(const http::Head& head) {
  const std::string tag = HeaderOf(head, "etag");
  // A weak one ("W/…") is the same for what only means the same.
  const bool strong = tag.size() > 2 && tag.front() == '"' && tag.back() == '"';
  validator_ = strong && HeaderOf(head, "accept-ranges") != "none" ? tag : "";
  size_ = head.content_length;
  bytes_ = 0;
}

std::map<std::string, std::string> MediaPlace::Headers() const {
  if (!CanGoOn()) return {};
  return {{"Range", absl::StrCat("bytes=", bytes_, "-")}, {"If-Range", validator_}};
}

bool MediaPlace::IsRest(const http::Head& head) const {
  const std::string tag = HeaderOf(head, "etag");
  const std::string range = HeaderOf(head, "content-range");
  const bool whole_is_the_same =
      !size_ || range.ends_with(absl::StrCat("/", *size_)) || range.ends_with("/*");
  return head.status == 206 && (tag.empty() || tag == validator_) && whole_is_the_same &&
         range.starts_with(absl::StrCat("bytes ", bytes_, "-"));
}

}  // namespace callimport::adapter_gateway
