#pragma once
// One plugin as found on disk: <directory>/<id>/<version>/{plugin.json, lib<id>.so, entities/, migrations/, locales/,
// ui/}. Reading it runs none of its code.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernel/access/access.hpp"
#include "kernel/host/package/manifest.hpp"
#include "kernel/records/entity.hpp"
#include "kernel/storage/storage.hpp"

namespace onebudget::host {

struct Bundle {
  std::string directory;
  std::string library; ///< path of lib<id>.so; may not exist yet when a plugin is only declared
  Manifest manifest;
  std::vector<records::Entity> entities;       ///< in the order of their file names
  std::vector<storage::Migration> migrations;  ///< of this dialect, by number
  std::map<std::string, Text> texts;           ///< key → both languages
  std::map<std::string, std::string> ui;       ///< files of the folder ui/ by name
  std::string ui_digest;                       ///< over all of them: a changed file has another address
  std::vector<access::Permission> permissions; ///< full codes: declared ones and those that entities bring

  [[nodiscard]] std::vector<std::string> entity_names() const; ///< full names
};

/// What a folder turned out to be: a bundle, or why it is none.
struct Found {
  std::string id, version; ///< from the manifest when readable, else from the path
  std::string directory;
  std::shared_ptr<const Bundle> bundle; ///< null when bad
  Fault fault;                          ///< when bad
};

/// Every <id>/<version> folder below the directories, bad ones too. The same id and version twice: the first counts.
/// A directory that does not exist is a fault (host.directory).
Result<std::vector<Found>> find_bundles(const std::vector<std::string>& directories, storage::Dialect dialect);

/// Faults: host.manifest, host.entity, host.migration, host.locale, host.file, each naming the file.
Result<std::shared_ptr<const Bundle>> read_bundle(const std::string& directory, storage::Dialect dialect);

} // namespace onebudget::host
