#pragma once
// One plugin as found on disk: <directory>/<id>/<version>/{plugin.json, lib<id>.so, entities/, migrations/, locales/}.
// Reading it runs none of its code.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/access/access.hpp"
#include "kernel/host/package/manifest.hpp"
#include "kernel/host/package/signature.hpp"
#include "kernel/records/entity.hpp"
#include "kernel/storage/storage.hpp"

namespace onebudget::host {

struct Bundle {
  std::string directory;
  std::string library; ///< path of lib<id>.so; may not exist yet when a plugin is only declared
  Manifest manifest;
  std::string manifest_text, signature; ///< plugin.json and SIGNATURE as they were read; the latter may be empty
  std::map<std::string, std::pair<std::string, std::string>> read; ///< what was read → its {SHA-256, SM3}
  std::vector<records::Entity> entities;                           ///< in the order of their file names
  std::vector<storage::Migration> migrations;                      ///< of this dialect, by number
  std::map<std::string, Text> texts;                               ///< key → both languages
  std::vector<access::Permission> permissions; ///< full codes: declared ones and those that entities bring

  [[nodiscard]] std::vector<std::string> entity_names() const; ///< full names
};

/// What a folder turned out to be: a bundle, or why it is none.
struct Found {
  std::string id, version; ///< from the manifest when readable, else from the path
  std::string directory;
  std::shared_ptr<const Bundle> bundle; ///< null when bad
  Fault fault;                          ///< when bad
  Signature signature;                  ///< as it was when the folder was read
};

/// Every <id>/<version> folder below the directories, bad ones too. The same id and version twice: the first counts.
/// A directory that does not exist is a fault (host.directory).
Result<std::vector<Found>> find_bundles(const std::vector<std::string>& directories, storage::Dialect dialect);

/// Lower-case hexadecimal {SHA-256, SM3}.
std::pair<std::string, std::string> digests_of(std::string_view bytes);

/// Faults: host.manifest, host.entity, host.migration, host.locale, host.file, each naming the file.
Result<std::shared_ptr<const Bundle>> read_bundle(const std::string& directory, storage::Dialect dialect);

} // namespace onebudget::host
