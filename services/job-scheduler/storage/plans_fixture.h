// How PostgreSQL goes about statements: the plans are those of the real ones, as the server tells
// them while the stores run.
#pragma once

#include <gmock/gmock.h>

#include <memory>
#include <pqxx/pqxx>
#include <string>
#include <utility>
#include <vector>

#include "libs/postgres/values.h"
#include "services/job-scheduler/storage/store_fixture.h"

namespace callimport::job_scheduler {

// What auto_explain sends to the client, as text.
class PlanCatcher : public pqxx::errorhandler {
 public:
  explicit PlanCatcher(pqxx::connection_base& connection) : pqxx::errorhandler(connection) {}
  bool operator()(const char message[]) noexcept override {
    text_ += message;
    return true;
  }
  std::string Take() { return std::exchange(text_, ""); }

 private:
  std::string text_;
};

class WatchedPlans : public StoreTest {
 protected:
  // `tables` are those that are never to be read as a whole.
  explicit WatchedPlans(std::vector<std::string> tables) : tables_(std::move(tables)) {}

  // Statements in which $1 is the time of the clock, in one transaction; and then this one.
  void Fill(const std::vector<std::string>& statements, const std::string& then) {
    pqxx::connection connection(database().connection());
    pqxx::nontransaction(connection)
        .exec("SET search_path = " + database().schema() + "; SET synchronous_commit = off");
    const std::string now = "'" + postgres::ToSql(clock_.Now()) + "'";
    pqxx::work tx(connection);
    for (std::string statement : statements) {
      for (size_t place; (place = statement.find("$1")) != std::string::npos;) {
        statement.replace(place, 2, now);
      }
      tx.exec(statement);
    }
    tx.commit();
    pqxx::nontransaction(connection).exec(then);
  }

  // Once the tables are filled: through `watched_` every statement tells its plan.
  void Watch() {
    postgres::Config config = database();
    config.set_max_connections(1);
    config.set_connection(config.connection() +
                          " options='-c session_preload_libraries=auto_explain"
                          " -c auto_explain.log_min_duration=0 -c auto_explain.log_analyze=on"
                          " -c auto_explain.log_timing=off -c client_min_messages=log'");
    watched_ = *postgres::Pool::Open(config);
    const auto connection = watched_->Borrow();
    catcher_ = std::make_unique<PlanCatcher>(**connection);
  }

  // By index alone, and without reading much that is then thrown away.
  void ExpectByIndex(const std::string& what) {
    using ::testing::ContainsRegex;
    using ::testing::HasSubstr;
    using ::testing::Not;
    const std::string plans = catcher_->Take();
    EXPECT_THAT(plans, HasSubstr("Query Text")) << what;
    for (const std::string& table : tables_) {
      EXPECT_THAT(plans, Not(HasSubstr("Seq Scan on " + table))) << what << plans;
    }
    EXPECT_THAT(plans, Not(ContainsRegex("Rows Removed by Filter: [0-9]{5,}"))) << what << plans;
    EXPECT_THAT(plans, Not(ContainsRegex("actual rows=[0-9]{5,}"))) << what << plans;
  }

  const std::vector<std::string> tables_;
  std::unique_ptr<postgres::Pool> watched_;
  std::unique_ptr<PlanCatcher> catcher_;
};

}  // namespace callimport::job_scheduler
