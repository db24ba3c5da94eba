#include "tests/bench/core_pin.h"

#include <sched.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <numeric>
#include <string>
#include <thread>

#include "tests/bench/process_usage.h"

namespace callimport::bench {
namespace {

std::vector<pid_t> NumbersIn(const std::filesystem::path& folder) {
  std::vector<pid_t> numbers;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    pid_t number = 0;
    const auto [stopped, problem] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (problem == std::errc() && stopped == name.data() + name.size()) numbers.push_back(number);
  }
  return numbers;
}

std::vector<int> CoresFrom(int first) {
  std::vector<int> cores(std::thread::hardware_concurrency() - static_cast<unsigned>(first));
  std::iota(cores.begin(), cores.end(), first);
  return cores;
}

}  // namespace

bool KeepToCores(pid_t pid, const std::vector<int>& cores) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int core : cores) CPU_SET(static_cast<size_t>(core), &set);
  bool all = true;
  for (const pid_t thread : NumbersIn("/proc/" + std::to_string(pid) + "/task")) {
    all &= sched_setaffinity(thread, sizeof(set), &set) == 0;
  }
  return all;
}

bool KeepFamilyToCores(pid_t pid, const std::vector<int>& cores) {
  bool all = KeepToCores(pid, cores);
  for (const pid_t other : NumbersIn("/proc")) {
    const auto parent = ParentOf(other);
    if (parent.ok() && *parent == pid) all &= KeepToCores(other, cores);
  }
  return all;
}

CoresApart::CoresApart(pid_t alone, pid_t postmaster) : postmaster_(postmaster) {
  if (std::thread::hardware_concurrency() < 2) return;
  holds_ = KeepToCores(alone, {0}) && KeepFamilyToCores(postmaster, CoresFrom(1)) &&
           KeepToCores(getpid(), CoresFrom(1));
}

CoresApart::~CoresApart() {
  KeepFamilyToCores(postmaster_, CoresFrom(0));
  KeepToCores(getpid(), CoresFrom(0));
}

}  // namespace callimport::bench
