// Standard output and, when it is one, the terminal behind it.
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "libs/common/secret.h"
#include "tools/callimport/progress_view.h"

namespace callimport::cli {

class Terminal {
 public:
  Terminal(std::ostream& out, bool is_terminal) : out_(out), is_terminal_(is_terminal) {}
  // Restores the cursor.
  ~Terminal();

  std::ostream& out() { return out_; }
  bool is_terminal() const { return is_terminal_; }
  // As wide as the terminal is now; pipes get as much as they want.
  Canvas canvas() const;

  // Draws over what was drawn last. The cursor is hidden, and comes back at the end of the
  // program, whether it ends by itself or by a signal.
  void Redraw(const std::vector<std::string>& lines);
  // What was drawn stays, and text goes on below it.
  void Keep();

  // Asks without showing what is typed. Nothing when nobody can be asked.
  std::optional<Secret> AskSecretly(const std::string& question);
  std::optional<std::string> Ask(const std::string& question);

 private:
  std::ostream& out_;
  const bool is_terminal_;
  size_t drawn_ = 0;
  bool hidden_ = false;
};

}  // namespace callimport::cli
