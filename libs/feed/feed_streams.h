// Streams a feed to any number of readers on the callback API. One thread reads for all of them,
// and those who are equally far share what it reads. A reader gets the next message once it has
// taken the last one, so that a slow one costs one message, and nobody's thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/common/errors.h"
#include "libs/feed/feed_signal.h"
#include "libs/rpc/answer.h"
#include "libs/rpc/latest_value_stream.h"

namespace callimport::feed {

template <typename Message>
class FeedStreams {
 public:
  using Stream = rpc::LatestValueStream<Message>;

  struct Page {
    // Of bounded size; without entries it is a heartbeat.
    Message message;
    // How far it leads.
    int64_t revision = 0;
    bool empty = true;
  };
  struct Source {
    // What follows a revision, in order. An error ends the streams that are there.
    std::function<absl::StatusOr<Page>(int64_t after)> read;
    std::function<absl::StatusOr<int64_t>()> newest;
  };
  struct Pace {
    // How soon an entry is found that another process has appended.
    std::chrono::milliseconds look_every{100};
    // The longest silence.
    std::chrono::milliseconds heartbeat{2'000};
    size_t most_readers = 256;
  };

  // `appended` is raised after every append of this process; its Close ends all streams with
  // UNAVAILABLE (SHUTTING_DOWN). Must outlive the server.
  FeedStreams(Source source, FeedSignal& appended, Pace pace)
      : source_(std::move(source)), appended_(appended), pace_(pace), thread_([this] { Run(); }) {}
  FeedStreams(Source source, FeedSignal& appended)
      : FeedStreams(std::move(source), appended, Pace()) {}
  ~FeedStreams() {
    End();
    appended_.Raise();
    thread_.join();
  }

  // For a handler to return; deletes itself.
  Stream* Open() { return new Reader(*this); }

  // Of what Open returned: from behind this revision, or only what comes from now on.
  // RESOURCE_EXHAUSTED (TOO_MANY_READERS), UNAVAILABLE (SHUTTING_DOWN).
  absl::Status Follow(Stream* stream, const rpc::Caller& caller, std::optional<int64_t> after) {
    {
      const std::lock_guard lock(mutex_);
      if (ended_) return ShuttingDown();
      if (places_.size() >= pace_.most_readers) {
        return Error(absl::StatusCode::kResourceExhausted, "TOO_MANY_READERS",
                     "too many follow this feed already");
      }
      places_.emplace(stream, Place{.caller = caller, .revision = after, .told = {}});
    }
    appended_.Raise();
    return absl::OkStatus();
  }

 private:
  using Time = std::chrono::steady_clock::time_point;

  class Reader final : public Stream {
   public:
    explicit Reader(FeedStreams& home) : home_(home) {}
    void OnWriteDone(bool ok) override {
      Stream::OnWriteDone(ok);
      home_.appended_.Raise();  // it may be behind
    }
    void OnDone() override {
      home_.Leave(this);
      Stream::OnDone();
    }

   private:
    FeedStreams& home_;
  };

  // How far a reader is; unset: it waits for what is newest now.
  struct Place {
    rpc::Caller caller;
    std::optional<int64_t> revision;
    Time told;
  };

  static absl::Status ShuttingDown() {
    return Error(absl::StatusCode::kUnavailable, "SHUTTING_DOWN", "the service is stopping");
  }

  void Leave(Stream* stream) {
    const std::lock_guard lock(mutex_);
    places_.erase(stream);
  }

  void End() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }

  bool IsEnded() {
    const std::lock_guard lock(mutex_);
    return ended_;
  }

  void Run() {
    uint64_t seen = 0;
    while (appended_.Wait(seen, pace_.look_every) && !IsEnded()) Serve();
    End();
    const std::lock_guard lock(mutex_);
    for (auto& [stream, place] : places_) Close(*stream, place, ShuttingDown());
  }

  void Serve() {
    std::set<std::optional<int64_t>> positions = Positions();
    if (positions.contains(std::nullopt)) {
      Begin(source_.newest());
      positions = Positions();
    }
    for (const std::optional<int64_t>& position : positions) {
      if (position) Tell(*position, source_.read(*position));
    }
  }

  // Of those who have taken everything.
  std::set<std::optional<int64_t>> Positions() {
    const std::lock_guard lock(mutex_);
    std::set<std::optional<int64_t>> positions;
    for (const auto& [stream, place] : places_) {
      if (stream->IsIdle()) positions.insert(place.revision);
    }
    return positions;
  }

  void Begin(const absl::StatusOr<int64_t>& newest) {
    const std::lock_guard lock(mutex_);
    for (auto& [stream, place] : places_) {
      if (place.revision) continue;
      if (newest.ok()) {
        place.revision = *newest;
      } else {
        Close(*stream, place, newest.status());
      }
    }
  }

  void Tell(int64_t position, const absl::StatusOr<Page>& page) {
    const Time now = std::chrono::steady_clock::now();
    const std::lock_guard lock(mutex_);
    for (auto& [stream, place] : places_) {
      if (place.revision != position || !stream->IsIdle()) continue;
      if (!page.ok()) {
        Close(*stream, place, page.status());
      } else if (!page->empty || now - place.told >= pace_.heartbeat) {
        place.revision = page->revision;
        place.told = now;
        stream->Offer(page->message);
      }
    }
  }

  static void Close(Stream& stream, const Place& place, const absl::Status& status) {
    stream.Close(rpc::Translate(place.caller, status));
  }

  const Source source_;
  FeedSignal& appended_;
  const Pace pace_;
  std::mutex mutex_;
  std::map<Stream*, Place> places_;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace callimport::feed
