#include "services/adapter-gateway/storage/quota_windows_table.h"

#include <algorithm>

#include "libs/postgres/values.h"

namespace callimport::adapter_gateway {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr char kMake[] = R"sql(
  INSERT INTO quota_windows (bucket, endpoint_group, period_ms)
  SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[]) AS made(bucket, endpoint_group, period)
  ON CONFLICT (bucket, period_ms, endpoint_group) DO NOTHING)sql";

#define CALLIMPORT_QUOTA_WINDOWS                                                                   \
  "SELECT bucket, endpoint_group, period_ms, stopped_until, debt_first, debt_until, debt_tokens, " \
  "holder, held_tokens, held_used, held_want, held_until, held_limit, ceiling, felt_ms, "          \
  "settled_ms, cut_at, "                                                                           \
  "seen_at, told_limit, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS clock "       \
  "FROM quota_windows WHERE bucket = any($1::text[]) ORDER BY bucket, period_ms, endpoint_group"

constexpr char kRead[] = CALLIMPORT_QUOTA_WINDOWS;
// In one order, so that two replicas with several buckets each do not wait for each other.
constexpr char kLock[] = CALLIMPORT_QUOTA_WINDOWS " FOR UPDATE";

#undef CALLIMPORT_QUOTA_WINDOWS

// The arrays of one row come as text, since those of all rows differ in length.
constexpr char kSave[] = R"sql(
  UPDATE quota_windows AS old
  SET stopped_until = new.stopped_until, debt_first = new.debt_first::bigint[],
      debt_until = new.debt_until::bigint[], debt_tokens = new.debt_tokens::bigint[],
      holder = new.holder::text[], held_tokens = new.held_tokens::bigint[],
      held_used = new.held_used::bigint[], held_want = new.held_want::bigint[],
      held_until = new.held_until::bigint[], held_limit = new.held_limit::bigint[], ceiling = new.ceiling, felt_ms = new.felt,
      settled_ms = new.settled, cut_at = new.cut, seen_at = new.seen, told_limit = new.told,
      touched_at = now()
  FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::text[],
              $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[],
              $13::text[], $14::float8[], $15::bigint[], $16::bigint[], $17::bigint[],
              $18::bigint[], $19::bigint[])
    AS new(bucket, endpoint_group, period, stopped_until, debt_first, debt_until, debt_tokens,
           holder, held_tokens, held_used, held_want, held_until, held_limit, ceiling, felt,
           settled, cut, seen, told)
  WHERE old.bucket = new.bucket AND old.endpoint_group = new.endpoint_group
    AND old.period_ms = new.period)sql";

constexpr char kForget[] =
    "DELETE FROM quota_windows WHERE touched_at < now() - $1 * interval '1 hour'";

int64_t ToMicros(Timestamp time) {
  return std::chrono::duration_cast<microseconds>(time.time_since_epoch()).count();
}

Timestamp FromMicros(int64_t micros) { return Timestamp(microseconds(micros)); }

std::vector<std::string> TextsOf(const pqxx::field& field) {
  using Juncture = pqxx::array_parser::juncture;
  std::vector<std::string> values;
  auto parser = field.as_array();
  for (auto [what, value] = parser.get_next(); what != Juncture::done;
       std::tie(what, value) = parser.get_next()) {
    if (what == Juncture::string_value) values.push_back(value);
  }
  return values;
}

std::vector<int64_t> NumbersOf(const pqxx::field& field) {
  std::vector<int64_t> numbers;
  for (const std::string& text : TextsOf(field)) numbers.push_back(std::stoll(text));
  return numbers;
}

void ReadDebts(const pqxx::row& row, WindowState& window) {
  const auto first = NumbersOf(row["debt_first"]);
  const auto until = NumbersOf(row["debt_until"]);
  const auto tokens = NumbersOf(row["debt_tokens"]);
  for (size_t i = 0; i < tokens.size(); ++i) {
    window.debts.push_back({FromMicros(first.at(i)), FromMicros(until.at(i)), tokens[i]});
  }
}

void ReadHoldings(const pqxx::row& row, WindowState& window) {
  const auto holder = TextsOf(row["holder"]);
  const auto tokens = NumbersOf(row["held_tokens"]);
  const auto used = NumbersOf(row["held_used"]);
  const auto want = NumbersOf(row["held_want"]);
  const auto until = NumbersOf(row["held_until"]);
  auto limit = NumbersOf(row["held_limit"]);
  // Replicas of an older version do not tell.
  if (limit.size() != holder.size()) limit.assign(holder.size(), 0);
  for (size_t i = 0; i < holder.size(); ++i) {
    window.holdings.push_back({.replica = holder[i],
                               .tokens = tokens.at(i),
                               .used = used.at(i),
                               .want = want.at(i),
                               .until = FromMicros(until.at(i)),
                               .limit = limit[i]});
  }
}

WindowState ReadWindow(const pqxx::row& row) {
  WindowState window;
  ReadDebts(row, window);
  ReadHoldings(row, window);
  window.learned = {.ceiling = row["ceiling"].as<double>(),
                    .felt = milliseconds(row["felt_ms"].as<int64_t>()),
                    .settled = milliseconds(row["settled_ms"].as<int64_t>()),
                    .cut_at = FromMicros(row["cut_at"].as<int64_t>()),
                    .seen_at = FromMicros(row["seen_at"].as<int64_t>()),
                    .told = row["told_limit"].as<int64_t>()};
  return window;
}

