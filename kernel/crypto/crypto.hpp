#pragma once
// crypto: SM2, SM3, SM4 and password hashing over OpenSSL EVP and libargon2. Nothing else in the kernel calls a cipher.
// All functions are thread-safe unless said otherwise. Bytes travel as std::string.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/values/result.hpp"

namespace onebudget::crypto {

/// SM3 (GB/T 32905) of `bytes`: 32 bytes, not hex.
std::string sm3(std::string_view bytes);
/// SHA-256: 32 bytes.
std::string sha256(std::string_view bytes);
/// HMAC over SM3: 32 bytes.
std::string hmac_sm3(std::string_view key, std::string_view bytes);

/// A digest over a stream. Not thread-safe.
class Digest {
 public:
  enum class Kind { sm3, sha256 };
  explicit Digest(Kind kind);
  ~Digest();
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;
  void add(std::string_view bytes);
  /// The digest; nothing may be added afterwards.
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// `size` bytes from the operating system's generator. Ends the process when there is no randomness: nothing could go
/// on.
std::string random_bytes(std::size_t size);
/// True when equal; takes the same time wherever they differ.
bool equal_in_constant_time(std::string_view a, std::string_view b);

// ---- passwords ----

enum class PasswordSuite { argon2id, pbkdf2_sm3 };
struct PasswordCost {
  PasswordSuite suite = PasswordSuite::argon2id;
  std::uint32_t memory_kib = 19 * 1024; ///< Argon2id
  std::uint32_t passes = 2;             ///< Argon2id
  std::uint32_t rounds = 120'000;       ///< PBKDF2
};
/// A self-describing string: suite, cost and salt are inside ("$argon2id$v=19$…", "$pbkdf2-sm3$i=…$salt$hash").
Result<std::string> hash_password(std::string_view password, const PasswordCost& cost = {});
/// False for a wrong password and for a string that is no password hash.
bool verify_password(std::string_view password, const std::string& stored);
/// True when `stored` was made with another suite or a lower cost than `cost`: hash anew at the next sign-in.
bool needs_rehash(const std::string& stored, const PasswordCost& cost);

// ---- sealing: SM4-CTR, then HMAC-SM3 over header and ciphertext ----

/// Named 256-bit keys; one is current. Thread-safe after loading.
class KeyRing {
 public:
  /// Reads `file`. When there is none, makes it with one fresh key (mode 0600) if `create`, else refuses. A file that
  /// others may read is refused. Faults: crypto.key_ring.
  static Result<std::unique_ptr<KeyRing>> open(const std::string& file, bool create = true);
  ~KeyRing();
  /// Adds a fresh key and makes it current; the file is replaced whole. Old keys stay for reading.
  Result<void> rotate();
  [[nodiscard]] std::string current_id() const;
  /// All of them, the current one first. An id is eight hex digits.
  [[nodiscard]] std::vector<std::string> ids() const;
  /// A keyed digest (HMAC-SM3, 128 bits as 32 hex digits): equal for equal bytes, and says nothing without the key.
  /// Empty for an id that is not of this ring.
  [[nodiscard]] std::string digest(const std::string& id, std::string_view bytes) const;

  /// {version, algorithm id, key id, nonce, ciphertext, tag}. `context` is authenticated but not stored (where the blob
  /// belongs), so that a blob moved elsewhere does not open.
  Result<std::string> seal(std::string_view plain, std::string_view context) const;
  /// Fault crypto.sealed for anything not sealed by a key of this ring in this context.
  Result<std::string> open_sealed(std::string_view sealed, std::string_view context) const;

 private:
  KeyRing();
  struct State;
  std::unique_ptr<State> state_;
};

// ---- signatures: SM2 with SM3 (GB/T 32918), distinguishing id 1234567812345678 set explicitly ----

/// "sm2:1234567812345678:" before the DER signature: the id is part of the format, because libraries differ in their
/// default.
bool verify_signature(const std::string& public_pem, std::string_view bytes, std::string_view signature);
/// Ed25519 (RFC 8032) over `bytes`; the signature is its 64 bytes. False for any other kind of key too.
bool verify_ed25519(const std::string& public_pem, std::string_view bytes, std::string_view signature);
/// "ed25519" or "sm2" of a public key; empty when it is neither.
std::string kind_of_public_key(const std::string& public_pem);

} // namespace onebudget::crypto
