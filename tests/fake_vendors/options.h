// The command line of fake-vendors.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/common/clock.h"
#include "tests/fake_vendors/gong/gong_vendor.h"
#include "tests/fake_vendors/openphone/openphone_vendor.h"
#include "tests/fake_vendors/retreaver/retreaver_vendor.h"

namespace callimport::fake_vendors {

struct Options {
  int port = 0;  // any free one
  int threads = 2;
  bool help = false;
  gong::GongOptions gong;
  openphone::OpenPhoneOptions openphone;
  retreaver::RetreaverOptions retreaver;
};

// Arguments without the program's name. `now` is where the range of calls ends unless they say.
absl::StatusOr<Options> ParseOptions(const std::vector<std::string>& arguments, Timestamp now);

std::string Usage();

}  // namespace callimport::fake_vendors
