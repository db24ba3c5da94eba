// Range requests on a resource that does not change.
#pragma once

#include <string>

#include "tests/fake_vendors/http/message.h"

namespace callimport::fake_vendors {

// Serves `whole`, or the part that the request asks for: 206, 416, and If-Range by `etag`.
HttpResponse ServeRange(const HttpRequest& request, HttpResponse whole, const std::string& etag);

}  // namespace callimport::fake_vendors
