#include "libs/postgres/pool.h"

#include <condition_variable>
#include <fstream>
#include <mutex>
#include <pqxx/pqxx>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/common/errors.h"
#include "libs/common/status_macros.h"

namespace callimport::postgres {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr int kDefaultConnections = 8;
constexpr auto kPatienceAtStart = std::chrono::seconds(10);

// As a value in a connection string.
std::string Quoted(const std::string& value) {
  std::string quoted = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

absl::StatusOr<std::string> ConnectionString(const Config& config) {
  std::string text = absl::StrCat(config.connection(),
                                  " connect_timeout=5 application_name=", Quoted(config.schema()));
  if (config.password_file().empty()) return text;
  std::ifstream in(config.password_file());
  std::string password;
  if (!std::getline(in, password)) {
    return Error(absl::StatusCode::kInvalidArgument, "CONFIG_INVALID",
                 "database.password_file: cannot read " + config.password_file());
  }
  return absl::StrCat(text, " password=", Quoted(password));
}

}  // namespace

struct Pool::State {
  Config config;
  std::string connection_string;
  int max_connections = kDefaultConnections;

  std::mutex mutex;
  std::condition_variable returned;
  std::vector<std::unique_ptr<pqxx::connection>> idle;
  int open = 0;

  std::unique_ptr<pqxx::connection> Connect() const;
  absl::StatusOr<std::unique_ptr<pqxx::connection>> TryConnect();
};

std::unique_ptr<pqxx::connection> Pool::State::Connect() const {
  auto connection = std::make_unique<pqxx::connection>(connection_string);
  pqxx::nontransaction session(*connection);
  session.exec("SET search_path = " + session.quote_name(config.schema()));
  session.exec("SET statement_timeout = '30s'");
  session.exec("SET idle_in_transaction_session_timeout = '30s'");
  return connection;
}

absl::StatusOr<std::unique_ptr<pqxx::connection>> Pool::State::TryConnect() {
  try {
    return Connect();
  } catch (const std::exception& error) {
    {
      std::lock_guard lock(mutex);
      --open;
    }
    returned.notify_one();
    return Error(absl::StatusCode::kUnavailable, "DATABASE_UNREACHABLE",
                 std::string("cannot reach PostgreSQL: ") + error.what());
  }
}

Pool::Lease::Lease(Pool* pool, std::unique_ptr<pqxx::connection> connection)
    : pool_(pool), connection_(std::move(connection)) {}

Pool::Lease::Lease(Lease&& other) noexcept = default;

Pool::Lease::~Lease() {
  if (connection_) pool_->Return(std::move(connection_));
}

Pool::Pool(std::unique_ptr<State> state) : state_(std::move(state)) {}

Pool::~Pool() = default;

absl::StatusOr<std::unique_ptr<Pool>> Pool::Open(const Config& config) {
  auto state = std::make_unique<State>();
  state->config = config;
  ASSIGN_OR_RETURN(state->connection_string, ConnectionString(config));
  if (config.max_connections() > 0) state->max_connections = config.max_connections();
  std::unique_ptr<Pool> pool(new Pool(std::move(state)));

  // PostgreSQL may be starting beside us.
  for (const auto deadline = Clock::now() + kPatienceAtStart;;) {
    const auto first = pool->Borrow();
    if (first.ok()) return pool;
    if (Clock::now() > deadline) {
      return Error(first.status().code(), ReasonOf(first.status()),
                   absl::StrCat("database.connection: ", first.status().message()));
    }
    std::this_thread::sleep_for(milliseconds(100));
  }
}

absl::StatusOr<Pool::Lease> Pool::Borrow(milliseconds patience) {
  {
    std::unique_lock lock(state_->mutex);
    const auto available = [this] {
      return !state_->idle.empty() || state_->open < state_->max_connections;
    };
    if (!state_->returned.wait_for(lock, patience, available)) {
      return Error(absl::StatusCode::kResourceExhausted, "DATABASE_BUSY",
                   "all connections to PostgreSQL are in use");
    }
    // The one used last is the warmest.
    if (!state_->idle.empty()) {
      auto connection = std::move(state_->idle.back());
      state_->idle.pop_back();
      return Lease(this, std::move(connection));
    }
    ++state_->open;
  }
  ASSIGN_OR_RETURN(auto connection, state_->TryConnect());
  return Lease(this, std::move(connection));
}

void Pool::Return(std::unique_ptr<pqxx::connection> connection) {
  std::vector<std::unique_ptr<pqxx::connection>> broken;  // closed without holding the lock
  {
    std::lock_guard lock(state_->mutex);
    if (connection->is_open()) {
      state_->idle.push_back(std::move(connection));
    } else {
      // What broke this one, such as a restart of PostgreSQL, has likely broken those too.
      state_->open -= 1 + static_cast<int>(state_->idle.size());
      broken.swap(state_->idle);
    }
  }
  state_->returned.notify_all();
}

const std::string& Pool::schema() const { return state_->config.schema(); }

}  // namespace callimport::postgres
