// Media addresses that work without credentials, for a while: a signature over path and expiry.
#pragma once

#include <chrono>
#include <string>

#include "libs/common/clock.h"
#include "tests/fake_vendors/http/message.h"

namespace callimport::fake_vendors {

class AddressSigner {
 public:
  AddressSigner(std::string key, std::chrono::seconds valid_for)
      : key_(std::move(key)), valid_for_(valid_for) {}

  // "/media/gong/1.wav?expires=1767225600&sig=..."
  std::string Sign(const std::string& path, Timestamp now) const;

  enum class Verdict { kGood, kForged, kExpired };
  Verdict Check(const HttpRequest& request, Timestamp now) const;

 private:
  std::string SignatureOf(const std::string& path, const std::string& expires) const;

  const std::string key_;
  const std::chrono::seconds valid_for_;
};

}  // namespace callimport::fake_vendors
