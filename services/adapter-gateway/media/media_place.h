// How far a piece of a recording has come, and what shows that the rest still belongs to it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "libs/http/http_client.h"

namespace callimport::adapter_gateway {

class MediaPlace {
 public:
  // Remembers what is about to flow: the first answer of this piece that was taken.
  void Begin(const http::Head& head);
  void Move(size_t bytes) { bytes_ += static_cast<int64_t>(bytes); }

  // Whether the rest can be asked for: something flowed, and it has a strong validator (RFC 9110).
  bool CanGoOn() const { return !validator_.empty(); }
  // Asks for the rest, and only while it is the rest of the same.
  std::map<std::string, std::string> Headers() const;
  // Whether this answer is that.
  bool IsRest(const http::Head& head) const;

 private:
  int64_t bytes_ = 0;
  std::string validator_;
  // Of the whole piece, where the vendor says so.
  std::optional<int64_t> size_;
};

}  // namespace callimport::adapter_gateway
