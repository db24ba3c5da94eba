#include "tests/fake_vendors/http/message.h"

#include <algorithm>

namespace callimport::fake_vendors {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

std::string_view Find(const Fields& fields, std::string_view name) {
  const auto found = std::ranges::find(fields, name, &Fields::value_type::first);
  return found == fields.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace

std::string_view HttpRequest::Header(std::string_view name) const { return Find(headers, name); }
std::string_view HttpRequest::Query(std::string_view name) const { return Find(query, name); }

HttpResponse JsonResponse(int status, std::string json) {
  HttpResponse response;
  response.status = status;
  response.body = Body(std::move(json));
  return response;
}

}  // namespace callimport::fake_vendors
