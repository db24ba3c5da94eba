#include "tools/callimport/progress_display.h"

#include <iostream>
#include <optional>

#include "tools/callimport/progress_view.h"
#include "tools/callimport/text.h"

namespace callimport::cli {
namespace {

using status_tracker::v1::ImportStatus;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

class LiveDisplay : public ProgressDisplay {
 public:
  explicit LiveDisplay(Terminal& terminal) : terminal_(terminal) {}

  void Show(const ImportStatus& status) override {
    status_ = status;
    received_ = steady_clock::now();
    note_.clear();
    Draw();
  }
  void Tick() override { Draw(); }
  void Note(const std::string& text) override {
    note_ = text;
    Draw();
  }
  void Finish(const ImportStatus& status) override {
    Show(status);
    terminal_.Keep();
    terminal_.out() << "\n" << status.summary() << std::endl;
  }

 private:
  void Draw() {
    const Canvas canvas = terminal_.canvas();
    const auto age = std::chrono::duration_cast<milliseconds>(steady_clock::now() - received_);
    std::vector<std::string> lines;
    if (status_) lines = ProgressLines(*status_, age, canvas);
    if (!note_.empty()) lines.push_back(Fit(note_, canvas.width));
    if (!lines.empty()) terminal_.Redraw(lines);
  }

  Terminal& terminal_;
  std::optional<ImportStatus> status_;
  steady_clock::time_point received_;
  std::string note_;
};

class LineDisplay : public ProgressDisplay {
 public:
  explicit LineDisplay(std::ostream& out) : out_(out) {}

  void Show(const ImportStatus& status) override {
    const auto now = steady_clock::now();
    const bool old = status.job().state() == state_ && WaitText(status) == wait_;
    if (old && now < printed_ + std::chrono::seconds(1)) return;
    state_ = status.job().state();
    wait_ = WaitText(status);
    printed_ = now;
    out_ << ProgressLine(status) << std::endl;
  }
  void Note(const std::string& text) override { out_ << text << std::endl; }
  void Finish(const ImportStatus& status) override {
    out_ << ProgressLine(status) << "\n" << status.summary() << std::endl;
  }

 private:
  std::ostream& out_;
  common::v1::JobState state_ = common::v1::JOB_STATE_UNSPECIFIED;
  std::string wait_;
  steady_clock::time_point printed_;
};

class JsonDisplay : public ProgressDisplay {
 public:
  explicit JsonDisplay(Session& session) : session_(session) {}

  void Show(const ImportStatus& status) override { session_.PrintJson(status); }
  void Note(const std::string& text) override { std::cerr << text << std::endl; }
  void Finish(const ImportStatus& status) override { session_.PrintJson(status); }

 private:
  Session& session_;
};

}  // namespace

std::unique_ptr<ProgressDisplay> MakeDisplay(Session& session) {
  if (session.json()) return std::make_unique<JsonDisplay>(session);
  if (session.terminal().is_terminal()) return std::make_unique<LiveDisplay>(session.terminal());
  return std::make_unique<LineDisplay>(session.out());
}

}  // namespace callimport::cli
