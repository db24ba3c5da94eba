// A text that must not be seen: wiped when it goes, and without any way to print it.
#pragma once

#include <string>

namespace callimport {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text);
  Secret(const Secret& other);
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret other);
  ~Secret();

  // The one word to search for when asking who reads secrets.
  const std::string& Reveal() const { return text_; }

  bool empty() const { return text_.empty(); }

 private:
  std::string text_;
};

}  // namespace callimport
