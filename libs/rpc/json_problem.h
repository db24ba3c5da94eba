// What protobuf says about JSON that it cannot read, as a sentence for people. Inside libs/rpc
// only.
#pragma once

#include <string>

namespace callimport::rpc {

// "server.adress: unknown field". Never repeats a value: it may have come from the environment.
std::string DescribeJsonProblem(const std::string& problem);

}  // namespace callimport::rpc
