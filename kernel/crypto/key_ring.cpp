#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>

#include "kernel/crypto/crypto.hpp"
#include "kernel/crypto/evp.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::crypto {

namespace {

constexpr char kVersion = 1, kSm4CtrHmacSm3 = 1;
constexpr std::size_t kNonce = 16, kTag = 32, kIdBytes = 8, kHeader = 2 + kIdBytes;

Fault ring_fault(const std::string& file, std::string_view zh, std::string_view en) {
  return fault(FaultKind::internal, "crypto.key_ring",
               {fmt::format("密钥文件 {}：{}", file, zh), fmt::format("Key file {}: {}", file, en)});
}

Fault not_sealed() {
  return fault(
      FaultKind::internal, "crypto.sealed",
      {"密文无法解开：密钥不符或内容被改动。", "The sealed value does not open: another key, or it was changed."});
}

/// Empty when `hex` is not an even number of hex digits.
std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    unsigned int byte = 0;
    const auto [end, error] = std::from_chars(hex.data() + i, hex.data() + i + 2, byte, 16);
    if (error != std::errc() || end != hex.data() + i + 2) return {};
    bytes.push_back(static_cast<char>(byte));
  }
  return bytes;
}

/// SM4 in counter mode both ways.
bool sm4_ctr(std::string_view key, std::string_view nonce, std::string_view in, std::string& out) {
  const CipherContext context(EVP_CIPHER_CTX_new());
  out.resize(in.size());
  int size = 0;
  return context && EVP_EncryptInit_ex(context.get(), EVP_sm4_ctr(), nullptr, octets(key), octets(nonce)) == 1 &&
         EVP_EncryptUpdate(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, octets(in),
                           static_cast<int>(in.size())) == 1;
}

std::string tag_of(std::string_view key, std::string_view body, std::string_view context) {
  // The lengths go in, so that no byte can wander between body and context.
  return hmac_sm3(key, fmt::format("{}:{}:", body.size(), context.size()) + std::string(body) + std::string(context));
}

} // namespace

struct KeyRing::State {
  /// 32 bytes, and what is derived from them for each use.
  struct Key {
    explicit Key(std::string bytes)
        : whole(std::move(bytes)),
          cipher(hmac_sm3(whole, "cipher").substr(0, 16)),
          tag(hmac_sm3(whole, "tag")),
          digest(hmac_sm3(whole, "digest")) {}
    std::string whole, cipher, tag, digest;
  };

  std::string file, current;
  std::map<std::string, Key> keys; ///< by id
  mutable std::mutex lock;

  [[nodiscard]] Result<void> save() const {
    std::string text;
    for (const auto& [id, key] : keys)
      text += fmt::format("{} {} {}\n", id == current ? "current" : "old", id, to_hex(key.whole));
    const std::string fresh = file + ".new";
    const int handle = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (handle < 0) return ring_fault(file, "无法写入", "cannot be written");
    const bool written =
        ::write(handle, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(handle) == 0;
    ::close(handle);
    if (!written || ::rename(fresh.c_str(), file.c_str()) != 0)
      return ring_fault(file, "无法写入", "cannot be written");
    return {};
  }

  void add() {
    current = to_hex(random_bytes(kIdBytes / 2));
    keys.emplace(current, random_bytes(32));
  }
};

KeyRing::KeyRing() : state_(std::make_unique<State>()) {}
KeyRing::~KeyRing() = default;

Result<std::unique_ptr<KeyRing>> KeyRing::open(const std::string& file, bool create) {
  std::unique_ptr<KeyRing> ring(new KeyRing());
  State& state = *ring->state_;
  state.file = file;
  struct stat info {};
  if (::stat(file.c_str(), &info) != 0) {
    if (errno != ENOENT) return ring_fault(file, "无法读取", "cannot be read");
    if (!create)
      return ring_fault(file, "不存在，而数据库中已有用它加密的值；请从密钥备份恢复该文件",
                        "is not there, and the database holds values sealed with it; restore the file from its copy");
    state.add();
    OB_CHECK(state.save());
    return ring;
  }
  if ((info.st_mode & 077U) != 0)
    return ring_fault(file, "其他人可读，请执行 chmod 600", "others may read it; run chmod 600");
  std::ifstream in(file);
  std::string kind, id, hex;
  while (in >> kind >> id >> hex) {
    const std::string key = from_hex(hex);
    if (id.size() != kIdBytes || key.size() != 32) return ring_fault(file, "内容损坏", "is damaged");
    state.keys.emplace(id, key);
    if (kind == "current") state.current = id;
  }
  if (state.current.empty()) return ring_fault(file, "没有当前密钥", "names no current key");
  return ring;
}

Result<void> KeyRing::rotate() {
  const std::lock_guard guard(state_->lock);
  const std::string before = state_->current;
  state_->add();
  auto saved = state_->save();
  if (!saved) {
    state_->keys.erase(state_->current);
    state_->current = before;
  }
  return saved;
}

std::string KeyRing::current_id() const {
  const std::lock_guard guard(state_->lock);
  return state_->current;
}

std::vector<std::string> KeyRing::ids() const {
  const std::lock_guard guard(state_->lock);
  std::vector<std::string> list{state_->current};
  for (const auto& [id, key] : state_->keys)
    if (id != state_->current) list.push_back(id);
  return list;
}

std::string KeyRing::digest(const std::string& id, std::string_view bytes) const {
  const std::lock_guard guard(state_->lock);
  const auto key = state_->keys.find(id);
  return key == state_->keys.end() ? std::string() : to_hex(hmac_sm3(key->second.digest, bytes).substr(0, 16));
}

Result<std::string> KeyRing::seal(std::string_view plain, std::string_view context) const {
  const std::lock_guard guard(state_->lock);
  const State::Key& key = state_->keys.at(state_->current);
  std::string body{kVersion, kSm4CtrHmacSm3};
  body += state_->current;
  const std::string nonce = random_bytes(kNonce);
  body += nonce;
  std::string cipher;
  if (!sm4_ctr(key.cipher, nonce, plain, cipher)) return not_sealed();
  body += cipher;
  return body + tag_of(key.tag, body, context);
}

Result<std::string> KeyRing::open_sealed(std::string_view sealed, std::string_view context) const {
  const std::lock_guard guard(state_->lock);
  if (sealed.size() < kHeader + kNonce + kTag || sealed[0] != kVersion || sealed[1] != kSm4CtrHmacSm3)
    return not_sealed();
  const auto key = state_->keys.find(std::string(sealed.substr(2, kIdBytes)));
  if (key == state_->keys.end()) return not_sealed();
  const std::string_view body = sealed.substr(0, sealed.size() - kTag);
  if (!equal_in_constant_time(tag_of(key->second.tag, body, context), sealed.substr(body.size()))) return not_sealed();
  std::string plain;
  if (!sm4_ctr(key->second.cipher, body.substr(kHeader, kNonce), body.substr(kHeader + kNonce), plain))
    return not_sealed();
  return plain;
}

} // namespace onebudget::crypto
