#include "libs/common/secret.h"

#include <string.h>

#include <utility>

namespace callimport {
namespace {

// The whole capacity: a moved-from or shortened string may keep its letters behind its end.
void Wipe(std::string& text) {
  text.resize(text.capacity());
  explicit_bzero(text.data(), text.size());
  text.clear();
}

}  // namespace

Secret::Secret(std::string text) : text_(text) { Wipe(text); }

Secret::Secret(const Secret& other) = default;

Secret::Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { Wipe(other.text_); }

Secret& Secret::operator=(Secret other) {
  Wipe(text_);
  text_ = other.text_;
  return *this;
}

Secret::~Secret() { Wipe(text_); }

}  // namespace callimport
