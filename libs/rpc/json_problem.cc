#include "libs/rpc/json_problem.h"

namespace callimport::rpc {
namespace {

// "(server.tls) adress: Cannot find field."
// "(server.port): invalid value "x" for type TYPE_INT32"
// "address: Proto field is not repeating, cannot start list."
struct Problem {
  std::string where;
  std::string what;
};

Problem Split(const std::string& text) {
  const size_t close = text.starts_with('(') ? text.find(')') : std::string::npos;
  if (close == std::string::npos) return {"", text};
  const size_t what = text.find_first_not_of(": ", close + 1);
  return {text.substr(1, close - 1), what == std::string::npos ? "" : text.substr(what)};
}

std::string Within(const std::string& where, const std::string& field) {
  return where.empty() ? field : where + "." + field;
}

std::string Wanted(const std::string& type) {
  if (type.find("INT") != std::string::npos) return "wants a whole number";
  if (type == "TYPE_BOOL") return "wants true or false";
  if (type == "TYPE_STRING") return "wants a text";
  if (type.starts_with("type.googleapis.com/")) return "wants an object";
  return "wants another kind of value";
}

std::string DescribeValue(const Problem& problem) {
  const std::string mark = " for type ";
  const size_t start = problem.what.rfind(mark);
  const std::string type =
      start == std::string::npos ? "" : problem.what.substr(start + mark.size());
  // An object instead of a value: then protobuf gives the field where the type would be.
  const bool is_field = problem.what.find("Starting an object on") != std::string::npos;
  if (is_field) return Within(problem.where, type) + ": wants a single value, not an object";
  return problem.where + ": " + Wanted(type);
}

}  // namespace

std::string DescribeJsonProblem(const std::string& text) {
  const Problem problem = Split(text.substr(0, text.find('\n')));
  const size_t unknown = problem.what.find(": Cannot find field");
  if (unknown != std::string::npos) {
    return Within(problem.where, problem.what.substr(0, unknown)) + ": unknown field";
  }
  if (problem.what.starts_with("invalid value ")) return DescribeValue(problem);
  const size_t list = problem.what.find(": Proto field is not repeating");
  if (list != std::string::npos) {
    return Within(problem.where, problem.what.substr(0, list)) + ": wants one value, not a list";
  }
  if (problem.what.starts_with("Expected ") || problem.what.starts_with("Unexpected ")) {
    return "is not JSON: " + problem.what;
  }
  return "is not a JSON object of this kind";
}

}  // namespace callimport::rpc
