#include "kernel/host/package/signature.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "kernel/crypto/crypto.hpp"
#include "kernel/host/life/store.hpp"
#include "sdk/declarations/package/file.hpp"
#include "sdk/text/json_door.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::host {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kKeyFileBytes = 1U << 20U;
constexpr std::string_view kSm2Format = "sm2:1234567812345678:";
const Text kAgain{"请重新获取并安装该插件包。", "Get the package again and install it."};

Fault bad_keys(const std::string& file, const std::string& zh, const std::string& en) {
  return fault(FaultKind::rule, "host.keys",
               {"插件密钥文件 " + file + "：" + zh, "The plugin key file " + file + ": " + en});
}

bool allowed(const std::vector<std::string>& patterns, std::string_view text) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
    return pattern.ends_with('*') ? text.starts_with(std::string_view(pattern).substr(0, pattern.size() - 1))
                                  : text == pattern;
  });
}

bool texts(const Json& value) {
  return value.is_array() && std::ranges::all_of(value, [](const Json& item) { return item.is_string(); });
}

/// Every file of the package but those two, by its path inside.
std::vector<std::string> files_of(const std::string& directory) {
  std::vector<std::string> out;
  std::error_code error;
  for (fs::recursive_directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
    if (at->is_directory(error) && !at->is_symlink(error)) continue;
    auto name = at->path().lexically_relative(directory).string();
    if (name != "plugin.json" && name != "SIGNATURE") out.push_back(std::move(name));
  }
  std::ranges::sort(out);
  return out;
}

class Checker {
 public:
  Checker(const Bundle& bundle, const std::string& library, Signature& out)
      : bundle_(bundle), library_(library), out_(out) {}

  void refuse(const std::string& field, const std::string& code, Text message, Text remedy) {
    out_.refusals.push_back({field, code, std::move(message), std::move(remedy)});
  }

  /// Files that the manifest names must be those, by every digest it gives.
  void files() {
    for (const auto& [name, digest] : bundle_.manifest.sha256) {
      const auto sm3 = bundle_.manifest.sm3.find(name);
      const auto [own_sha256, own_sm3] = digests(name);
      if (own_sha256 == digest && (sm3 == bundle_.manifest.sm3.end() || own_sm3 == sm3->second)) continue;
      refuse(name, "host.digest",
             {"文件 " + name + " 与清单中的摘要不符。", "The file " + name + " is not the one that plugin.json names."},
             kAgain);
    }
  }

  /// A signature speaks for the whole package: nothing may lie beside what it names.
  void strangers() {
    for (const auto& name : files_of(bundle_.directory)) {
      if (bundle_.manifest.sha256.contains(name) && bundle_.manifest.sm3.contains(name)) continue;
      refuse(name, "host.digest_missing",
             {"签名的清单没有列出文件 " + name + "。", "The signed plugin.json does not name the file " + name + "."},
             kAgain);
    }
  }

  void rights(const TrustedKey& key) {
    const auto& manifest = bundle_.manifest;
    const Text remedy{"请在 plugins.keys 中放宽密钥 " + key.id + "，或请供应方换用其他密钥签名。",
                      "Allow it for the key " + key.id + " in plugins.keys, or ask the vendor to sign with another."};
    if (!allowed(key.plugins, manifest.id)) {
      refuse("SIGNATURE", "host.key_plugin",
             {"密钥 " + key.id + " 不得为插件 " + manifest.id + " 签名。",
              "The key " + key.id + " may not sign the plugin " + manifest.id + "."},
             remedy);
    }
    for (const auto& capability : manifest.capabilities) {
      if (allowed(key.capabilities, capability)) continue;
      refuse("/capabilities", "host.key_capability",
             {"能力 " + capability + " 超出密钥 " + key.id + " 的上限。",
              "The capability " + capability + " is more than the key " + key.id + " may give."},
             remedy);
    }
  }

 private:
  std::pair<std::string, std::string> digests(const std::string& name) const {
    if (const auto read = bundle_.read.find(name); read != bundle_.read.end()) return digests_of(read->second);
    if (const auto page = bundle_.ui.find(name.substr(std::min<std::size_t>(3, name.size())));
        name.starts_with("ui/") && page != bundle_.ui.end())
      return digests_of(page->second);
    if (name == "lib" + bundle_.manifest.id + ".so") return digests_of(library_);
    const auto bytes = declarations::read_file(bundle_.directory + "/" + name, inspection::kLibraryBytes);
    return bytes ? digests_of(*bytes) : std::pair<std::string, std::string>();
  }

  const Bundle& bundle_;
  const std::string& library_;
  Signature& out_;
};

/// Key, algorithm and signature of SIGNATURE; false when it is no such document.
bool read_signature(const std::string& text, Signature& out, std::string& bytes) {
  const auto json = parse_json(text, {std::size_t{64} << 10, 4});
  if (!json || !json->is_object()) return false;
  for (const char* member : {"key", "algorithm", "signature"})
    if (!json->contains(member) || !(*json)[member].is_string()) return false;
  out.key = (*json)["key"].get<std::string>();
  out.algorithm = (*json)["algorithm"].get<std::string>();
  return from_base64url((*json)["signature"].get<std::string>(), bytes);
}

