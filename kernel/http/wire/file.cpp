#include "kernel/http/wire/file.hpp"

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace onebudget::http {

struct File::Descriptor {
  int fd = -1;
  Descriptor() = default;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

namespace {

Fault file_fault(const std::string& what, int error) {
  const std::string why = std::generic_category().message(error);
  return fault(error == ENOENT ? FaultKind::not_found : FaultKind::internal, "http.file",
               {"文件 " + what + " 无法使用：" + why + "。请检查磁盘空间与权限。",
                "File " + what + " cannot be used: " + why + ". Check disk space and permissions."});
}

} // namespace

Result<File> File::open(const std::string& path) {
  auto descriptor = std::make_shared<Descriptor>();
  descriptor->fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor->fd < 0) return file_fault(path, errno);
  struct stat about {};
  if (::fstat(descriptor->fd, &about) != 0 || !S_ISREG(about.st_mode)) return file_fault(path, EINVAL);
  File file;
  file.descriptor_ = std::move(descriptor);
  return file;
}

Result<File> File::unnamed(const std::string& directory) {
  auto descriptor = std::make_shared<Descriptor>();
  descriptor->fd = ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor->fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) {
    std::string name = directory + "/spool-XXXXXX";
    descriptor->fd = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor->fd >= 0) ::unlink(name.c_str());
  }
  if (descriptor->fd < 0) return file_fault(directory, errno);
  File file;
  file.descriptor_ = std::move(descriptor);
  return file;
}

int File::descriptor() const { return descriptor_ ? descriptor_->fd : -1; }

std::uint64_t File::size() const {
  struct stat about {};
  if (!descriptor_ || ::fstat(descriptor_->fd, &about) != 0) return 0;
  return static_cast<std::uint64_t>(about.st_size);
}

Result<void> File::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(descriptor(), bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return file_fault("(spool)", errno);
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return {};
}

Result<std::size_t> File::read_at(std::uint64_t offset, char* buffer, std::size_t size) const {
  for (;;) {
    const ssize_t got = ::pread(descriptor(), buffer, size, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return file_fault("(spool)", errno);
    return static_cast<std::size_t>(got);
  }
}

} // namespace onebudget::http
