// The tests' side entrance, below /_control/: statistics, faults, and what is true.
#pragma once

#include <cstdint>
#include <string>

#include "libs/common/thread_pool.h"
#include "tests/fake_vendors/faults.h"
#include "tests/fake_vendors/gong/gong_vendor.h"
#include "tests/fake_vendors/http/message.h"
#include "tests/fake_vendors/stats.h"

namespace callimport::fake_vendors {

class Control {
 public:
  Control(Stats& stats, Faults& faults, gong::GongVendor& gong)
      : stats_(stats), faults_(faults), gong_(gong) {}

  static bool Serves(const HttpRequest& request) { return request.path.starts_with("/_control/"); }

  void Handle(const HttpRequest& request, Respond respond);

 private:
  HttpResponse HandleStats(const HttpRequest& request);
  HttpResponse HandleDownloads();
  HttpResponse HandleFaults(const HttpRequest& request);
  HttpResponse HandleGong(const HttpRequest& request);
  HttpResponse HandleTruth(const HttpRequest& request);

  Stats& stats_;
  Faults& faults_;
  gong::GongVendor& gong_;
  ThreadPool slow_work_{1, 1000};  // last: its thread uses everything above
};

}  // namespace callimport::fake_vendors
