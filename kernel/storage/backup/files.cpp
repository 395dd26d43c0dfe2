#include "kernel/storage/backup/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "kernel/crypto/crypto.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::storage {
namespace {

/// An open file descriptor.
class Descriptor {
 public:
  Descriptor(const std::string& path, int flags) : number_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_;
};

std::string why(const std::string& path) { return path + ": " + std::strerror(errno); }

using Buffer = std::array<char, 128 * 1024>;

bool write_all(int file, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(file, data, size);
    if (written < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    data += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

} // namespace

Fault damaged_fault(const std::string& what) {
  return fault(FaultKind::rule, "storage.backup_damaged",
               {"备份不完整或已损坏,请使用另一份备份:" + what, "The backup is damaged; use another one: " + what});
}

Fault absent_fault(const std::string& what) {
  return fault(FaultKind::not_found, "storage.absent", {"不存在:" + what, "There is no " + what});
}

Fault exists_fault(const std::string& what) {
  return fault(FaultKind::conflict, "storage.exists",
               {"目标已有内容,不会覆盖;请换一个空的位置:" + what,
                "The target holds something and is not overwritten; choose an empty place: " + what});
}

Fault file_fault(const std::string& what) {
  return fault(FaultKind::unavailable, "storage.io",
               {"读写文件失败,请检查磁盘与权限:" + what,
                "Reading or writing a file failed; check the disk and permissions: " + what});
}

Result<std::string> file_digest(const std::string& path, std::int64_t& bytes) {
  const Descriptor file(path, O_RDONLY);
  if (!file) return errno == ENOENT ? absent_fault(path) : file_fault(why(path));
  crypto::Digest digest(crypto::Digest::Kind::sm3);
  const auto buffer = std::make_unique<Buffer>();
  bytes = 0;
  for (;;) {
    const ssize_t got = ::read(file.get(), buffer->data(), buffer->size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return file_fault(why(path));
    if (got == 0) return to_hex(digest.finish());
    digest.add({buffer->data(), static_cast<std::size_t>(got)});
    bytes += got;
  }
}

Result<std::string> read_small(const std::string& path, std::size_t limit) {
  const Descriptor file(path, O_RDONLY);
  if (!file) return errno == ENOENT ? absent_fault(path) : file_fault(why(path));
  std::string content(limit + 1, '\0');
  std::size_t size = 0;
  while (size < content.size()) {
    const ssize_t got = ::read(file.get(), content.data() + size, content.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return file_fault(why(path));
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > limit) return damaged_fault(path);
  content.resize(size);
  return content;
}

Result<void> write_new(const std::string& path, const std::string& content) {
  const Descriptor file(path, O_WRONLY | O_CREAT | O_EXCL);
  if (!file) return errno == EEXIST ? exists_fault(path) : file_fault(why(path));
  if (!write_all(file.get(), content.data(), content.size()) || ::fsync(file.get()) != 0) return file_fault(why(path));
  return {};
}

Result<void> copy_new(const std::string& from, const std::string& to) {
  const Descriptor source(from, O_RDONLY);
  if (!source) return file_fault(why(from));
  const std::string part = to + ".part";
  bool made = false;
  const auto copy = [&]() -> Result<void> {
    const Descriptor target(part, O_WRONLY | O_CREAT | O_EXCL);
    if (!target) return errno == EEXIST ? exists_fault(part) : file_fault(why(part));
    made = true;
    const auto buffer = std::make_unique<Buffer>();
    for (;;) {
      const ssize_t got = ::read(source.get(), buffer->data(), buffer->size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return file_fault(why(from));
      if (got == 0) break;
      if (!write_all(target.get(), buffer->data(), static_cast<std::size_t>(got))) return file_fault(why(part));
    }
    if (::fsync(target.get()) != 0) return file_fault(why(part));
    // A hard link, unlike a rename, never replaces what came there meanwhile.
    if (::link(part.c_str(), to.c_str()) != 0) return errno == EEXIST ? exists_fault(to) : file_fault(why(to));
    return {};
  };
  auto done = copy();
  if (made) ::unlink(part.c_str());
  if (!done) return done;
  const std::size_t slash = to.rfind('/');
  return flush(slash == std::string::npos ? "." : to.substr(0, slash + 1));
}

Result<void> flush(const std::string& path) {
  const Descriptor file(path, O_RDONLY);
  if (!file || ::fsync(file.get()) != 0) return file_fault(why(path));
  return {};
}

} // namespace onebudget::storage
