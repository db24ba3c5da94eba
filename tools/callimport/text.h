// Texts for a terminal, as pure functions: what fits, how long, how much.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace callimport::cli {

// How many columns a UTF-8 text takes. Wide scripts and emoji take two, combining marks none.
int ColumnsOf(const std::string& text);

// Cut to that many columns, with "…" at the end of what was cut. Control characters, which could
// drive the terminal, become spaces.
std::string Fit(const std::string& text, int columns);

// The same, filled up with spaces.
std::string Pad(const std::string& text, int columns);

// "0:07", "12:34", "1:02:03".
std::string Clock(std::chrono::milliseconds duration);

// "0 B", "14 KB", "3.2 MB".
std::string Bytes(int64_t bytes);

// "1 call", "2 calls".
std::string Count(int64_t number, const std::string& singular);

// "████░░░░" of that many columns.
std::string Bar(int64_t done, int64_t total, int columns);

// "IN_PROGRESS" of "JOB_STATE_" as "in progress".
std::string StateWords(const std::string& name, const std::string& prefix);

// For tables of reasons: whoever asked why is told the whole sentence, on as many lines as it
// takes.
inline constexpr int kUncut = std::numeric_limits<int>::max();

// Columns as wide as they must be; the one named may shrink so that a line fits.
std::string Table(const std::vector<std::vector<std::string>>& rows, size_t shrinking, int width);

// The parts between « and » in bold, on a terminal.
std::string Highlight(const std::string& text);

}  // namespace callimport::cli
