// The content of a response: some bytes of its own, then a shared block repeated to any length.
//
// So a recording of any size costs no memory and no copying, whoever else downloads.
#pragma once

#include <sys/uio.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace callimport::fake_vendors {

class Body {
 public:
  Body() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): a text is a body.
  Body(std::string text);
  // `head`, then `block` again and again until the body is `size` bytes long.
  Body(std::string head, std::shared_ptr<const std::string> block, uint64_t size);

  uint64_t size() const { return size_; }

  // The part that begins at `offset`.
  Body Slice(uint64_t offset, uint64_t length) const;

  // Points `pieces` at the bytes from `offset` on, at most `limit` of them; says how many pieces.
  size_t Map(uint64_t offset, uint64_t limit, std::span<iovec> pieces) const;

  std::string Copy() const;

 private:
  // The longest contiguous bytes at `offset`.
  std::string_view PieceAt(uint64_t offset) const;

  std::shared_ptr<const std::string> head_;
  std::shared_ptr<const std::string> block_;
  uint64_t start_ = 0;  // where this slice begins in the whole
  uint64_t size_ = 0;
};

}  // namespace callimport::fake_vendors
