// The fake vendors as a process of their own, so that what they use is not counted as ours.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "tests/bench/options.h"
#include "tests/bench/scratch_folder.h"
#include "tests/e2e/process.h"

namespace callimport::bench {

class FakeVendorProcess {
 public:
  // So many calls with recordings of so many bytes, each with a transcript, and no limits.
  static absl::StatusOr<std::unique_ptr<FakeVendorProcess>> Start(int64_t calls,
                                                                  int64_t media_bytes);

  const Vendor& vendor() const { return vendor_; }
  pid_t pid() const { return process_.pid(); }

 private:
  FakeVendorProcess(int64_t calls, int64_t media_bytes);
  std::string LogFile() const { return folder_.path() / "fake-vendors.log"; }

  ScratchFolder folder_;
  e2e::Process process_;
  Vendor vendor_;
};

}  // namespace callimport::bench
