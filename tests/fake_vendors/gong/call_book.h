// All calls of the fake company, made up on the fly: a call is a function of (seed, index).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/common/clock.h"
#include "tests/fake_vendors/dialogue.h"
#include "tests/fake_vendors/gong/call_ids.h"

namespace callimport::fake_vendors::gong {

struct CallBookOptions {
  uint64_t seed = 1;
  uint64_t calls = 100;
  // Calls start between `from` and `from` + `span`, evenly spread, in the order of their indexes.
  Timestamp from{};
  std::chrono::hours span{24 * 90};
  double no_transcript_share = 0.1;
  double no_media_share = 0.0;
  // Of every recording; unset: as long as its dialogue.
  std::optional<std::chrono::milliseconds> recording_length = std::nullopt;
};

struct User {
  std::string id;
  std::string first_name;
  std::string last_name;
  std::string email;
  std::string title;
};

struct Party {
  std::string id;
  std::string speaker_id;
  std::string user_id;  // empty for people outside the company
  std::string name;
  std::string email;
  std::string phone;
  std::string title;
};

struct Call {
  uint64_t index = 0;
  std::string id;
  std::string title;
  Timestamp started;
  std::chrono::milliseconds length{0};
  Party seller;
  Party buyer;
  Dialogue dialogue;
  bool has_transcript = true;
  bool has_media = true;

  const Party& PartyOf(Speaker speaker) const {
    return speaker == Speaker::kSeller ? seller : buyer;
  }
};

class CallBook {
 public:
  explicit CallBook(const CallBookOptions& options);

  uint64_t size() const { return options_.calls; }
  const std::string& workspace_id() const { return workspace_id_; }
  const std::vector<User>& users() const { return users_; }

  std::string IdOf(uint64_t index) const { return ids_.IdOf(index); }
  std::optional<uint64_t> IndexOf(std::string_view id) const;

  Timestamp StartOf(uint64_t index) const;
  // The first call that does not start before `time`; size() when there is none.
  uint64_t FirstFrom(Timestamp time) const;

  bool HasTranscript(uint64_t index) const;
  bool HasMedia(uint64_t index) const;
  Call At(uint64_t index) const;

 private:
  double ShareOf(uint64_t index, uint64_t purpose) const;

  const CallBookOptions options_;
  const CallIds ids_;
  const std::string workspace_id_;
  const std::vector<User> users_;
};

}  // namespace callimport::fake_vendors::gong
