#pragma once
// One plugin as found on disk: <directory>/<id>/<version>/{plugin.json, lib<id>.so, entities/, views/, migrations/,
// locales/, schemas/, ui/}. Reading it runs none of its code.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sdk/declarations/entity.hpp"
#include "sdk/declarations/package/manifest.hpp"

namespace onebudget::declarations {

/// migrations/<number>-<name>.sql
struct Migration {
  int number = 0;
  std::string name;
  std::string sql;
};

struct Bundle {
  std::string directory;
  std::string library; ///< path of lib<id>.so; may not exist yet when a plugin is only declared
  Manifest manifest;
  std::string manifest_text, signature;    ///< plugin.json and SIGNATURE as they were read; the latter may be empty
  std::map<std::string, std::string> read; ///< the other files that were read, by their path inside
  std::vector<Entity> entities;            ///< in the order of their file names, then the views
  std::vector<Migration> migrations;       ///< for the database, by number
  std::map<std::string, Text> texts;       ///< key → both languages
  std::map<std::string, std::string> ui;   ///< files of the folder ui/ by name
  std::string ui_digest; ///< over all of them, made by who serves them: a changed file has another address
  std::vector<DeclaredPermission> permissions; ///< full codes: declared ones and those that entities bring

  [[nodiscard]] std::vector<std::string> entity_names() const; ///< full names
};

/// What a folder turned out to be: a bundle, or why it is none.
struct Found {
  std::string id, version; ///< from the manifest when readable, else from the path
  std::string directory;
  std::shared_ptr<const Bundle> bundle; ///< null when bad
  Fault fault;                          ///< when bad
};

/// `database` is "sqlite" or "postgresql": migrations for the other one are left out.
/// Every <id>/<version> folder below the directories, bad ones too. The same id and version twice: the first counts.
/// A directory that does not exist is a fault (host.directory).
Result<std::vector<Found>> find_bundles(const std::vector<std::string>& directories, std::string_view database);

/// Faults: host.manifest, host.entity, host.view, host.migration, host.locale, host.schema, host.file, each naming the
/// file.
Result<std::shared_ptr<const Bundle>> read_bundle(const std::string& directory, std::string_view database);

} // namespace onebudget::declarations
