// Statements that are planned once a connection, not every time: of those that run hundreds of
// times a second, planning is half the cost. Only for transactions that go by index whatever the
// statistics said when the plan was made.
#pragma once

#include <pqxx/pqxx>
#include <string>

namespace callimport::postgres {

// `name` belongs to this statement alone.
template <typename... Arguments>
pqxx::result ExecPrepared(pqxx::transaction_base& tx, const std::string& name,
                          const std::string& statement, const Arguments&... arguments) {
  tx.conn().prepare(name, statement);
  return tx.exec_prepared(name, arguments...);
}

}  // namespace callimport::postgres
