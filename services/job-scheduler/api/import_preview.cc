#include "services/job-scheduler/api/import_preview.h"

#include <algorithm>
#include <stop_token>

#include "libs/common/proto_time.h"
#include "libs/common/status_macros.h"
#include "services/job-scheduler/api/request_checks.h"
#include "services/job-scheduler/domain/duration_text.h"
#include "services/job-scheduler/domain/forecast.h"
#include "services/job-scheduler/domain/pricing.h"

namespace callimport::job_scheduler {
namespace {

namespace gateway = adapter_gateway::v1;

constexpr int kDaySeconds = 86'400;

// As a table keeps it, so that what is cited later is what was told.
Timestamp Storable(Timestamp time) { return std::chrono::floor<std::chrono::microseconds>(time); }

// The job that would be created.
ImportJob JobOf(const v1::PreviewImportRequest& request, Timestamp now) {
  ImportJob job;
  job.workspace_id = request.workspace_id();
  job.credential_id = request.credential_id();
  const Window window = WindowOf(request.filter(), now);
  job.window = {.start = Storable(window.start), .end = Storable(window.end)};
  job.attributes = {request.filter().attributes().begin(), request.filter().attributes().end()};
  return job;
}

std::optional<int32_t> CostIn(const gateway::ImportTerms& terms) {
  if (!terms.has_cost_per_call_cents()) return std::nullopt;
  return terms.cost_per_call_cents();
}

ForecastTask TaskOf(const gateway::CountCallsResponse& count,
                    const QuoteStore::Standing& standing) {
  const gateway::ImportTerms& terms = count.terms();
  ForecastTask task;
  task.calls = count.calls();
  task.calls_before = standing.calls_before;
  task.vendor_requests = terms.vendor_requests();
  if (terms.has_daily_requests()) task.daily_requests = terms.daily_requests();
  task.requests_per_second = terms.requests_per_second();
  task.pace = standing.pace;
  task.window = BulkWindow(standing.settings.time_zone, standing.settings.bulk_hours);
  task.calls_per_window = standing.settings.bulk_calls_per_window;
  return task;
}

std::string NameOf(SpeedBound bound) {
  switch (bound) {
    case SpeedBound::kQuota:
      return "QUOTA";
    case SpeedBound::kWindow:
      return "WINDOW";
    case SpeedBound::kEngine:
      return "ENGINE";
  }
  return "";
}

v1::Pricing ToProto(const Price& price, const PriceTerms& terms) {
  v1::Pricing message;
  message.set_free_calls_included(terms.free_calls_included);
  message.set_free_calls_left(terms.free_calls_left);
  message.set_billable_calls(price.billable_calls);
  if (terms.cost_per_call_cents) message.set_cost_per_call_cents(*terms.cost_per_call_cents);
  message.set_total_cost_cents(price.total_cents);
  return message;
}

google::protobuf::Duration DurationOf(Timestamp start, Timestamp end) {
  return callimport::ToProto(std::chrono::ceil<std::chrono::milliseconds>(end - start));
}

v1::Forecast ToProto(const Forecast& forecast, int64_t vendor_requests, Timestamp now) {
  v1::Forecast message;
  message.set_vendor_requests(vendor_requests);
  if (forecast.daily_quota_share) message.set_daily_quota_share(*forecast.daily_quota_share);
  *message.mutable_start_time() = callimport::ToProto(forecast.start);
  *message.mutable_finish_earliest() = callimport::ToProto(forecast.earliest);
  *message.mutable_finish_latest() = callimport::ToProto(forecast.latest);
  *message.mutable_duration_low() = DurationOf(now, forecast.earliest);
  *message.mutable_duration_high() = DurationOf(now, forecast.latest);
  message.set_duration_text(DurationText(forecast, now));
  message.set_bound_by(NameOf(forecast.bound));
  return message;
}

Quote QuoteOf(const ImportJob& job, const gateway::CountCallsResponse& count, const Price& price,
              const Forecast& forecast) {
  Quote quote;
  quote.workspace_id = job.workspace_id;
  quote.credential_id = job.credential_id;
  quote.platform = count.platform();
  quote.window = job.window;
  quote.attributes = job.attributes;
  quote.calls = count.calls();
  quote.exactness = count.exactness();
  quote.cost_per_call_cents = CostIn(count.terms());
  quote.price = price;
  quote.finish_earliest = forecast.earliest;
  quote.finish_latest = forecast.latest;
  return quote;
}

}  // namespace

absl::StatusOr<v1::PreviewImportResponse> ImportPreview::Make(
    const v1::PreviewImportRequest& request) {
  const Timestamp now = Storable(clock_.Now());
  RETURN_IF_ERROR(Check(request, now));
  const ImportJob job = JobOf(request, now);
  gateway::CountCallsRequest asked;
  asked.set_workspace_id(job.workspace_id);
  asked.set_credential_id(job.credential_id);
  *asked.mutable_filter() = FilterOf(job);
  ASSIGN_OR_RETURN(const auto count, catalog_.CountCalls(asked, std::stop_token()));
  ASSIGN_OR_RETURN(const QuoteStore::Standing standing,
                   quotes_.StandingOf(job.workspace_id, job.credential_id, count.platform()));

  const PriceTerms terms{.free_calls_included = standing.free_calls.included,
                         .free_calls_left = standing.free_calls.left,
                         .cost_per_call_cents = CostIn(count.terms())};
  const Price price = PriceOf(count.calls(), terms);
  ForecastTask task = TaskOf(count, standing);
  if (task.daily_requests) task.daily_requests_left = RequestsLeftToday(job);
  const Forecast forecast = ForecastOf(task, now);
  v1::PreviewImportResponse response;
  response.set_calls(count.calls());
  response.set_exactness(count.exactness());
  *response.mutable_filter() = asked.filter();
  *response.mutable_pricing() = ToProto(price, terms);
  *response.mutable_forecast() = ToProto(forecast, count.terms().vendor_requests(), now);
  if (count.calls() == 0) return response;
  ASSIGN_OR_RETURN(const Quote quote, quotes_.Keep(QuoteOf(job, count, price, forecast)));
  response.set_quote_id(quote.quote_id);
  *response.mutable_quote_expire_time() = callimport::ToProto(quote.expires_at);
  return response;
}

// Nothing when it cannot be told: a forecast is no reason to fail.
std::optional<int64_t> ImportPreview::RequestsLeftToday(const ImportJob& job) {
  gateway::ExplainLimitsRequest request;
  request.set_workspace_id(job.workspace_id);
  request.set_credential_id(job.credential_id);
  const auto limits = quota_.ExplainLimits(request, std::stop_token());
  if (!limits.ok()) return std::nullopt;
  std::optional<int64_t> left;
  for (const gateway::Budget& budget : limits->budgets()) {
    if (budget.period_seconds() < kDaySeconds) continue;
    left = std::min<int64_t>(left.value_or(budget.left()), budget.left());
  }
  return left;
}

absl::Status ImportPreview::Fill(const common::v1::CallFilter& asked, ImportJob& job) {
  if (job.quote_id.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Quote quote, quotes_.Find(job.workspace_id, job.quote_id));
  if (!asked.has_start_time()) job.window.start = quote.window.start;
  if (!asked.has_end_time()) job.window.end = quote.window.end;
  if (asked.attributes().empty()) job.attributes = quote.attributes;
  return absl::OkStatus();
}

}  // namespace callimport::job_scheduler
