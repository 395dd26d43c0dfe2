// What is there to be enabled: reading the folders of plugins, and taking a package into one of them.

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "kernel/crypto/crypto.hpp"
#include "kernel/host/life/state.hpp"
#include "kernel/host/life/store.hpp"
#include "sdk/declarations/package/file.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::host {
namespace {

namespace fs = std::filesystem;

/// A folder for what is not checked yet; gone with the scope.
class Incoming {
 public:
  explicit Incoming(const std::string& packages)
      : path_(fs::path(packages) / (".incoming-" + to_hex(crypto::random_bytes(8)))) {
    fs::create_directories(path_, error_);
  }
  ~Incoming() { fs::remove_all(path_, error_); }
  Incoming(const Incoming&) = delete;
  Incoming& operator=(const Incoming&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
  std::error_code error_;
};

/// With an address for the files of its pages that changes with them.
std::shared_ptr<const Bundle> addressed(std::shared_ptr<const Bundle> bundle) {
  if (bundle->ui.empty()) return bundle;
  std::string all;
  for (const auto& [name, bytes] : bundle->ui) all += name + '\n' + sha256_hex(bytes) + '\n';
  auto copy = std::make_shared<Bundle>(*bundle);
  copy->ui_digest = sha256_hex(all);
  return copy;
}

std::string_view dialect_name(const storage::Database& database) {
  return database.dialect() == storage::Dialect::sqlite ? "sqlite" : "postgresql";
}

} // namespace

Result<void> Host::State::discover() {
  std::error_code error;
  if (!options.packages.empty()) fs::create_directories(options.packages, error);
  OB_TRY(auto folders, declarations::find_bundles(options.directories, dialect_name(kernel.database)));
  std::vector<Found> read;
  auto trusted = std::make_shared<Trust>();
  trusted->unsigned_allowed = options.unsigned_allowed;
  OB_TRY(trusted->keys, TrustedKeys::load(options.keys));
  for (auto& folder : folders) {
    Found& item = read.emplace_back(Found{std::move(folder), {}});
    if (item.bundle) {
      item.bundle = addressed(std::move(item.bundle));
      const auto library = declarations::read_file(item.bundle->library, inspection::kLibraryBytes);
      item.signature =
          check_signature(*item.bundle, library ? *library : std::string(), trusted->keys, trusted->unsigned_allowed);
    }
    if (!item.bundle) {
      kernel.log(observe::Level::error, item.id, item.directory + ": " + item.fault.message.en);
      continue;
    }
    for (const auto& warning : item.bundle->manifest.warnings) {
      kernel.log(observe::Level::warning, item.id, "plugin.json " + warning.field + ": " + warning.message.en);
    }
  }
  const std::unique_lock lock(mutex);
  found = std::move(read);
  trust = std::move(trusted);
  return {};
}

Result<std::string> Host::State::install(const Context& context, const PackageSource& source) {
  if (options.packages.empty())
    return fault(FaultKind::conflict, "host.no_packages",
                 {"本服务器没有存放插件包的目录。", "This server has no folder for packages."});
  const Incoming incoming(options.packages);
  OB_TRY(const auto unpacked, unpack(source, incoming.path().string()));
  const auto name = unpacked.id + " " + unpacked.version;
  const auto folder = incoming.path() / unpacked.id / unpacked.version;
  OB_TRY(const auto bundle, declarations::read_bundle(folder.string(), dialect_name(kernel.database)));
  if (bundle->manifest.id != unpacked.id || bundle->manifest.version.str() != unpacked.version)
    return fault(FaultKind::rule, "host.folder",
                 {"包内路径与 plugin.json 的编号和版本不一致。请用 obsdk pack 重新打包。",
                  "The paths inside do not match the id and version in plugin.json. Pack it again."});
  OB_TRY(const auto library, declarations::read_file(bundle->library, inspection::kLibraryBytes));
  OB_TRY(const auto keys, TrustedKeys::load(options.keys));
  auto signature = check_signature(*bundle, library, keys, options.unsigned_allowed);
  if (!signature.refusals.empty()) {
    OB_CHECK(kernel.audit.append_now(
        context, plugin_entry("plugin.install", unpacked.id, "denied", signature.refusals.front().code,
                              {{"version", unpacked.version}})));
    EnablePlan plan;
    plan.id = unpacked.id;
    plan.refusals = std::move(signature.refusals);
    return plan_refused(plan);
  }
  const auto target = fs::path(options.packages) / unpacked.id / unpacked.version;
  std::error_code error;
  bool there = fs::exists(target, error);
  {
    const std::shared_lock lock(mutex);
    there |= std::ranges::any_of(
        found, [&](const auto& other) { return other.id == unpacked.id && other.version == unpacked.version; });
  }
  if (there)
    return fault(FaultKind::conflict, "host.installed",
                 {"版本 " + name + " 已安装，不会被覆盖。请提高版本号后重新打包。",
                  "The version " + name + " is installed and is never overwritten. Raise the version and pack again."});
  fs::create_directories(target.parent_path(), error);
  fs::rename(folder, target, error);
  if (error)
    return fault(FaultKind::unavailable, "host.store",
                 {"插件包无法写入 " + target.string() + "。请检查目录权限和磁盘空间。",
                  "The package cannot be put into " + target.string() + ". Check its permissions and the disk."});
  OB_CHECK(kernel.audit.append_now(
      context, plugin_entry("plugin.install", unpacked.id, "ok", "",
                            {{"version", unpacked.version}, {"key", signature.key}, {"sha256", sha256_hex(library)}})));
  OB_CHECK(discover());
  return unpacked.id;
}

} // namespace onebudget::host