bool holds(const TrustedKey& key, const std::string& algorithm, std::string_view signed_bytes,
           const std::string& signature) {
  if (key.algorithm != algorithm) return false;
  if (algorithm == "ed25519") return crypto::verify_ed25519(key.public_pem, signed_bytes, signature);
  return crypto::verify_signature(key.public_pem, signed_bytes, std::string(kSm2Format) + signature);
}

} // namespace

std::pair<std::string, std::string> digests_of(std::string_view bytes) {
  return {sha256_hex(bytes), to_hex(crypto::sm3(bytes))};
}

Result<TrustedKeys> TrustedKeys::load(const std::string& path) {
  TrustedKeys out;
  std::error_code error;
  if (path.empty() || !fs::exists(path, error)) return out;
  if (!fs::is_directory(path, error)) {
    OB_CHECK(out.add(path));
    return out;
  }
  std::vector<std::string> files;
  for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error))
    if (at->path().extension() == ".json") files.push_back(at->path().string());
  if (error) return bad_keys(path, error.message(), error.message());
  std::ranges::sort(files);
  for (const auto& file : files) OB_CHECK(out.add(file));
  return out;
}

Result<void> TrustedKeys::add(const std::string& file) {
  OB_TRY(const auto text, declarations::read_file(file, kKeyFileBytes));
  const auto json = parse_json(text, {kKeyFileBytes, 8});
  if (!json) return bad_keys(file, json.fault().message.zh, json.fault().message.en);
  if (!json->is_object() || json->size() != 1 || !json->contains("keys") || !(*json)["keys"].is_array())
    return bad_keys(file, "应为 {\"keys\": […]}。", "it must be {\"keys\": […]}.");
  for (const Json& item : (*json)["keys"]) {
    const bool shaped = item.is_object() && item.size() == 5 && item.value("id", Json()).is_string() &&
                        item.value("algorithm", Json()).is_string() && item.value("public_key", Json()).is_string() &&
                        texts(item.value("plugins", Json())) && texts(item.value("capabilities", Json()));
    if (!shaped) {
      return bad_keys(file, "每个密钥应恰有 id、algorithm、public_key、plugins、capabilities。",
                      "every key has exactly id, algorithm, public_key, plugins and capabilities.");
    }
    TrustedKey key{item["id"], item["algorithm"], item["public_key"], item["plugins"], item["capabilities"]};
    const auto kind = crypto::kind_of_public_key(key.public_pem);
    if (kind.empty() || key.algorithm != (kind == "sm2" ? "sm2-sm3" : kind)) {
      return bad_keys(file, "密钥 " + key.id + " 的 public_key 不是 " + key.algorithm + " 公钥（PEM）。",
                      "public_key of " + key.id + " is no public key (PEM) for " + key.algorithm + ".");
    }
    const auto id = key.id;
    if (!keys_.emplace(id, std::move(key)).second)
      return bad_keys(file, "密钥 " + id + " 出现两次。", "the key " + id + " is there twice.");
  }
  return {};
}

const TrustedKey* TrustedKeys::find(std::string_view id) const {
  const auto found = keys_.find(id);
  return found == keys_.end() ? nullptr : &found->second;
}

Signature check_signature(const Bundle& bundle, const std::string& library, const TrustedKeys& keys,
                          bool unsigned_allowed) {
  Signature out;
  Checker checker(bundle, library, out);
  checker.files();
  std::string bytes;
  if (bundle.signature.empty()) {
    if (!unsigned_allowed) {
      checker.refuse("SIGNATURE", "host.unsigned", {"插件没有签名。", "The plugin is not signed."},
                     {"请安装带签名的构建，或允许未签名的插件（developer.unsigned_plugins）。",
                      "Install a signed build, or allow unsigned plugins (developer.unsigned_plugins)."});
    }
  } else if (!read_signature(bundle.signature, out, bytes)) {
    checker.refuse("SIGNATURE", "host.signature", {"SIGNATURE 不是签名文件。", "SIGNATURE is no signature."}, kAgain);
  } else if (const auto* key = keys.find(out.key); key == nullptr) {
    if (!unsigned_allowed) {
      checker.refuse("SIGNATURE", "host.key_unknown",
                     {"不认识签名密钥 " + out.key + "。", "The signing key " + out.key + " is not known here."},
                     {"确认来源后，请将它的公钥加入 plugins.keys。",
                      "When you trust its owner, add its public key to plugins.keys."});
    }
  } else if (!holds(*key, out.algorithm, bundle.manifest_text, bytes)) {
    checker.refuse("SIGNATURE", "host.signature",
                   {"签名与 plugin.json 或密钥 " + out.key + " 不符。",
                    "The signature does not fit plugin.json or the key " + out.key + "."},
                   kAgain);
  } else {
    out.state = "signed";
    checker.strangers();
    checker.rights(*key);
  }
  if (!out.refusals.empty()) out.state = "refused";
  return out;
}

} // namespace onebudget::host
