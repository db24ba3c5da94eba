#include "tools/callimport/mass_import_text.h"

#include <gmock/gmock.h>

namespace callimport::cli {
namespace {

using job_scheduler::v1::MassImport;
using job_scheduler::v1::MassImportStep;
using ::testing::HasSubstr;
using ::testing::Not;

void Add(MassImport& import, MassImportStep::Kind kind) {
  MassImportStep& step = *import.add_steps();
  step.set_kind(kind);
  step.mutable_time()->set_seconds(1'767'225'600);
}

void Add(common::v1::Progress& progress, common::v1::RecordKind kind, int64_t processed,
         int64_t total) {
  common::v1::KindProgress& counted = *progress.add_kinds();
  counted.set_kind(kind);
  counted.set_processed(processed);
  if (total > 0) counted.set_total(total);
}

MassImport Begun() {
  MassImport import;
  import.set_mass_import_id("0198-mass");
  import.set_credential_id("0198-credential");
  Add(import, MassImportStep::KIND_MAINTENANCE_ON);
  Add(import, MassImportStep::KIND_WEBHOOKS_HELD);
  return import;
}

TEST(MassImportTextTest, TellsEachStepAndWhenItWasDone) {
  const std::string text = MassImportText(Begun());

  EXPECT_THAT(text, HasSubstr("mass import        0198-mass\n"));
  EXPECT_THAT(text, HasSubstr("maintenance on     2026-01-01 00:00\n"));
  EXPECT_THAT(text, HasSubstr("webhooks held      2026-01-01 00:00\n"));
  EXPECT_THAT(text, HasSubstr("import started     not yet\n"));
  EXPECT_THAT(text, HasSubstr("maintenance off    not yet\n"));
  EXPECT_THAT(text, Not(HasSubstr("state"))) << "there is no import yet";
}

TEST(MassImportTextTest, CountsEachKindOfRecord) {
  MassImport import = Begun();
  import.mutable_job()->set_job_id("0198-job");
  import.mutable_job()->set_state(common::v1::JOB_STATE_IN_PROGRESS);
  import.mutable_job()->add_waits()->set_text("The vendor's quota is used up.");
  common::v1::Progress& progress = *import.mutable_job()->mutable_progress();
  progress.set_failed_calls(2);
  Add(progress, common::v1::RECORD_KIND_CONVERSATION, 7'000, 7'000);
  Add(progress, common::v1::RECORD_KIND_MEDIA, 12, 0);

  const std::string text = MassImportText(import);

  EXPECT_THAT(text, HasSubstr("import             0198-job\n"));
  EXPECT_THAT(text, HasSubstr("  state            in progress\n"));
  EXPECT_THAT(text, HasSubstr("  waits            The vendor's quota is used up.\n"));
  EXPECT_THAT(text, HasSubstr("  conversation     7000 of 7000\n"));
  EXPECT_THAT(text, HasSubstr("  media            12\n"));
  EXPECT_THAT(text, HasSubstr("  failed           2 calls\n"));
}

TEST(MassImportTextTest, AResetTellsBeforehandWhatItWouldDelete) {
  job_scheduler::v1::ResetRunResponse reset;
  reset.set_calls(1'000);
  reset.set_engagements(998);
  reset.set_recordings(999);
  reset.set_transcripts(1);
  reset.set_other_records(32'000);

  EXPECT_EQ(ResetText(reset),
            "It stored 1000 calls (998 engagements, 999 recordings, 1 transcript) and 32000 other "
            "records. Calls that other imports met stay.\n");
}

TEST(MassImportTextTest, AResetTellsWhatIsStillToBeDeleted) {
  job_scheduler::v1::ResetRunResponse reset;
  reset.set_calls(3);
  reset.set_deleted(true);

  EXPECT_EQ(ResetText(reset),
            "Deleted: 3 calls (0 engagements, 0 recordings, 0 transcripts) and 0 other records.\n");
  reset.set_pending_calls(3);
  EXPECT_THAT(ResetText(reset), HasSubstr("What became of 3 calls is still being deleted; the "
                                          "workspace is closed until then.\n"));
}

}  // namespace
}  // namespace callimport::cli
