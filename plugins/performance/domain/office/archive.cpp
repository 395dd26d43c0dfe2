#include "plugins/performance/domain/office/archive.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace onebudget::performance {

namespace {

constexpr std::size_t kMostInflated = std::size_t{4} << 20, kMostEntries = 200;
constexpr std::uint32_t kLocal = 0x04034b50, kCentral = 0x02014b50, kEnd = 0x06054b50;
/// 1980-01-01, the first day that a ZIP can name: archives carry no clock.
constexpr std::uint16_t kDay = 0x0021;

std::uint32_t crc_of(std::string_view bytes) {
  static const std::array<std::uint32_t, 256> kTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      std::uint32_t value = i;
      for (int bit = 0; bit < 8; ++bit) value = (value & 1U) != 0 ? 0xEDB88320U ^ (value >> 1U) : value >> 1U;
      table[i] = value;
    }
    return table;
  }();
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char c : bytes) crc = kTable[(crc ^ static_cast<unsigned char>(c)) & 0xFFU] ^ (crc >> 8U);
  return ~crc;
}

void put(std::string& out, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFFU);
}

std::uint32_t get(std::string_view bytes, std::size_t at, int count) {
  std::uint32_t value = 0;
  for (int i = 0; i < count; ++i)
    value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(i)])) << (8 * i);
  return value;
}

/// What local header and directory have in common, from the version needed to the length of the name.
void put_entry(std::string& out, const Part& part, std::uint32_t crc) {
  const auto size = static_cast<std::uint32_t>(part.bytes.size());
  put(out, 20, 2);
  put(out, 0x0800, 2); // names are UTF-8
  put(out, 0, 2);      // stored
  put(out, 0, 2);
  put(out, kDay, 2);
  put(out, crc, 4);
  put(out, size, 4);
  put(out, size, 4);
  put(out, static_cast<std::uint32_t>(part.name.size()), 2);
  put(out, 0, 2);
}

bool leaves(const std::string& name) {
  return name.empty() || name.front() == '/' || name.find("..") != std::string::npos ||
         name.find('\\') != std::string::npos;
}

Result<std::string> bytes_of(std::string_view archive, std::size_t entry, std::size_t left) {
  constexpr std::size_t kHead = 30;
  const std::uint32_t flags = get(archive, entry + 8, 2), method = get(archive, entry + 10, 2);
  const std::uint32_t size = get(archive, entry + 20, 4);
  const std::size_t at = get(archive, entry + 42, 4);
  if ((flags & 1U) != 0) return bad_docx("文件已加密", "it is encrypted");
  if (at + kHead > archive.size() || get(archive, at, 4) != kLocal)
    return bad_docx("目录已损坏", "its directory is damaged");
  const std::size_t begin = at + kHead + get(archive, at + 26, 2) + get(archive, at + 28, 2);
  if (begin > archive.size() || archive.size() - begin < size) return bad_docx("内容不完整", "it is cut off");
  const std::string_view packed = archive.substr(begin, size);
  std::string out;
  if (method == 8) {
    OB_TRY(out, inflate(packed, left));
  } else if (method == 0 && packed.size() <= left) {
    out = packed;
  } else {
    return bad_docx("压缩方式不支持或内容过大", "its compression is not known, or it is too large");
  }
  if (crc_of(out) != get(archive, entry + 16, 4)) return bad_docx("校验和不符", "a checksum does not hold");
  return out;
}

} // namespace

Fault bad_docx(const char* zh, const char* en) {
  return fault(FaultKind::rule, "performance.report_docx",
               {std::string("无法读取该 .docx 模板：") + zh + "。请用文字处理软件另存为 .docx 后再试。",
                std::string("The .docx template cannot be read: ") + en + ". Save it again as .docx."});
}

std::string zip_of(const std::vector<Part>& parts) {
  std::string out, directory;
  for (const Part& part : parts) {
    const std::uint32_t crc = crc_of(part.bytes);
    const auto at = static_cast<std::uint32_t>(out.size());
    put(out, kLocal, 4);
    put_entry(out, part, crc);
    out += part.name;
    out += part.bytes;
    put(directory, kCentral, 4);
    put(directory, 20, 2);
    put_entry(directory, part, crc);
    for (const int bytes : {2, 2, 2, 4}) put(directory, 0, bytes); // comment, disk, attributes
    put(directory, at, 4);
    directory += part.name;
  }
  const auto begin = static_cast<std::uint32_t>(out.size());
  const auto count = static_cast<std::uint32_t>(parts.size());
  out += directory;
  put(out, kEnd, 4);
  put(out, 0, 4);
  put(out, count, 2);
  put(out, count, 2);
  put(out, static_cast<std::uint32_t>(directory.size()), 4);
  put(out, begin, 4);
  put(out, 0, 2);
  return out;
}

Result<std::vector<Part>> unzip(std::string_view archive) {
  constexpr std::size_t kEndSize = 22, kEntrySize = 46, kLongestComment = 65'535;
  if (archive.size() < kEndSize) return bad_docx("不是 .docx 文件", "it is no .docx");
  std::size_t end = archive.size() - kEndSize;
  const std::size_t first = end > kLongestComment ? end - kLongestComment : 0;
  while (end > first && get(archive, end, 4) != kEnd) --end;
  if (get(archive, end, 4) != kEnd) return bad_docx("不是 .docx 文件", "it is no .docx");
  const std::size_t count = get(archive, end + 10, 2);
  std::size_t at = get(archive, end + 16, 4), left = kMostInflated;
  if (count > kMostEntries) return bad_docx("条目过多", "it has too many entries");
  std::vector<Part> parts;
  for (std::size_t i = 0; i < count; ++i) {
    if (at + kEntrySize > archive.size() || get(archive, at, 4) != kCentral)
      return bad_docx("目录已损坏", "its directory is damaged");
    const std::size_t name = get(archive, at + 28, 2), more = get(archive, at + 30, 2) + get(archive, at + 32, 2);
    if (at + kEntrySize + name + more > archive.size()) return bad_docx("目录已损坏", "its directory is damaged");
    Part part{std::string(archive.substr(at + kEntrySize, name)), ""};
    if (leaves(part.name)) return bad_docx("条目名称不允许", "the name of an entry is not allowed");
    OB_TRY(part.bytes, bytes_of(archive, at, left));
    left -= part.bytes.size();
    parts.push_back(std::move(part));
    at += kEntrySize + name + more;
  }
  return parts;
}

} // namespace onebudget::performance
