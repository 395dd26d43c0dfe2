#include "kernel/host/package/unpack.hpp"

#include <Poco/InflatingStream.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <istream>
#include <set>
#include <streambuf>
#include <system_error>

#include "sdk/declarations/package/manifest.hpp"

namespace onebudget::host {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kBlock = 512;
using Header = std::array<char, kBlock>;

Fault bad(const std::string& zh, const std::string& en) {
  return fault(FaultKind::rule, "host.package",
               {"插件包无效：" + zh + "。请用 obsdk pack 重新打包。",
                "The package is invalid: " + en + ". Pack it again with obsdk pack."});
}
Fault large() {
  return fault(FaultKind::too_large, "host.package_large",
               {"插件包解开后文件过多或过大。请精简后重新打包。",
                "The package holds too many or too large files. Make it smaller and pack it again."});
}

/// The source as a stream; its fault is kept, because a stream only knows "bad".
class SourceBuffer final : public std::streambuf {
 public:
  explicit SourceBuffer(const PackageSource& source) : source_(source) {}
  Result<void> state;

 protected:
  int_type underflow() override {
    auto got = source_(bytes_.data(), bytes_.size());
    if (!got) state = std::move(got).fault();
    if (!state || *got == 0) return traits_type::eof();
    setg(bytes_.data(), bytes_.data(), bytes_.data() + *got);
    return traits_type::to_int_type(bytes_[0]);
  }

 private:
  const PackageSource& source_;
  std::array<char, 65'536> bytes_{};
};

std::string text(const Header& header, std::size_t at, std::size_t size) {
  const auto* begin = header.data() + at;
  return {begin, std::find(begin, begin + size, '\0')};
}

/// An octal number of a header; nothing else is a number there.
bool number(const Header& header, std::size_t at, std::size_t size, std::uint64_t& out) {
  out = 0;
  const auto digits = text(header, at, size);
  std::size_t used = 0;
  for (const char c : digits) {
    if (c == ' ' && used > 0) return true;
    if (c < '0' || c > '7' || ++used > 11) return false;
    out = out * 8 + static_cast<std::uint64_t>(c - '0');
  }
  return used > 0;
}

bool checksum_holds(const Header& header) {
  std::uint64_t wanted = 0, sum = 0;
  if (!number(header, 148, 8, wanted)) return false;
  for (std::size_t i = 0; i < kBlock; ++i)
    sum += i >= 148 && i < 156 ? static_cast<std::uint64_t>(' ') : static_cast<unsigned char>(header[i]);
  return sum == wanted;
}

/// <id>/<version>/ and names of letters, digits, dot, hyphen and underscore that do not begin with a dot.
bool plain_path(const std::string& path, Unpacked& out) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= path.size();) {
    const auto end = std::min(path.find('/', at), path.size());
    parts.push_back(path.substr(at, end - at));
    at = end + 1;
  }
  if (parts.size() < 3 || parts.size() > 12) return false;
  for (const auto& part : parts) {
    const bool plain = !part.empty() && part.front() != '.' && std::ranges::all_of(part, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
             c == '_' || c == '+';
    });
    if (!plain) return false;
  }
  if (out.id.empty()) out = {parts[0], parts[1], 0};
  return parts[0] == out.id && parts[1] == out.version && declarations::valid_plugin_id(out.id) &&
         declarations::Version::parse(out.version);
}

Result<void> write_file(std::istream& in, const fs::path& path, std::uint64_t size) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  std::ofstream out(path, std::ios::binary);
  std::array<char, 65'536> buffer{};
  std::uint64_t left = size;
  while (left > 0) {
    const auto part = static_cast<std::streamsize>(std::min<std::uint64_t>(left, buffer.size()));
    if (!in.read(buffer.data(), part)) return bad("在文件中间结束", "it ends inside a file");
    out.write(buffer.data(), part);
    left -= static_cast<std::uint64_t>(part);
  }
  in.ignore(static_cast<std::streamsize>((kBlock - size % kBlock) % kBlock));
  out.close();
  if (out) return {};
  return fault(FaultKind::unavailable, "host.store",
               {"插件包无法写入磁盘。请检查 data.dir 的权限和磁盘空间。",
                "The package cannot be written. Check the permissions of data.dir and the disk."});
}

Result<Unpacked> read_archive(std::istream& in, const std::string& folder, const PackageLimits& limits) {
  Unpacked out;
  std::set<std::string> names;
  std::uint64_t all = 0;
  Header header;
  while (in.read(header.data(), header.size())) {
    if (std::ranges::all_of(header, [](char c) { return c == '\0'; })) break;
    if (text(header, 257, 5) != "ustar" || !checksum_holds(header))
      return bad("不是 ustar 归档", "it is no ustar archive");
    const auto prefix = text(header, 345, 155);
    const auto name = (prefix.empty() ? "" : prefix + "/") + text(header, 0, 100);
    std::uint64_t size = 0;
    if (!number(header, 124, 12, size)) return bad("文件大小有误", "the size of a file is wrong");
    if (header[156] != '0' && header[156] != '\0')
      return bad("只能包含普通文件：" + name.substr(0, 100), "only plain files may be in it: " + name.substr(0, 100));
    if (!plain_path(name, out))
      return bad("文件名不允许：" + name.substr(0, 100), "a name is not allowed: " + name.substr(0, 100));
    if (!names.insert(name).second) return bad("文件重复：" + name, "a file is there twice: " + name);
    all += size;
    if (names.size() > limits.files || size > limits.file_bytes || all > limits.all_bytes) return large();
    OB_CHECK(write_file(in, fs::path(folder) / name, size));
  }
  out.files = names.size();
  if (out.files == 0) return bad("是空的", "it is empty");
  return out;
}

} // namespace

Result<Unpacked> unpack(const PackageSource& source, const std::string& folder, const PackageLimits& limits) {
  SourceBuffer buffer(source);
  std::istream packed(&buffer);
  Poco::InflatingInputStream plain(packed, Poco::InflatingStreamBuf::STREAM_GZIP);
  auto out = read_archive(plain, folder, limits);
  if (!buffer.state) return std::move(buffer.state).fault();
  return out;
}

} // namespace onebudget::host
