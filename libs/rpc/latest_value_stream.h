// Streams the newest value to one client on the callback API. A slow client skips values, so no
// queue ever grows; the last value is never skipped.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <mutex>
#include <optional>
#include <utility>

namespace callimport::rpc {

template <typename Message>
class LatestValueStream : public grpc::ServerWriteReactor<Message> {
 public:
  // Replaces a value that is not under way yet. Safe from any thread.
  void Offer(Message value) {
    Step([&] {
      if (!closing_) next_ = std::move(value);
    });
  }

  // For values that mean nothing beside others, such as heartbeats: dropped unless the stream
  // has nothing to write.
  void OfferWhenIdle(Message value) {
    Step([&] {
      if (!closing_ && !busy_) next_ = std::move(value);
    });
  }

  // Whether the client has taken everything. Where one thread offers, what it offers now is not
  // skipped.
  bool IsIdle() {
    const std::lock_guard lock(mutex_);
    return !busy_ && !next_ && !closing_;
  }

  // Writes what was offered last, then ends with this status. The first call counts.
  void Close(grpc::Status status = grpc::Status::OK) {
    Step([&] {
      if (closing_) return;
      closing_ = true;
      final_status_ = std::move(status);
    });
  }

  void OnWriteDone(bool ok) override {
    Step([&] {
      busy_ = false;
      if (!ok) Abandon();
    });
  }
  void OnCancel() override {
    Step([&] { Abandon(); });
  }
  void OnDone() override { delete this; }

 protected:
  ~LatestValueStream() override = default;

 private:
  void Abandon() {
    next_.reset();
    if (closing_) return;
    closing_ = true;
    final_status_ = grpc::Status(grpc::StatusCode::CANCELLED, "the client left");
  }

  // Applies one change, then starts the next write, or Finish, if nothing is under way.
  template <typename Change>
  void Step(Change change) {
    std::unique_lock lock(mutex_);
    change();
    if (busy_ || (!next_ && !closing_)) return;
    busy_ = true;  // stays true after Finish
    const bool write = next_.has_value();
    if (write) writing_ = *std::exchange(next_, std::nullopt);
    lock.unlock();
    write ? this->StartWrite(&writing_) : this->Finish(final_status_);
  }

  std::mutex mutex_;
  std::optional<Message> next_;
  Message writing_;  // gRPC reads it until OnWriteDone
  grpc::Status final_status_;
  bool busy_ = false;
  bool closing_ = false;
};

}  // namespace callimport::rpc
