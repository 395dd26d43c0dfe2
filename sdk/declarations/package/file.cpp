#include "sdk/declarations/package/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace onebudget::declarations {
namespace {

Fault file_fault(const std::string& path, const std::string& zh, const std::string& en) {
  return fault(FaultKind::rule, "host.file", {"文件 " + path + "：" + zh, path + ": " + en});
}
std::string error_text() { return std::generic_category().message(errno); }

Result<std::string> read_all(int descriptor, const std::string& path, std::size_t size) {
  std::string bytes(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const auto got = ::read(descriptor, bytes.data() + done, size - done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return file_fault(path, "读取时变短或出错。", "it shrank or failed while being read.");
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

} // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

Result<std::string> read_file(const std::string& path, std::size_t most) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (file.get() < 0)
    return file_fault(path, "打不开（" + error_text() + "）。", "cannot be opened (" + error_text() + ").");
  struct stat about {};
  if (::fstat(file.get(), &about) != 0 || !S_ISREG(about.st_mode))
    return file_fault(path, "不是普通文件。", "is not an ordinary file.");
  if (about.st_size < 0 || static_cast<std::size_t>(about.st_size) > most) {
    return file_fault(path, "超过 " + std::to_string(most) + " 字节。",
                      "is larger than " + std::to_string(most) + " bytes.");
  }
  return read_all(file.get(), path, static_cast<std::size_t>(about.st_size));
}

} // namespace onebudget::declarations
