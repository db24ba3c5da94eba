#include "libs/audit/verifier.h"

#include <deque>

#include "libs/audit/anchorer.h"
#include "libs/audit/log_fixture.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/status_matchers.h"

namespace callimport::audit {
namespace {

using callimport::testing::HasCode;
using callimport::testing::IsOk;
using Kind = Problem::Kind;

// Lines in memory; what the interface promises needs no disk.
class KeptLines final : public AnchorTarget {
 public:
  absl::Status Append(const std::string& line) override {
    lines.push_back(line);
    return absl::OkStatus();
  }
  absl::StatusOr<std::unique_ptr<AnchorLines>> Open() override {
    return std::make_unique<Lines>(lines);
  }

  std::deque<std::string> lines;

 private:
  class Lines final : public AnchorLines {
   public:
    explicit Lines(std::deque<std::string> lines) : lines_(std::move(lines)) {}
    absl::StatusOr<std::optional<std::string>> Next() override {
      if (lines_.empty()) return std::nullopt;
      std::string line = std::move(lines_.front());
      lines_.pop_front();
      return line;
    }

   private:
    std::deque<std::string> lines_;
  };
};

class VerifierTest : public AuditLogTest {
 protected:
  void AnchorNow() {
    ASSERT_THAT(anchors_.Append({.head = ReadHead(), .anchored_at = {}}), IsOk());
  }

  absl::StatusOr<Verdict> Check() {
    return Verify(pool(), log_, &anchors_, [](int64_t, int64_t) { return absl::OkStatus(); });
  }

  // "EDITED at 3", or "whole".
  std::string Found() {
    const auto verdict = Check();
    if (!verdict.ok()) return verdict.status().ToString();
    if (!verdict->problem) return "whole";
    return std::string(NameOf(verdict->problem->kind)) + " at " +
           std::to_string(verdict->problem->sequence);
  }

  // What somebody does who knows how hashes are made: all from this record on fits again.
  void ChainAnewFrom(int64_t sequence) {
    auto records = All();
    std::string previous = records[static_cast<size_t>(sequence) - 1].previous_hash;
    for (size_t i = static_cast<size_t>(sequence) - 1; i < records.size(); ++i) {
      records[i].previous_hash = previous;
      previous = HashOf(records[i]);
      Tamper("UPDATE audit_log SET previous_hash = '" +
             postgres::ToBytea(records[i].previous_hash) + "', hash = '" +
             postgres::ToBytea(previous) + "' WHERE sequence = " + std::to_string(i + 1));
    }
    Tamper("UPDATE audit_log_head SET hash = '" + postgres::ToBytea(previous) + "'");
  }

