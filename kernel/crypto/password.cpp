#include <argon2.h>
#include <fmt/format.h>
#include <array>
#include <charconv>
#include <cstdio>

#include "kernel/crypto/crypto.hpp"
#include "kernel/crypto/evp.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::crypto {

namespace {

constexpr std::size_t kSaltBytes = 16, kHashBytes = 32;
constexpr std::string_view kPbkdf2 = "$pbkdf2-sm3$i=";

Fault hashing_failed() {
  return fault(FaultKind::internal, "crypto.password",
               {"密码处理失败，请联系管理员。", "The password could not be processed; ask the administrator."});
}

std::string pbkdf2(std::string_view password, std::string_view salt, std::uint32_t rounds) {
  std::string hash(kHashBytes, '\0');
  if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), octets(salt), static_cast<int>(salt.size()),
                        static_cast<int>(rounds), EVP_sm3(), static_cast<int>(hash.size()),
                        reinterpret_cast<unsigned char*>(hash.data())) != 1)
    hash.clear();
  return hash;
}

struct Pbkdf2Parts {
  std::uint32_t rounds = 0;
  std::string salt, hash;
};

bool read(const std::string& stored, Pbkdf2Parts& parts) {
  if (stored.rfind(kPbkdf2, 0) != 0) return false;
  const std::size_t from = kPbkdf2.size(), first = stored.find('$', from);
  const std::size_t second = first == std::string::npos ? first : stored.find('$', first + 1);
  if (second == std::string::npos) return false;
  const auto [end, error] = std::from_chars(stored.data() + from, stored.data() + first, parts.rounds);
  return error == std::errc() && end == stored.data() + first && parts.rounds > 0 && parts.rounds <= 10'000'000 &&
         from_base64url(std::string_view(stored).substr(first + 1, second - first - 1), parts.salt) &&
         from_base64url(std::string_view(stored).substr(second + 1), parts.hash);
}

} // namespace

Result<std::string> hash_password(std::string_view password, const PasswordCost& cost) {
  const std::string salt = random_bytes(kSaltBytes);
  if (cost.suite == PasswordSuite::pbkdf2_sm3) {
    const std::string hash = pbkdf2(password, salt, cost.rounds);
    if (hash.empty()) return hashing_failed();
    return fmt::format("{}{}${}${}", kPbkdf2, cost.rounds, base64url(salt), base64url(hash));
  }
  std::array<char, 256> encoded{};
  if (argon2id_hash_encoded(cost.passes, cost.memory_kib, 1, password.data(), password.size(), salt.data(), salt.size(),
                            kHashBytes, encoded.data(), encoded.size()) != ARGON2_OK)
    return hashing_failed();
  return std::string(encoded.data());
}

bool verify_password(std::string_view password, const std::string& stored) {
  Pbkdf2Parts parts;
  if (read(stored, parts)) return equal_in_constant_time(pbkdf2(password, parts.salt, parts.rounds), parts.hash);
  return stored.rfind("$argon2id$", 0) == 0 &&
         argon2id_verify(stored.c_str(), password.data(), password.size()) == ARGON2_OK;
}

bool needs_rehash(const std::string& stored, const PasswordCost& cost) {
  Pbkdf2Parts parts;
  if (read(stored, parts)) return cost.suite != PasswordSuite::pbkdf2_sm3 || parts.rounds < cost.rounds;
  unsigned int memory = 0, passes = 0;
  if (std::sscanf(stored.c_str(), "$argon2id$v=19$m=%u,t=%u,", &memory, &passes) != 2) return true;
  return cost.suite != PasswordSuite::argon2id || memory < cost.memory_kib || passes < cost.passes;
}

} // namespace onebudget::crypto
