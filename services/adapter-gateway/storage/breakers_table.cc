#include "services/adapter-gateway/storage/breakers_table.h"

#include "libs/postgres/values.h"

namespace callimport::adapter_gateway {
namespace {

constexpr char kOpen[] = R"sql(
  INSERT INTO breakers (account, endpoint_group, probe_at, reason) VALUES ($1, $2, $3, $4)
  ON CONFLICT (account, endpoint_group) DO UPDATE
  SET probe_at = greatest(breakers.probe_at, excluded.probe_at), reason = excluded.reason)sql";

constexpr char kClose[] = "DELETE FROM breakers WHERE account = $1 AND endpoint_group = $2";

constexpr char kList[] = R"sql(
  SELECT endpoint_group, probe_at, reason FROM breakers
  WHERE account = $1 AND probe_at > now() - interval '10 minutes'
  ORDER BY endpoint_group)sql";

constexpr char kForget[] = "DELETE FROM breakers WHERE probe_at < now() - interval '1 hour'";

}  // namespace

void SaveBreaker(pqxx::work& tx, const BreakerNotice& notice) {
  if (notice.open) {
    tx.exec_params(kOpen, notice.account, notice.group, postgres::ToSql(notice.probe_at),
                   notice.reason);
  } else {
    tx.exec_params(kClose, notice.account, notice.group);
  }
}

std::vector<BreakerNotice> ListBreakers(pqxx::work& tx, const std::string& account) {
  std::vector<BreakerNotice> notices;
  for (const pqxx::row& row : tx.exec_params(kList, account)) {
    notices.push_back({.account = account,
                       .group = row["endpoint_group"].as<std::string>(),
                       .open = true,
                       .probe_at = postgres::TimeFromSql(row["probe_at"]),
                       .reason = row["reason"].as<std::string>()});
  }
  return notices;
}

void ForgetBreakers(pqxx::work& tx) { tx.exec(kForget); }

}  // namespace callimport::adapter_gateway
