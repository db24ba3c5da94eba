// A bounded set of decoders, loaded when first needed: they are large, and many imports bring
// their transcripts along.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "absl/status/statusor.h"
#include "services/media-pipeline/transcribers/pocketsphinx/sphinx_decoder.h"

namespace callimport::media_pipeline {

class DecoderPool {
 public:
  // Lends a decoder until it goes.
  class Loan {
   public:
    Loan(DecoderPool& pool, std::unique_ptr<SphinxDecoder> decoder)
        : pool_(&pool), decoder_(std::move(decoder)) {}
    Loan(Loan&&) = default;
    Loan& operator=(Loan&&) = delete;
    ~Loan() {
      if (decoder_ != nullptr) pool_->Return(std::move(decoder_));
    }
    SphinxDecoder& operator*() const { return *decoder_; }
    SphinxDecoder* operator->() const { return decoder_.get(); }

   private:
    DecoderPool* pool_;
    std::unique_ptr<SphinxDecoder> decoder_;
  };

  DecoderPool(SphinxModel model, int most);

  // Waits for its turn, or until `cancelled` says otherwise (CANCELLED).
  absl::StatusOr<Loan> Borrow(const std::function<bool()>& cancelled);

 private:
  absl::StatusOr<Loan> LoadOne();
  void Return(std::unique_ptr<SphinxDecoder> decoder);

  const SphinxModel model_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<SphinxDecoder>> idle_;
  // Decoders that may still be loaded.
  int unloaded_;
};

}  // namespace callimport::media_pipeline