BucketStates Read(pqxx::work& tx, const char* sql, const std::vector<std::string>& buckets) {
  BucketStates states;
  for (const pqxx::row& row : tx.exec_params(sql, postgres::ToArray(buckets))) {
    states.now = std::max(states.now, FromMicros(row["clock"].as<int64_t>()));
    BucketState& bucket = states.buckets[row["bucket"].as<std::string>()];
    const milliseconds period(row["period_ms"].as<int64_t>());
    if (period.count() == 0) {
      bucket.stopped_until = FromMicros(row["stopped_until"].as<int64_t>());
    } else {
      bucket.windows[{row["endpoint_group"].as<std::string>(), period}] = ReadWindow(row);
    }
  }
  return states;
}

// One place for each window of all buckets.
class Columns {
 public:
  void Add(const std::string& bucket, const BucketState::WindowKey& key, Timestamp stopped_until,
           const WindowState& window) {
    buckets_.push_back(bucket);
    groups_.push_back(key.first);
    periods_.push_back(key.second.count());
    stops_.push_back(ToMicros(stopped_until));
    AddDebts(window);
    AddHoldings(window);
    // 17 digits hold every double.
    char ceiling[32];
    std::snprintf(ceiling, sizeof ceiling, "%.17g", window.learned.ceiling);
    ceilings_.emplace_back(ceiling);
    felt_.push_back(window.learned.felt.count());
    settled_.push_back(window.learned.settled.count());
    cut_.push_back(ToMicros(window.learned.cut_at));
    seen_.push_back(ToMicros(window.learned.seen_at));
    told_.push_back(window.learned.told);
  }

  void Save(pqxx::work& tx) const {
    using postgres::ToArray;
    tx.exec_params(kSave, ToArray(buckets_), ToArray(groups_), ToArray(periods_), ToArray(stops_),
                   ToArray(debts_[0]), ToArray(debts_[1]), ToArray(debts_[2]), ToArray(holders_),
                   ToArray(held_[0]), ToArray(held_[1]), ToArray(held_[2]), ToArray(held_[3]),
                   ToArray(held_[4]), ToArray(ceilings_), ToArray(felt_), ToArray(settled_),
                   ToArray(cut_), ToArray(seen_), ToArray(told_));
  }

 private:
  void AddDebts(const WindowState& window) {
    std::vector<int64_t> columns[3];
    for (const WindowState::Debt& debt : window.debts) {
      columns[0].push_back(ToMicros(debt.first));
      columns[1].push_back(ToMicros(debt.until));
      columns[2].push_back(debt.tokens);
    }
    for (size_t i = 0; i < 3; ++i) debts_[i].push_back(postgres::ToArray(columns[i]));
  }
  void AddHoldings(const WindowState& window) {
    std::vector<std::string> names;
    std::vector<int64_t> columns[5];
    for (const WindowState::Holding& holding : window.holdings) {
      names.push_back(holding.replica);
      columns[0].push_back(holding.tokens);
      columns[1].push_back(holding.used);
      columns[2].push_back(holding.want);
      columns[3].push_back(ToMicros(holding.until));
      columns[4].push_back(holding.limit);
    }
    holders_.push_back(postgres::ToArray(names));
    for (size_t i = 0; i < 5; ++i) held_[i].push_back(postgres::ToArray(columns[i]));
  }

  std::vector<std::string> buckets_, groups_, holders_, ceilings_;
  std::vector<std::string> debts_[3];
  std::vector<std::string> held_[5];
  std::vector<int64_t> periods_, stops_, felt_, settled_, cut_, seen_, told_;
};

}  // namespace

void MakeBuckets(pqxx::work& tx, const std::vector<BucketClaim>& claims) {
  std::vector<std::string> buckets;
  std::vector<std::string> groups;
  std::vector<int64_t> periods;
  const auto add = [&](const std::string& bucket, const std::string& group, milliseconds period) {
    buckets.push_back(bucket);
    groups.push_back(group);
    periods.push_back(period.count());
  };
  for (const BucketClaim& claim : claims) {
    add(claim.bucket, "", milliseconds(0));
    for (const WindowClaim& each : claim.windows) {
      add(claim.bucket, each.window.group, each.window.period);
    }
  }
  tx.exec_params(kMake, postgres::ToArray(buckets), postgres::ToArray(groups),
                 postgres::ToArray(periods));
}

BucketStates ReadBuckets(pqxx::work& tx, const std::vector<std::string>& buckets) {
  return Read(tx, kRead, buckets);
}

BucketStates LockBuckets(pqxx::work& tx, const std::vector<std::string>& buckets) {
  return Read(tx, kLock, buckets);
}

void SaveBuckets(pqxx::work& tx, const BucketStates& states) {
  Columns columns;
  for (const auto& [name, bucket] : states.buckets) {
    columns.Add(name, {"", milliseconds(0)}, bucket.stopped_until, {});
    for (const auto& [key, window] : bucket.windows) {
      columns.Add(name, key, bucket.stopped_until, window);
    }
  }
  columns.Save(tx);
}

void ForgetBuckets(pqxx::work& tx, std::chrono::hours unused) {
  tx.exec_params(kForget, unused.count());
}

}  // namespace callimport::adapter_gateway
