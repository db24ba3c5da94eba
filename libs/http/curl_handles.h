// Handles of libcurl, kept warm: an easy handle holds its open connections, and so does a multi
// handle for the easy handles in it. One that asked a server before asks it again without
// connecting.
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

  // A handle to be put into a multi handle, which holds the connections then.
  Lease BorrowBare() { return Borrow(""); }

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

class CurlMultis {
 public:
  CurlMultis() = default;
  ~CurlMultis();
  CurlMultis(const CurlMultis&) = delete;
  CurlMultis& operator=(const CurlMultis&) = delete;

  // Back into the pool at the end of its life; no easy handle may be in it any more.
  class Lease {
   public:
    Lease(CurlMultis& home, CURLM* handle) : home_(home), handle_(handle) {}
    ~Lease() { home_.GiveBack(handle_); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    CURLM* get() const { return handle_; }

   private:
    CurlMultis& home_;
    CURLM* handle_;
  };

  // The one used last, which has the warmest connections.
  Lease Borrow();

 private:
  void GiveBack(CURLM* handle);

  std::mutex mutex_;
  std::vector<CURLM*> idle_;
};

}  // namespace callimport::http
