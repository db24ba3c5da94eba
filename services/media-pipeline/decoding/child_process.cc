#include "services/media-pipeline/decoding/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "libs/common/errors.h"

namespace callimport::media_pipeline {
namespace {

absl::Status CannotStart(const std::string& program, int error) {
  return Error(absl::StatusCode::kUnavailable, "DECODER_FAILED",
               "cannot start " + program + ": " + std::strerror(error));
}

// Descriptors of the child: those named here and no others, since ours close on exec.
class FileActions {
 public:
  FileActions(int input, int output) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  }
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

// A group of its own, so that Ctrl-C reaches only us; signals as a fresh program expects them.
class Attributes {
 public:
  Attributes() {
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_init(&attributes_);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &all);
    ::posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

int Spawn(pid_t* process, const std::string& program, const std::vector<std::string>& arguments,
          int input, int output) {
  std::vector<char*> argv{const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  char* no_environment[] = {nullptr};
  const FileActions actions(input, output);
  const Attributes attributes;
  return ::posix_spawn(process, program.c_str(), actions.get(), attributes.get(), argv.data(),
                       no_environment);
}

constexpr std::chrono::seconds kLingering{5};

bool EndsWithin(pid_t process, std::chrono::milliseconds time) {
  const int handle = static_cast<int>(::syscall(SYS_pidfd_open, process, 0));
  if (handle < 0) return false;
  pollfd end{handle, POLLIN, 0};
  const int ready = ::poll(&end, 1, static_cast<int>(time.count()));
  ::close(handle);
  return ready > 0;
}

}  // namespace

absl::StatusOr<std::unique_ptr<ChildProcess>> ChildProcess::Start(
    const std::string& program, const std::vector<std::string>& arguments, int input) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return CannotStart(program, errno);

  pid_t process = 0;
  const int error = Spawn(&process, program, arguments, input, ends[1]);
  ::close(ends[1]);
  if (error != 0) {
    ::close(ends[0]);
    return CannotStart(program, error);
  }
  return std::unique_ptr<ChildProcess>(new ChildProcess(process, ends[0]));
}

ChildProcess::~ChildProcess() {
  if (!ended_) ::kill(process_, SIGKILL);
  Reap();
  ::close(output_);
}

int ChildProcess::Wait() {
  if (!ended_ && !EndsWithin(process_, kLingering)) ::kill(process_, SIGKILL);
  return Reap();
}

int ChildProcess::Reap() {
  while (!ended_) {
    const pid_t waited = ::waitpid(process_, &wait_status_, 0);
    ended_ = waited == process_ || errno != EINTR;
  }
  return wait_status_;
}

}  // namespace callimport::media_pipeline
