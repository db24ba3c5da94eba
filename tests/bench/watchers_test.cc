// Real watchers on a real server that is given its statuses by the test.
#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "libs/testing/rpc_server.h"
#include "tests/bench/watcher.h"

namespace callimport::bench {
namespace {

namespace v1 = callimport::status_tracker::v1;
using std::chrono::seconds;

// Streams the number of completed calls to everybody, whenever it has grown.
class ScriptedProgress final : public v1::Progress::Service {
 public:
  void Complete(int64_t calls) {
    std::lock_guard lock(mutex_);
    completed_ = calls;
    changed_.notify_all();
  }

  grpc::Status WatchImport(grpc::ServerContext* context, const v1::WatchImportRequest*,
                           grpc::ServerWriter<v1::WatchImportResponse>* writer) override {
    int64_t sent = -1;
    std::unique_lock lock(mutex_);
    while (!context->IsCancelled()) {
      // A short wait, since a cancelled stream does not wake it.
      changed_.wait_for(lock, std::chrono::milliseconds(20), [&] { return completed_ > sent; });
      if (completed_ == sent) continue;
      sent = completed_;
      v1::WatchImportResponse response;
      response.mutable_status()->mutable_job()->mutable_progress()->set_completed_calls(sent);
      writer->Write(response);
    }
    return grpc::Status::OK;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int64_t completed_ = 0;
};

TEST(WatchersTest, EveryWatcherSeesEveryChangeAndAllEndWithTheirOwner) {
  constexpr int64_t kWatchers = 5;
  ScriptedProgress progress;
  testing::RpcServer server({&progress},
                            {testing::Allow("callimport.status_tracker.v1.Progress", "support/*")},
                            "status-tracker");
  WatchLog log;
  {
    const Watchers watchers({server.ChannelOf("support-demo"), server.ChannelOf("support-demo")},
                            kWatchers, "bench", "job", log);
    ASSERT_TRUE(log.AwaitReady(kWatchers, seconds(10)));

    for (const int64_t change : {1, 2, 3}) {
      log.Expect(change);
      progress.Complete(change);
      ASSERT_TRUE(log.AwaitSeen(kWatchers, seconds(10))) << log.seen();
    }
  }

  EXPECT_TRUE(log.AwaitEnded(kWatchers, seconds(0)));
  EXPECT_EQ(log.latencies().count(), 15U);
}

}  // namespace
}  // namespace callimport::bench
