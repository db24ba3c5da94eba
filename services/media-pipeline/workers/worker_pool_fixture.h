// Whole calls through the real stages, stores and threads; the services asked are scripted.
#pragma once

#include <gmock/gmock.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "libs/testing/postgres_fixture.h"
#include "services/media-pipeline/objects/filesystem_object_store.h"
#include "services/media-pipeline/objects/sample_recording_fixture.h"
#include "services/media-pipeline/objects/temporary_folder_fixture.h"
#include "services/media-pipeline/storage/engagement_store.h"
#include "services/media-pipeline/workers/scripted_services.h"
#include "services/media-pipeline/workers/worker_pool.h"

namespace callimport::media_pipeline {

const std::vector<postgres::Migration>& Migrations();

class WorkerPoolTest : public testing::PostgresTest {
 protected:
  WorkerPoolTest() : PostgresTest("media_pipeline", Migrations()) {}
  ~WorkerPoolTest() override { Stop(); }

  void Start() { process_ = std::make_unique<Process>(*this); }
  void Stop() { process_.reset(); }

  job_scheduler::v1::LeasedCall MakeCall(int number, int lease_number = 1) {
    const std::string id = std::to_string(number);
    job_scheduler::v1::LeasedCall call;
    call.mutable_lease()->set_call_id("call-" + id);
    call.mutable_lease()->set_lease_number(lease_number);
    call.set_job_id("job");
    call.set_workspace_id("acme");
    call.set_credential_id("credential");
    call.set_platform("gong");
    call.mutable_record()->set_source_call_id("source-" + id);
    call.mutable_record()->set_title("Call " + id);
    call.mutable_record()->set_source_metadata("{\"id\":" + id + "}");
    return call;
  }

  // One call with a recording and a transcript of its source.
  void AddCall(int number) {
    recordings_.SetRecording("source-" + std::to_string(number), SampleWav(number));
    recordings_.SetTranscript("source-" + std::to_string(number),
                              "said in " + std::to_string(number));
    queue_.Add(MakeCall(number));
  }

  job_scheduler::v1::CallOutcome OutcomeOf(int number) {
    return queue_.WaitForOutcomes(1)["call-" + std::to_string(number)];
  }

  size_t Engagements() { return engagements_.List("acme", "", std::nullopt, 1000)->size(); }

  void WaitUntil(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    ASSERT_TRUE(condition());
  }

  // What main.cc builds.
  struct Process {
    explicit Process(WorkerPoolTest& test)
        : deliveries(test.pool()),
          lexicon([&test](const auto& words) { return test.engagements_.ParseWords(words); },
                  kAfterWord),
          leases(test.queue_),
          deliverer(*test.objects_, deliveries, lexicon, test.queue_, leases),
          worker({test.recordings_, test.transcriber_, *test.objects_, deliveries, deliverer,
                  leases, *test.routing_},
                 8, 1),
          pool(test.queue_, leases, worker, deliverer, "test", 8) {
      pool.Start();
    }
    DeliveryStore deliveries;
    Lexicon lexicon;
    LeasesInHand leases;
    Deliverer deliverer;
    CallWorker worker;
    WorkerPool pool;
  };

  const TemporaryFolder folder_;
  std::unique_ptr<ObjectStore> objects_ = *OpenFilesystemObjectStore(folder_.path());
  EngagementStore engagements_{pool()};
  ScriptedQueue queue_;
  ScriptedRecordings recordings_;
  ScriptedTranscriber transcriber_;
  std::unique_ptr<RoutingHook> routing_ = std::make_unique<NoRouting>();
  std::unique_ptr<Process> process_;
};

}  // namespace callimport::media_pipeline
