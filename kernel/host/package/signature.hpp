#pragma once
// Who vouches for a package. `SIGNATURE` is made over the exact bytes of plugin.json, which holds the digest of every
// other file: {"key": id, "algorithm": "ed25519" | "sm2-sm3", "signature": base64url}. All of this is data; it is
// checked before any code of the plugin can run.

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/host/declared.hpp"
#include "sdk/values/result.hpp"

namespace onebudget::host {

/// A key that the administrator trusts, and how far.
struct TrustedKey {
  std::string id, algorithm, public_pem;
  std::vector<std::string> plugins;      ///< ids that it may sign; "city_*" is a prefix, "*" any
  std::vector<std::string> capabilities; ///< the most that those may ask for, in the same way: "records.read:*"
};

class TrustedKeys {
 public:
  /// A file {"keys": [{id, algorithm, public_key, plugins, capabilities}]}, or a folder whose *.json files are such.
  /// Nothing at `path`: no key. Faults: host.keys, which names the file and what is wrong in it.
  static Result<TrustedKeys> load(const std::string& path);
  [[nodiscard]] const TrustedKey* find(std::string_view id) const;
  [[nodiscard]] std::size_t size() const { return keys_.size(); }

 private:
  Result<void> add(const std::string& file);
  std::map<std::string, TrustedKey, std::less<>> keys_;
};

struct Signature {
  std::string state = "unsigned"; ///< unsigned | signed | refused
  std::string key, algorithm;     ///< when there is a SIGNATURE
  std::vector<FieldFault> refusals;
};

/// A folder of a plugin, with what speaks for it as it was when the folder was read.
struct Found : declarations::Found {
  Signature signature;
};

/// Lower-case hexadecimal {SHA-256, SM3}.
std::pair<std::string, std::string> digests_of(std::string_view bytes);

/// Signature, key and digests of a package, with `library` as the bytes of its library. `unsigned_allowed` lets pass
/// what carries no signature and what a key signed that this server does not know; a wrong signature or file never.
Signature check_signature(const Bundle& bundle, const std::string& library, const TrustedKeys& keys,
                          bool unsigned_allowed);

} // namespace onebudget::host
