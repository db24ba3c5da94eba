#include "libs/audit/anchors.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "libs/audit/anchor_file.h"
#include "libs/testing/status_matchers.h"

namespace callimport::audit {
namespace {

using callimport::testing::HasReason;
using callimport::testing::IsOk;
using State = FoundAnchor::State;

class AnchorsTest : public ::testing::Test {
 protected:
  ~AnchorsTest() override { std::filesystem::remove_all(folder_); }

  static std::filesystem::path NewFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "anchors-XXXXXX").string();
    return mkdtemp(name.data());
  }

  static Anchor At(int64_t sequence) {
    return {.head = {.sequence = sequence, .hash = std::string(32, '\x05')},
            .anchored_at = Timestamp(std::chrono::seconds(1'772'366'400))};
  }

  std::string Path() const { return (folder_ / "anchors").string(); }

  std::string Text() const {
    std::ifstream in(Path());
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::vector<State> States(Anchors& anchors) const {
    auto reader = anchors.Open();
    std::vector<State> states;
    while (const auto found = *reader->Next()) states.push_back(found->state);
    return states;
  }

  const std::filesystem::path folder_ = NewFolder();
  AnchorFile file_{Path()};
  const crypto::Ed25519Key key_ = crypto::Ed25519Key::Generate();
  Anchors anchors_{file_, "vault.audit_log", key_};
};

TEST_F(AnchorsTest, AreReadAsTheyWereWritten) {
  ASSERT_THAT(anchors_.Append(At(3)), IsOk());
  ASSERT_THAT(anchors_.Append(At(9)), IsOk());

  const auto latest = anchors_.Latest();

  ASSERT_THAT(latest, IsOk());
  EXPECT_EQ((*latest)->head.sequence, 9);
  EXPECT_EQ((*latest)->head.hash, At(9).head.hash);
  EXPECT_EQ((*latest)->anchored_at, At(9).anchored_at);
}

TEST_F(AnchorsTest, BeforeTheFirstThereIsNone) {
  const auto latest = anchors_.Latest();

  ASSERT_THAT(latest, IsOk());
  EXPECT_FALSE(latest->has_value());
}

TEST_F(AnchorsTest, AChangedLineIsForged) {
  ASSERT_THAT(anchors_.Append(At(3)), IsOk());
  std::string text = Text();
  text.replace(text.find(" 3 "), 3, " 4 ");
  std::ofstream(Path()) << text;

  EXPECT_EQ(States(anchors_), std::vector{State::kForged});
}

TEST_F(AnchorsTest, SoIsALineOfAnotherKeyOrAnotherLog) {
  Anchors other_key(file_, "vault.audit_log", crypto::Ed25519Key::Generate());
  Anchors other_log(file_, "jobs.audit_log", key_);
  ASSERT_THAT(other_key.Append(At(3)), IsOk());
  ASSERT_THAT(other_log.Append(At(3)), IsOk());

  EXPECT_EQ(States(anchors_), (std::vector{State::kForged, State::kForged}));
}

TEST_F(AnchorsTest, ALineThatACrashLeftIncompleteSpoilsNoOther) {
  ASSERT_THAT(anchors_.Append(At(3)), IsOk());
  std::ofstream(Path(), std::ios::app) << "callimport-anchor-1 vault.audi";

  ASSERT_THAT(anchors_.Append(At(5)), IsOk());

  EXPECT_EQ(States(anchors_), (std::vector{State::kGood, State::kBroken, State::kGood}));
}

TEST_F(AnchorsTest, WhereNothingCanBeWrittenItSaysSo) {
  AnchorFile nowhere((folder_ / "missing" / "anchors").string());
  Anchors anchors(nowhere, "vault.audit_log", key_);

  EXPECT_THAT(anchors.Append(At(1)), HasReason("ANCHOR_NOT_KEPT"));
}

}  // namespace
}  // namespace callimport::audit
