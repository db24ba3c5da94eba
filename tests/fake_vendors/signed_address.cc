#include "tests/fake_vendors/signed_address.h"

#include <charconv>

#include "tests/fake_vendors/digest.h"

namespace callimport::fake_vendors {
namespace {

int64_t SecondsOf(Timestamp time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

}  // namespace

std::string AddressSigner::SignatureOf(const std::string& path, const std::string& expires) const {
  return HmacSha256(key_, path + "\n" + expires);
}

std::string AddressSigner::Sign(const std::string& path, Timestamp now) const {
  const std::string expires = std::to_string(SecondsOf(now + valid_for_));
  return path + "?expires=" + expires + "&sig=" + SignatureOf(path, expires);
}

AddressSigner::Verdict AddressSigner::Check(const HttpRequest& request, Timestamp now) const {
  const std::string expires(request.Query("expires"));
  if (request.Query("sig") != SignatureOf(request.path, expires)) return Verdict::kForged;
  int64_t until = 0;
  std::from_chars(expires.data(), expires.data() + expires.size(), until);
  return SecondsOf(now) < until ? Verdict::kGood : Verdict::kExpired;
}

}  // namespace callimport::fake_vendors
