#include "services/adapter-gateway/api/quota_service.h"

#include <algorithm>
#include <limits>

#include "libs/common/proto_time.h"
#include "libs/common/status_macros.h"
#include "libs/rpc/answer.h"
#include "services/adapter-gateway/api/request_checks.h"
#include "services/adapter-gateway/quota/quota_broker.h"

namespace callimport::adapter_gateway {
namespace {

const char* NameOf(QuotaScope scope) {
  if (scope == QuotaScope::kApp) return "app";
  return scope == QuotaScope::kAddress ? "address" : "account";
}

int32_t Narrow(int64_t number) {
  return static_cast<int32_t>(std::min<int64_t>(number, std::numeric_limits<int32_t>::max()));
}

v1::Budget ToMessage(const WindowBudget& budget) {
  v1::Budget message;
  message.set_scope(NameOf(budget.window.scope));
  message.set_group(budget.window.group);
  message.set_limit(Narrow(budget.window.limit));
  // Without the margin that we add to it.
  const auto period = std::chrono::floor<std::chrono::seconds>(budget.window.period);
  message.set_period_seconds(Narrow(period.count()));
  message.set_left(Narrow(budget.left));
  if (budget.reset) *message.mutable_reset_time() = ToProto(*budget.reset);
  message.set_learned_limit(Narrow(budget.learned_limit));
  message.set_reserved(Narrow(budget.window.reserve));
  return message;
}

void Block(Timestamp until, v1::ExplainLimitsResponse& response) {
  if (response.has_blocked_until() && FromProto(response.blocked_until()) >= until) return;
  *response.mutable_blocked_until() = ToProto(until);
}

}  // namespace

grpc::Status QuotaService::ExplainLimits(grpc::ServerContext* context,
                                         const v1::ExplainLimitsRequest* request,
                                         v1::ExplainLimitsResponse* response) {
  return rpc::Answer(*context, *request, response,
                     [&](const rpc::Caller&) { return Explain(*request); });
}

absl::StatusOr<v1::ExplainLimitsResponse> QuotaService::Explain(
    const v1::ExplainLimitsRequest& request) {
  RETURN_IF_ERROR(CheckCredentialRequest(request.workspace_id(), request.credential_id()));
  ASSIGN_OR_RETURN(const VendorAccount account,
                   accounts_.Open(request.workspace_id(), request.credential_id()));
  v1::ExplainLimitsResponse response;
  response.set_platform(account.access->platform);
  for (const QuotaScope scope : {QuotaScope::kAccount, QuotaScope::kApp, QuotaScope::kAddress}) {
    RETURN_IF_ERROR(AddBudgets(account, scope, response));
  }
  RETURN_IF_ERROR(AddBreakers(account, response));
  return response;
}

absl::Status QuotaService::AddBudgets(const VendorAccount& account, QuotaScope scope,
                                      v1::ExplainLimitsResponse& response) {
  const std::vector<QuotaWindow> windows = WindowsOf(*account.platform->terms.quota.Now(), scope);
  if (windows.empty() && scope != QuotaScope::kAccount) return absl::OkStatus();
  ASSIGN_OR_RETURN(const QuotaStore::Standing standing,
                   store_.Explain(BucketName(account.access->account, scope), windows));
  if (standing.stopped_until) Block(*standing.stopped_until, response);
  for (const WindowBudget& budget : standing.budgets) {
    *response.add_budgets() = ToMessage(budget);
    const bool used_up = budget.left == 0 && budget.window.group.empty();
    if (used_up && budget.reset) Block(*budget.reset, response);
  }
  return absl::OkStatus();
}

absl::Status QuotaService::AddBreakers(const VendorAccount& account,
                                       v1::ExplainLimitsResponse& response) {
  ASSIGN_OR_RETURN(const auto notices, store_.ListBreakers(account.access->account));
  const Timestamp now = clock_.Now();
  for (const BreakerNotice& notice : notices) {
    v1::Breaker& breaker = *response.add_breakers();
    breaker.set_group(notice.group);
    breaker.set_state(notice.probe_at > now ? v1::Breaker::STATE_OPEN
                                            : v1::Breaker::STATE_HALF_OPEN);
    *breaker.mutable_probe_time() = ToProto(notice.probe_at);
    breaker.set_reason(notice.reason);
  }
  return absl::OkStatus();
}

}  // namespace callimport::adapter_gateway
