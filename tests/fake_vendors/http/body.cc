#include "tests/fake_vendors/http/body.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace callimport::fake_vendors {

Body::Body(std::string text)
    : head_(std::make_shared<const std::string>(std::move(text))), size_(head_->size()) {}

Body::Body(std::string head, std::shared_ptr<const std::string> block, uint64_t size)
    : head_(std::make_shared<const std::string>(std::move(head))),
      block_(std::move(block)),
      size_(size) {}

Body Body::Slice(uint64_t offset, uint64_t length) const {
  Body slice = *this;
  slice.start_ = start_ + std::min(offset, size_);
  slice.size_ = std::min(length, size_ - std::min(offset, size_));
  return slice;
}

std::string_view Body::PieceAt(uint64_t offset) const {
  const uint64_t place = start_ + offset;
  const uint64_t left = size_ - offset;
  std::string_view piece;
  if (place < head_->size()) {
    piece = std::string_view(*head_).substr(place);
  } else {
    piece = std::string_view(*block_).substr((place - head_->size()) % block_->size());
  }
  return piece.substr(0, std::min<uint64_t>(piece.size(), left));
}

size_t Body::Map(uint64_t offset, uint64_t limit, std::span<iovec> pieces) const {
  size_t used = 0;
  const uint64_t end = std::min(size_, offset + limit);
  while (offset < end && used < pieces.size()) {
    const std::string_view piece = PieceAt(offset).substr(0, end - offset);
    pieces[used++] = {const_cast<char*>(piece.data()), piece.size()};
    offset += piece.size();
  }
  return used;
}

std::string Body::Copy() const {
  std::string copy;
  copy.reserve(size_);
  while (copy.size() < size_) copy += PieceAt(copy.size());
  return copy;
}

}  // namespace callimport::fake_vendors
