// The SQL of key_rotations. Every function joins the caller's transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>

#include "libs/common/clock.h"

namespace callimport::credential_manager {

struct KeyRotation {
  std::string rotation_id;
  std::string to_key_id;
  bool reencrypt = false;
  Timestamp started_at;
  std::string started_by;
  int64_t rows_done = 0;
  int64_t rows_unreadable = 0;
  std::optional<Timestamp> finished_at;
  // Another key became primary before it was through.
  bool superseded = false;
};

// The one that is running.
std::optional<KeyRotation> FindRunningRotation(pqxx::work& tx);
std::optional<KeyRotation> FindRotation(pqxx::work& tx, const std::string& rotation_id);

// False when another one is running.
bool InsertRotation(pqxx::work& tx, const std::string& rotation_id, const std::string& to_key_id,
                    bool reencrypt, const std::string& started_by);
void AddRowsDone(pqxx::work& tx, const std::string& rotation_id, int64_t rows);

// False when it has ended already.
bool FinishRotation(pqxx::work& tx, const std::string& rotation_id, int64_t unreadable,
                    bool superseded);

}  // namespace callimport::credential_manager
