#include "services/media-pipeline/transcribers/pocketsphinx/decoder_pool.h"

#include <chrono>
#include <utility>

namespace callimport::media_pipeline {
namespace {

// How often one who waits asks whether it is still wanted.
constexpr std::chrono::milliseconds kAskEvery{200};

}  // namespace

DecoderPool::DecoderPool(SphinxModel model, int most) : model_(std::move(model)), unloaded_(most) {}

absl::StatusOr<DecoderPool::Loan> DecoderPool::Borrow(const std::function<bool()>& cancelled) {
  std::unique_lock lock(mutex_);
  while (idle_.empty() && unloaded_ == 0) {
    if (cancelled()) return absl::CancelledError("cancelled while waiting for its turn");
    returned_.wait_for(lock, kAskEvery);
  }
  if (idle_.empty()) return LoadOne();
  std::unique_ptr<SphinxDecoder> decoder = std::move(idle_.back());
  idle_.pop_back();
  return Loan(*this, std::move(decoder));
}

// Under the lock: the library's own set-up is not made for two threads at once.
absl::StatusOr<DecoderPool::Loan> DecoderPool::LoadOne() {
  absl::StatusOr<std::unique_ptr<SphinxDecoder>> decoder = SphinxDecoder::Load(model_);
  if (!decoder.ok()) return std::move(decoder).status();
  --unloaded_;
  return Loan(*this, *std::move(decoder));
}

void DecoderPool::Return(std::unique_ptr<SphinxDecoder> decoder) {
  {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(decoder));
  }
  returned_.notify_one();
}

}  // namespace callimport::media_pipeline
