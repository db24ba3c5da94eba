// Both services over a real server and a real database; the scheduler is scripted.
#pragma once

#include <gmock/gmock.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "libs/clients/adapter_gateway/scripted_records.h"
#include "libs/testing/postgres_fixture.h"
#include "libs/testing/rpc_server.h"
#include "libs/testing/status_matchers.h"
#include "services/media-pipeline/api/engagements_service.h"
#include "services/media-pipeline/api/uploads_service.h"
#include "services/media-pipeline/objects/filesystem_object_store.h"
#include "services/media-pipeline/objects/sample_recording_fixture.h"
#include "services/media-pipeline/objects/temporary_folder_fixture.h"
#include "services/media-pipeline/search/search_vector.h"
#include "services/media-pipeline/storage/drafts_fixture.h"
#include "services/media-pipeline/workers/scripted_services.h"

namespace callimport::media_pipeline {

const std::vector<postgres::Migration>& Migrations();

class Served : public testing::PostgresTest {
 protected:
  Served() : PostgresTest("media_pipeline", Migrations()) {}

  // Stores an engagement with a recording, in which each of the texts is a segment of a second.
  std::string AddEngagement(int number, const std::vector<std::string>& spoken) {
    absl::StatusOr<RecordingIntake> intake = RecordingIntake::Begin(*objects_);
    EXPECT_THAT(intake->Take(SampleWav(number)), testing::IsOk());
    EngagementDraft draft = MakeTestDraft(number);
    draft.facts.transcript_engine = "source:gong";
    common::v1::Participant& speaker = *draft.facts.record.add_participants();
    speaker.set_speaker_id("s1");
    speaker.set_name("Dana");
    common::v1::Transcript& transcript = draft.transcript.emplace();
    Searchable searchable{"acme", draft.facts.record.title(), {}};
    for (const std::string& text : spoken) {
      common::v1::Segment& segment = *transcript.add_segments();
      segment.set_start_ms(transcript.segments_size() * 1000);
      segment.set_speaker_id("s1");
      segment.set_text(text);
      searchable.spoken.push_back(text);
    }
    draft.search = MakeSearchVectors(lexicon_, {searchable})->front();
    const auto ids =
        deliveries_.Deliver({{draft.facts.call_id, "acme", *intake->Finish("acme")}}, {draft});
    EXPECT_THAT(ids, testing::IsOk());
    return ids->front();
  }

  const TemporaryFolder folder_;
  std::unique_ptr<ObjectStore> objects_ = *OpenFilesystemObjectStore(folder_.path());
  DeliveryStore deliveries_{pool()};
  EngagementStore engagements_{pool()};
  Lexicon lexicon_{[this](const auto& words) { return engagements_.ParseWords(words); },
                   kAfterWord};
  ScriptedQueue queue_;
  std::atomic<int> taken_in_ = 0;
  UploadsService uploads_service_{*objects_, deliveries_, queue_, "worker",
                                  [this](auto) { ++taken_in_; }};
  RemapStore remaps_{pool()};
  adapter_gateway::ScriptedRecords records_;
  Remapper remapper_{remaps_, records_, lexicon_};
  EngagementsService engagements_service_{engagements_, *objects_, lexicon_, remapper_};
  testing::RpcServer server_{
      {&uploads_service_, &engagements_service_},
      {testing::Allow("callimport.media_pipeline.v1.Uploads", "support/*"),
       testing::Allow("callimport.media_pipeline.v1.Uploads", "workspace-admin/*"),
       testing::Allow("callimport.media_pipeline.v1.Engagements", "support/*"),
       testing::Allow("callimport.media_pipeline.v1.Engagements", "workspace-admin/*")},
      "media-pipeline"};
  std::unique_ptr<v1::Uploads::Stub> uploads_ =
      v1::Uploads::NewStub(server_.ChannelOf("support-demo"));
  std::unique_ptr<v1::Engagements::Stub> reading_ =
      v1::Engagements::NewStub(server_.ChannelOf("support-demo"));
};

}  // namespace callimport::media_pipeline
