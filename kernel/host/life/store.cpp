#include "kernel/host/life/store.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "kernel/crypto/crypto.hpp"
#include "sdk/declarations/package/file.hpp"
#include "sdk/inspection/inspect.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::host {
namespace {

Fault store_fault(const std::string& path, const std::string& why) {
  return fault(FaultKind::unavailable, "host.store",
               {"插件库目录不可用（" + path + "：" + why + "）。请检查目录权限和磁盘空间。",
                "The store of plugin libraries cannot be used (" + path + ": " + why +
                    "). Check its permissions and the disk."});
}
std::string error_text() { return std::generic_category().message(errno); }

} // namespace

std::string sha256_hex(std::string_view bytes) { return to_hex(crypto::sha256(bytes)); }

Result<std::string> Store::put(std::string_view bytes) {
  namespace fs = std::filesystem;
  const auto digest = sha256_hex(bytes);
  std::error_code error;
  const fs::path folder = fs::absolute(fs::path(directory_), error) / digest;
  fs::create_directories(folder, error);
  if (error) return store_fault(folder.string(), error.message());
  const auto path = (folder / "plugin.so").string();
  if (!fs::exists(path, error)) {
    // Written under another name and renamed, so that a crash or a second server never leaves half a file at the path.
    const auto part = path + "." + std::to_string(::getpid()) + ".part";
    static_cast<void>(::unlink(part.c_str()));
    const declarations::Descriptor file(
        ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0400));
    if (file.get() < 0) return store_fault(part, error_text());
    std::size_t done = 0;
    while (done < bytes.size()) {
      const auto put = ::write(file.get(), bytes.data() + done, bytes.size() - done);
      if (put < 0 && errno == EINTR) continue;
      if (put <= 0) return store_fault(part, error_text());
      done += static_cast<std::size_t>(put);
    }
    if (::fsync(file.get()) != 0 || ::rename(part.c_str(), path.c_str()) != 0) return store_fault(part, error_text());
  }
  OB_TRY(const auto copy, declarations::read_file(path, inspection::kLibraryBytes));
  if (sha256_hex(copy) != digest) return store_fault(path, "SHA-256 不符 / digest differs");
  return path;
}

} // namespace onebudget::host