  KeptLines lines_;
  Anchors anchors_{lines_, "audited.audit_log", crypto::Ed25519Key::Generate()};
};

TEST_F(VerifierTest, AnUntouchedLogIsWhole) {
  AppendMany(5);
  AnchorNow();
  AppendMany(3);
  AnchorNow();
  AppendMany(1);

  const auto verdict = Check();

  ASSERT_THAT(verdict, IsOk());
  EXPECT_FALSE(verdict->problem.has_value());
  EXPECT_EQ(verdict->records_checked, 9);
  EXPECT_EQ(verdict->anchors_checked, 2);
  EXPECT_EQ(verdict->newest_anchor->head.sequence, 8);
}

TEST_F(VerifierTest, AnEmptyLogIsWhole) { EXPECT_EQ(Found(), "whole"); }

TEST_F(VerifierTest, AnEditedRowIsNamed) {
  AppendMany(6);
  for (const char* change :
       {"actor = 'service/somebody'", "workspace_id = 'globex'", "object_id = '9'",
        "action = 'store'", "correlation_id = ''", "detail = 'x'", "before_digest = 'x'",
        "after_digest = 'x'", "written_at = written_at + interval '1 microsecond'",
        "hash = sha256('x')", "previous_hash = sha256('x')"}) {
    Tamper("CREATE TABLE kept AS SELECT * FROM audit_log");
    Tamper(std::string("UPDATE audit_log SET ") + change + " WHERE sequence = 4");
    EXPECT_EQ(Found(), "EDITED at 4") << change;
    Tamper("TRUNCATE audit_log; INSERT INTO audit_log SELECT * FROM kept; DROP TABLE kept");
  }
  EXPECT_EQ(Found(), "whole");
}

TEST_F(VerifierTest, SoIsOneThatWasGivenAHashThatFits) {
  AppendMany(6);
  Record edited = All()[2];
  edited.entry.actor = "service/somebody";
  Tamper("UPDATE audit_log SET actor = 'service/somebody', hash = '" +
         postgres::ToBytea(HashOf(edited)) + "' WHERE sequence = 3");

  EXPECT_EQ(Found(), "EDITED at 3");
}

TEST_F(VerifierTest, AndTheLastOneWithAHashThatFits) {
  AppendMany(3);
  Record edited = All()[2];
  edited.entry.actor = "service/somebody";
  Tamper("UPDATE audit_log SET actor = 'service/somebody', hash = '" +
         postgres::ToBytea(HashOf(edited)) + "' WHERE sequence = 3");

  EXPECT_EQ(Found(), "EDITED at 3");
}

TEST_F(VerifierTest, ADeletedRowIsNamed) {
  AppendMany(6);
  Tamper("DELETE FROM audit_log WHERE sequence IN (3, 4)");

  EXPECT_EQ(Found(), "DELETED at 3");
}

TEST_F(VerifierTest, SoIsTheFirstOne) {
  AppendMany(4);
  Tamper("DELETE FROM audit_log WHERE sequence = 1");

  EXPECT_EQ(Found(), "DELETED at 1");
}

TEST_F(VerifierTest, AGapThatWasClosedIsStillADeletion) {
  AppendMany(6);
  Tamper("DELETE FROM audit_log WHERE sequence = 3");
  for (int i = 4; i <= 6; ++i) {
    Tamper("UPDATE audit_log SET sequence = sequence - 1 WHERE sequence = " + std::to_string(i));
  }
  Tamper("UPDATE audit_log_head SET sequence = 5");

  EXPECT_EQ(Found(), "DELETED at 3");
}

TEST_F(VerifierTest, RowsThatChangedPlacesAreNamed) {
  AppendMany(6);
  Tamper("UPDATE audit_log SET sequence = -1 WHERE sequence = 2");
  Tamper("UPDATE audit_log SET sequence = 2 WHERE sequence = 5");
  Tamper("UPDATE audit_log SET sequence = 5 WHERE sequence = -1");

  EXPECT_EQ(Found(), "REORDERED at 2");
}

TEST_F(VerifierTest, ACutTailShowsAgainstTheHead) {
  AppendMany(6);
  Tamper("DELETE FROM audit_log WHERE sequence > 4");

  EXPECT_EQ(Found(), "CUT_OFF at 5");
}

TEST_F(VerifierTest, ACutTailWithItsHeadShowsAgainstTheAnchor) {
  AppendMany(6);
  AnchorNow();
  Tamper("DELETE FROM audit_log WHERE sequence > 4");
  Tamper(
      "UPDATE audit_log_head SET sequence = 4, hash = audit_log.hash FROM audit_log"
      " WHERE audit_log.sequence = 4");

  EXPECT_EQ(Found(), "CUT_OFF at 5");
  AppendMany(3);  // grown over again
  EXPECT_EQ(Found(), "REWRITTEN at 6");
}

TEST_F(VerifierTest, ALogThatWasWrittenAnewShowsAgainstTheAnchor) {
  AppendMany(6);
  AnchorNow();
  Tamper("UPDATE audit_log SET actor = 'service/somebody' WHERE sequence = 3");
  ChainAnewFrom(3);

  EXPECT_EQ(Found(), "REWRITTEN at 6");
}

TEST_F(VerifierTest, AHeadThatWasSetBackShows) {
  AppendMany(4);
  Tamper(
      "UPDATE audit_log_head SET sequence = 2, hash = audit_log.hash FROM audit_log"
      " WHERE audit_log.sequence = 2");

  EXPECT_EQ(Found(), "EDITED at 2");
}

TEST_F(VerifierTest, AForgedAnchorIsNamedAndABrokenOneCounted) {
  AppendMany(2);
  AnchorNow();
  lines_.lines.push_back("callimport-anchor-1 half");

  EXPECT_EQ(Found(), "whole");
  EXPECT_EQ(Check()->unreadable_anchors, 1);

  Anchors forger(lines_, "audited.audit_log", crypto::Ed25519Key::Generate());
  ASSERT_THAT(forger.Append({.head = ReadHead(), .anchored_at = {}}), IsOk());
  EXPECT_EQ(Found(), "FORGED_ANCHOR at 2");
}

TEST_F(VerifierTest, TellsHowFarItIsAndStopsWhenTold) {
  ASSERT_THAT(Append(std::vector<Entry>(2'500, Lease("1"))), IsOk());
  std::vector<int64_t> heard;

  const auto whole = Verify(pool(), log_, nullptr, [&](int64_t checked, int64_t of) {
    EXPECT_EQ(of, 2'500);
    heard.push_back(checked);
    return absl::OkStatus();
  });
  const auto stopped = Verify(pool(), log_, nullptr,
                              [&](int64_t, int64_t) { return absl::CancelledError("enough"); });

  EXPECT_THAT(whole, IsOk());
  EXPECT_EQ(heard, (std::vector<int64_t>{1'000, 2'000, 2'500}));
  EXPECT_THAT(stopped, HasCode(absl::StatusCode::kCancelled));
}

TEST_F(VerifierTest, AnchorsFollowTheLogByTimeOrByLength) {
  callimport::testing::FakeClock clock;
  Anchorer anchorer(pool(), log_, anchors_, clock,
                    {.every_entries = 5, .every = std::chrono::seconds(60)});
  const auto anchored = [&] {
    EXPECT_THAT(anchorer.Run(), IsOk());
    return lines_.lines.size();
  };

  EXPECT_EQ(anchored(), 0u);  // nothing to anchor
  AppendMany(1);
  EXPECT_EQ(anchored(), 1u);  // the first at once
  AppendMany(4);
  EXPECT_EQ(anchored(), 1u);
  AppendMany(1);
  EXPECT_EQ(anchored(), 2u);  // five more
  AppendMany(1);
  EXPECT_EQ(anchored(), 2u);
  clock.Advance(std::chrono::seconds(60));
  EXPECT_EQ(anchored(), 3u);  // a minute later
  EXPECT_EQ(anchored(), 3u);  // unchanged
  EXPECT_EQ(Found(), "whole");
}

TEST_F(VerifierTest, AnAnchorThatSawMoreIsNeverCoveredUp) {
  callimport::testing::FakeClock clock;
  AppendMany(6);
  AnchorNow();
  Tamper("TRUNCATE audit_log");
  Tamper("UPDATE audit_log_head SET sequence = 0, hash = decode(repeat('00', 32), 'hex')");
  Anchorer anchorer(pool(), log_, anchors_, clock, {});

  EXPECT_THAT(anchorer.Run(), IsOk());

  EXPECT_EQ(lines_.lines.size(), 1u);
  EXPECT_EQ(Found(), "CUT_OFF at 1");
}

}  // namespace
}  // namespace callimport::audit
