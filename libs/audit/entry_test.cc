#include "libs/audit/entry.h"

#include <gtest/gtest.h>

#include "libs/crypto/digest.h"

namespace callimport::audit {
namespace {

Record Sample() {
  return {.sequence = 7,
          .written_at = Timestamp(std::chrono::microseconds(1'772'366'400'123'456)),
          .entry = {.workspace_id = "acme",
                    .object_id = "c1",
                    .action = "lease",
                    .actor = "service/adapter-gateway",
                    .correlation_id = "r1",
                    .detail = ""},
          .previous_hash = std::string(32, '\x01'),
          .hash = {}};
}

// Every table that was ever written depends on this number.
TEST(AuditEntryTest, TheHashStaysWhatItIs) {
  EXPECT_EQ(crypto::ToHex(HashOf(Sample())),
            "50a9f2b607739fa8227dc3d0405bd0ec631f7e7db4283689819ce2860471ddcb");
}

TEST(AuditEntryTest, EveryFieldIsInTheHash) {
  const std::string hash = HashOf(Sample());
  const auto changed = [](auto change) {
    Record record = Sample();
    change(record);
    return HashOf(record);
  };

  EXPECT_NE(hash, changed([](Record& r) { r.sequence = 8; }));
  EXPECT_NE(hash, changed([](Record& r) { r.written_at += std::chrono::microseconds(1); }));
  EXPECT_NE(hash, changed([](Record& r) { r.previous_hash[31] = '\x02'; }));
  EXPECT_NE(hash, changed([](Record& r) { r.entry.workspace_id = "globex"; }));
  EXPECT_NE(hash, changed([](Record& r) { r.entry.object_id = "c2"; }));
  EXPECT_NE(hash, changed([](Record& r) { r.entry.action = "store"; }));
  EXPECT_NE(hash, changed([](Record& r) { r.entry.actor = "support/dana"; }));
  EXPECT_NE(hash, changed([](Record& r) { r.entry.correlation_id = "r2"; }));
  EXPECT_NE(hash, changed([](Record& r) { r.entry.detail = "x"; }));
  EXPECT_NE(hash, changed([](Record& r) { r.entry.before_digest = "x"; }));
  EXPECT_NE(hash, changed([](Record& r) { r.entry.after_digest = "x"; }));
}

TEST(AuditEntryTest, TextCannotMoveFromOneFieldToTheNext) {
  Record one = Sample();
  one.entry.workspace_id = "ab";
  one.entry.object_id = "c";
  Record other = Sample();
  other.entry.workspace_id = "a";
  other.entry.object_id = "bc";

  EXPECT_NE(HashOf(one), HashOf(other));
}

}  // namespace
}  // namespace callimport::audit
