// Easy handles of libcurl, kept warm: each holds its open connections, so a handle that asked a
// server before asks it again without connecting.
#pragma once

#include <curl/curl.h>

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace callimport::http {

class CurlHandles {
 public:
  CurlHandles();
  ~CurlHandles();
  CurlHandles(const CurlHandles&) = delete;
  CurlHandles& operator=(const CurlHandles&) = delete;

  // Back into the pool at the end of its life.
  class Lease {
   public:
    Lease(CurlHandles& home, std::string origin, CURL* handle)
        : home_(home), origin_(std::move(origin)), handle_(handle) {}
    ~Lease() { home_.GiveBack(origin_, handle_); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    CURL* get() const { return handle_; }

   private:
    CurlHandles& home_;
    std::string origin_;
    CURL* handle_;
  };

  // The handle that most recently asked this origin ("https://host:port"), else a new one.
  // Its options are those of a new handle.
  Lease Borrow(const std::string& origin);

 private:
  void GiveBack(const std::string& origin, CURL* handle);
  CURL* TakeIdle(const std::string& origin);

  static void Lock(CURL*, curl_lock_data data, curl_lock_access, void* self);
  static void Unlock(CURL*, curl_lock_data data, void* self);

  std::mutex mutex_;
  std::map<std::string, std::vector<CURL*>> idle_;
  size_t idle_count_ = 0;
  // Names and TLS sessions are shared by all handles. Connections are not: libcurl 7.88 cannot
  // share those between threads.
  CURLSH* share_;
  std::array<std::mutex, CURL_LOCK_DATA_LAST> share_mutexes_;
};

}  // namespace callimport::http
