// What was imported, held against what the fake vendor knows.
#pragma once

#include <set>
#include <string>

#include "tests/e2e/client.h"
#include "tests/fake_vendors/gong/gong_vendor.h"

namespace callimport::e2e {

// Every call of the vendor but `left_out` became exactly one engagement of the workspace, with its
// people, its time, its recording byte for byte, and its transcript where the vendor has one.
void ExpectAllImported(Client& client, fake_vendors::gong::GongVendor& gong,
                       const std::set<std::string>& left_out = {});

}  // namespace callimport::e2e
