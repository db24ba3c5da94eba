#include "services/media-pipeline/decoding/confinement.h"

#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace callimport::media_pipeline {
namespace {

// AddressSanitizer reserves terabytes and makes system calls of its own.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
constexpr bool kSanitized = __has_feature(address_sanitizer);
#else
constexpr bool kSanitized = false;
#endif

constexpr rlim_t kAddressSpace = rlim_t{2} << 30;

constexpr int kAllowed[] = {
    SCMP_SYS(read),         SCMP_SYS(write),
    SCMP_SYS(readv),        SCMP_SYS(writev),
    SCMP_SYS(lseek),        SCMP_SYS(mmap),
    SCMP_SYS(munmap),       SCMP_SYS(mremap),
    SCMP_SYS(mprotect),     SCMP_SYS(brk),
    SCMP_SYS(madvise),      SCMP_SYS(futex),
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(exit),
    SCMP_SYS(exit_group),   SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday), SCMP_SYS(clock_nanosleep),
    SCMP_SYS(getpid),       SCMP_SYS(gettid),
    SCMP_SYS(getrusage),    SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),   SCMP_SYS(close),
    SCMP_SYS(getrandom),    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(sysinfo),
};

bool Limit(__rlimit_resource resource, rlim_t warned, rlim_t most) {
  const rlimit limit{warned, most};
  return ::setrlimit(resource, &limit) == 0;
}

bool AllowOnly() {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
  if (filter == nullptr) return false;
  bool fine = true;
  for (const int call : kAllowed) {
    fine &= seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) == 0;
  }
  fine = fine && seccomp_load(filter) == 0;
  seccomp_release(filter);
  return fine;
}

}  // namespace

bool Confine(int cpu_seconds) {
  const auto cpu = static_cast<rlim_t>(cpu_seconds);
  // A second apart, so that the end comes as SIGXCPU, which tells what it was.
  bool fine = Limit(RLIMIT_CPU, cpu, cpu + 1) && Limit(RLIMIT_FSIZE, 0, 0) &&
              Limit(RLIMIT_CORE, 0, 0) && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
  if (!kSanitized) {
    fine = fine && Limit(RLIMIT_AS, kAddressSpace, kAddressSpace) && AllowOnly();
  }
  return fine;
}

}  // namespace callimport::media_pipeline
