// Transfers on libcurl's multi interface.
#pragma once

#include <curl/curl.h>

#include <map>
#include <memory>
#include <vector>

#include "libs/http/curl_handles.h"
#include "libs/http/transfers.h"

namespace callimport::http {

class CurlTransfers : public Transfers {
 public:
  CurlTransfers(CurlHandles& handles, CurlMultis& multis);
  ~CurlTransfers() override;

  void Start(const Request& request, TransferSink sink) override;
  size_t under_way() const override { return flows_.size() + refused_.size(); }
  void Run(std::chrono::milliseconds longest) override;

 private:
  struct Flow;
  // A transfer that never began.
  struct Refused {
    TransferSink sink;
    absl::Status why;
  };

  // Whether anything has ended.
  bool Reap();
  void End(CURL* handle, CURLcode code);

  CurlHandles& handles_;
  const CurlMultis::Lease multi_;
  std::map<CURL*, std::unique_ptr<Flow>> flows_;
  std::vector<Refused> refused_;
};

}  // namespace callimport::http
