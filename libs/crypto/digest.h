// SHA-256, at once or as bytes flow by.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace callimport::crypto {

// 32 bytes.
std::string Sha256(std::string_view data);

// Lower case.
std::string ToHex(std::string_view bytes);

class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(Sha256Stream&&) noexcept;
  Sha256Stream& operator=(Sha256Stream&&) noexcept;

  void Update(std::string_view data);

  // 32 bytes; the stream cannot be used any more.
  std::string Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace callimport::crypto
