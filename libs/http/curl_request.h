// A request in libcurl's terms.
#pragma once

#include <curl/curl.h>

#include <memory>

#include "libs/http/http_client.h"

namespace callimport::http {

using HeaderList = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

// Sets everything but what is called back. `request` and the headers returned must outlive the
// transfer.
HeaderList Configure(CURL* handle, const Request& request);

}  // namespace callimport::http
