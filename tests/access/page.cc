// docs/access.md, drawn from the rules.
#include <algorithm>
#include <sstream>

#include "tests/access/matrix.h"

namespace callimport::access {
namespace {

constexpr char kHead[] = R"(# Who may ask what

Drawn from the access rules of `deploy/config/*.json`. To draw it anew: `CALLIMPORT_DRAW=1 access_test --gtest_filter='*ThePage*'`.

What is not listed is refused: an rpc without a rule of its own, and a caller without a mark. The answers:

| who asks | answer |
| --- | --- |
| nobody known here: no certificate and no token, a bad token | UNAUTHENTICATED |
| a caller without a mark below | PERMISSION_DENIED |
| people of a workspace (WORKSPACE_ADMIN, WORKSPACE_MEMBER, and whoever's token names workspaces) about another one | NOT_FOUND: it does not exist for them |
| a caller with a mark | that of the rpc |

A caller is named by the client certificate (`spiffe://callimport/support/dana`) or by a token's role. OPERATOR comes by certificate only. Every caller known here may ask for health and reflection.
)";

struct Column {
  const char* title;
  const char* pattern;
};

constexpr Column kColumns[] = {{"SUPPORT", "support/*"},
                               {"WORKSPACE_ADMIN", "workspace-admin/*"},
                               {"WORKSPACE_MEMBER", "workspace-member/*"},
                               {"AUDITOR", "auditor/*"},
                               {"OPERATOR", "operator/*"}};

bool Names(const rpc::AccessRule& rule, const std::string& pattern) {
  return std::ranges::count(rule.callers(), pattern) > 0;
}

std::string ServicesIn(const rpc::AccessRule& rule) {
  const std::string prefix = "service/";
  std::string text;
  for (const std::string& caller : rule.callers()) {
    if (!caller.starts_with(prefix)) continue;
    text += (text.empty() ? "" : ", ") + caller.substr(prefix.size());
  }
  return text;
}

void DrawRow(std::ostream& page, const Matrix& matrix, const Rpc& rpc) {
  const rpc::AccessRule* rule = matrix.RuleOf(rpc);
  page << "| " << rpc.ShortName();
  if (rule != nullptr && rule->any_workspace()) page << " (of no workspace)";
  for (const Column& column : kColumns) {
    page << " | " << (rule != nullptr && Names(*rule, column.pattern) ? "✓" : "");
  }
  page << " | " << (rule == nullptr ? "no rule" : ServicesIn(*rule)) << " |\n";
}

void DrawHead(std::ostream& page, const std::string& service) {
  page << "\n## " << service << "\n\n| rpc";
  for (const Column& column : kColumns) page << " | " << column.title;
  page << " | services |\n| ---";
  for (size_t i = 0; i < std::size(kColumns); ++i) page << " | :-:";
  page << " | --- |\n";
}

}  // namespace

std::string DrawPage(const Matrix& matrix) {
  std::ostringstream page;
  page << kHead;
  std::string service;
  for (const Rpc& rpc : matrix.rpcs()) {
    if (rpc.service != service) DrawHead(page, service = rpc.service);
    DrawRow(page, matrix, rpc);
  }
  return page.str();
}

}  // namespace callimport::access
