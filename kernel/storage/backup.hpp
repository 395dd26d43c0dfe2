#pragma once
// Backup, its verification, and restore. A backup is a directory with the data and a manifest that holds its digest.
// SQLite may be backed up while it serves; PostgreSQL by pg_dump and pg_restore, which must be installed. All functions
// block; none may run while the same directory is used by another.

#include <cstdint>
#include <string>

#include "kernel/storage/storage.hpp"

namespace onebudget::storage {

struct BackupReport {
  Dialect dialect = Dialect::sqlite;
  std::string file; ///< path of the data file
  std::int64_t bytes = 0;
  std::string sm3; ///< hex digest of the data file
  std::int64_t created_ms = 0;
};

/// Writes the database at `url` (as in DatabaseConfig) into `directory`, which must be absent or empty. What was
/// written is on disk and verified when this answers; on a fault nothing usable stays behind. Faults: storage.exists,
/// storage.absent, storage.tool_missing, storage.tool, storage.io, storage.url.
Result<BackupReport> backup(const std::string& url, const std::string& directory, std::int64_t now_ms);

/// What the manifest of a backup says; the data itself is not read.
Result<BackupReport> describe_backup(const std::string& directory);

/// Reads the whole backup: manifest, size, SM3, and for SQLite the integrity of every page and reference.
/// Faults: storage.absent, storage.backup_damaged (says what does not fit).
Result<BackupReport> verify_backup(const std::string& directory);

/// Puts a verified backup into an empty place: a file that does not exist, or a database without tables. Never
/// overwrites. The backup must be of the same kind of database as `url`.
Result<BackupReport> restore_backup(const std::string& directory, const std::string& url);

} // namespace onebudget::storage
