#include "tests/e2e/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

#include "tests/e2e/eventually.h"

namespace callimport::e2e {
namespace {

// Between fork and exec only what is safe beside other threads.
[[noreturn]] void Become(char* const* arguments, const char* folder, int log, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // it died before the line above
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  setpgid(0, 0);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  if (chdir(folder) != 0) _exit(127);
  execv(arguments[0], arguments);
  _exit(127);
}

}  // namespace

Process::Process(const std::string& program, const std::vector<std::string>& arguments,
                 const std::string& folder, const std::string& log_file) {
  std::vector<char*> argv = {const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const int log = open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log < 0) throw std::runtime_error("cannot write " + log_file);
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) Become(argv.data(), folder.c_str(), log, parent);
  close(log);
  if (pid_ < 0) throw std::runtime_error("cannot start " + program);
}

Process::~Process() { Kill(); }

void Process::Reap(int options) {
  if (exit_code_) return;
  int status = 0;
  if (waitpid(pid_, &status, options) != pid_) return;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool Process::IsRunning() {
  Reap(WNOHANG);
  return !exit_code_;
}

void Process::Terminate() {
  if (IsRunning()) kill(pid_, SIGTERM);
}

void Process::Kill() {
  if (!IsRunning()) return;
  kill(-pid_, SIGKILL);  // with what it started itself
  kill(pid_, SIGKILL);
  Reap(0);
}

std::optional<int> Process::WaitForExit(std::chrono::milliseconds patience) {
  Eventually(patience, [this] { return !IsRunning(); });
  return exit_code_;
}

}  // namespace callimport::e2e
