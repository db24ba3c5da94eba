#include "tools/callimport/terminal.h"

#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

namespace callimport::cli {
namespace {

constexpr char kHideCursor[] = "\x1b[?25l";
constexpr char kShowCursor[] = "\x1b[?25h";
constexpr int kPipeWidth = 160;

// Only what may be done in a signal handler.
void RestoreAndEnd(int signal) {
  static constexpr char kRestore[] = "\x1b[?25h\n";
  if (write(STDOUT_FILENO, kRestore, sizeof kRestore - 1) < 0) _exit(1);
  _exit(128 + signal);
}

void RestoreAtSignals() {
  struct sigaction action{};
  action.sa_handler = RestoreAndEnd;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

// Switches echo off while it lives.
class NoEcho {
 public:
  NoEcho() {
    valid_ = tcgetattr(STDIN_FILENO, &former_) == 0;
    termios silent = former_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    if (valid_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  ~NoEcho() {
    if (valid_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &former_);
  }

 private:
  termios former_{};
  bool valid_ = false;
};

}  // namespace

Terminal::~Terminal() {
  if (hidden_) out_ << kShowCursor << std::flush;
}

Canvas Terminal::canvas() const {
  winsize size{};
  if (!is_terminal_ || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
    return {.width = is_terminal_ ? 80 : kPipeWidth, .color = is_terminal_};
  }
  // The last column stays free: some terminals wrap as soon as it is written.
  return {.width = std::max(20, size.ws_col - 1), .color = true};
}

void Terminal::Redraw(const std::vector<std::string>& lines) {
  std::string text;
  if (!hidden_) {
    RestoreAtSignals();
    hidden_ = true;
    text += kHideCursor;
  }
  if (drawn_ > 0) text += "\x1b[" + std::to_string(drawn_) + "F";
  for (const std::string& line : lines) text += line + "\x1b[K\n";
  text += "\x1b[J";
  drawn_ = lines.size();
  out_ << text << std::flush;
}

void Terminal::Keep() {
  drawn_ = 0;
  if (!hidden_) return;
  hidden_ = false;
  out_ << kShowCursor << std::flush;
}

std::optional<Secret> Terminal::AskSecretly(const std::string& question) {
  if (!isatty(STDIN_FILENO)) return std::nullopt;
  std::cerr << question << ": " << std::flush;
  std::string line;
  {
    const NoEcho silence;
    std::getline(std::cin, line);
  }
  std::cerr << std::endl;
  return Secret(std::move(line));
}

std::optional<std::string> Terminal::Ask(const std::string& question) {
  if (!isatty(STDIN_FILENO)) return std::nullopt;
  std::cerr << question << ": " << std::flush;
  std::string line;
  std::getline(std::cin, line);
  return line;
}

}  // namespace callimport::cli
