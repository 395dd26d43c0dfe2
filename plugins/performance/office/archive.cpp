#include "plugins/performance/office/archive.hpp"

#include <zip.h>

#include <memory>

namespace onebudget::performance {

namespace {

constexpr std::size_t kMostInflated = std::size_t{4} << 20;
constexpr zip_int64_t kMostEntries = 200;
/// 1980-01-01, the first day that a ZIP can name: archives carry no clock.
constexpr zip_uint16_t kMidnight = 0, kDay = 0x0021;

using Source = std::unique_ptr<zip_source_t, decltype(&zip_source_free)>;
using Archive = std::unique_ptr<zip_t, decltype(&zip_discard)>;
using File = std::unique_ptr<zip_file_t, decltype(&zip_fclose)>;

/// An archive over a source, which must outlive it; a reference to the source of its own is what zip_open takes.
Archive open(const Source& source, int flags) {
  if (!source) return {nullptr, &zip_discard};
  zip_source_keep(source.get());
  Archive archive(zip_open_from_source(source.get(), flags, nullptr), &zip_discard);
  if (!archive) zip_source_free(source.get());
  return archive;
}

bool leaves(const std::string& name) {
  return name.empty() || name.front() == '/' || name.find("..") != std::string::npos ||
         name.find('\\') != std::string::npos;
}

/// What an archive that was just closed left in its source.
std::string bytes_of(zip_source_t* source) {
  std::string out;
  zip_stat_t size;
  if (zip_source_stat(source, &size) != 0 || zip_source_open(source) != 0) return out;
  out.resize(size.size);
  if (zip_source_read(source, out.data(), out.size()) != static_cast<zip_int64_t>(out.size())) out.clear();
  zip_source_close(source);
  return out;
}

/// One entry, at most `left` bytes of it; its checksum is looked at by libzip behind the last byte.
Result<std::string> content_of(zip_t* archive, zip_uint64_t index, std::size_t left) {
  zip_stat_t stat;
  if (zip_stat_index(archive, index, 0, &stat) != 0) return bad_docx("目录已损坏", "its directory is damaged");
  if (stat.encryption_method != ZIP_EM_NONE) return bad_docx("文件已加密", "it is encrypted");
  if (stat.size > left) return bad_docx("内容过大", "it is too large");
  const File file(zip_fopen_index(archive, index, 0), &zip_fclose);
  if (!file) return bad_docx("内容不完整或压缩方式不支持", "it is cut off, or its compression is not known");
  std::string out(stat.size + 1, '\0'); // one more than it says: the end is looked for
  std::size_t size = 0;
  while (true) {
    const zip_int64_t got = zip_fread(file.get(), out.data() + size, out.size() - size);
    if (got < 0) return bad_docx("内容不完整或校验和不符", "it is cut off, or a checksum does not hold");
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
    if (size > stat.size) return bad_docx("内容过大", "it is larger than it says");
  }
  out.resize(size);
  return out;
}

} // namespace

Fault bad_docx(const char* zh, const char* en) {
  return fault(FaultKind::rule, "performance.report_docx",
               {std::string("无法读取该 .docx 模板：") + zh + "。请用文字处理软件另存为 .docx 后再试。",
                std::string("The .docx template cannot be read: ") + en + ". Save it again as .docx."});
}

std::string zip_of(const std::vector<Part>& parts) {
  const Source source(zip_source_buffer_create(nullptr, 0, 0, nullptr), &zip_source_free);
  Archive archive = open(source, ZIP_CREATE | ZIP_TRUNCATE);
  if (!archive) return "";
  for (const Part& part : parts) {
    zip_source_t* bytes = zip_source_buffer(archive.get(), part.bytes.data(), part.bytes.size(), 0);
    const zip_int64_t at = zip_file_add(archive.get(), part.name.c_str(), bytes, ZIP_FL_ENC_UTF_8);
    if (at < 0) {
      zip_source_free(bytes);
      return "";
    }
    const auto index = static_cast<zip_uint64_t>(at);
    zip_set_file_compression(archive.get(), index, ZIP_CM_DEFLATE, 0);
    zip_file_set_dostime(archive.get(), index, kMidnight, kDay, 0);
  }
  if (zip_close(archive.get()) != 0) return "";
  static_cast<void>(archive.release());
  return bytes_of(source.get());
}

Result<std::vector<Part>> unzip(std::string_view bytes) {
  const Source source(zip_source_buffer_create(bytes.data(), bytes.size(), 0, nullptr), &zip_source_free);
  const Archive archive = open(source, ZIP_RDONLY | ZIP_CHECKCONS);
  if (!archive || bytes.empty()) return bad_docx("不是 .docx 文件或已损坏", "it is no .docx, or damaged");
  const zip_int64_t count = zip_get_num_entries(archive.get(), 0);
  if (count > kMostEntries) return bad_docx("条目过多", "it has too many entries");
  std::size_t left = kMostInflated;
  std::vector<Part> parts;
  for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(count); ++i) {
    const char* name = zip_get_name(archive.get(), i, ZIP_FL_ENC_GUESS);
    Part part{name == nullptr ? "" : name, ""};
    if (leaves(part.name)) return bad_docx("条目名称不允许", "the name of an entry is not allowed");
    OB_TRY(part.bytes, content_of(archive.get(), i, left));
    left -= part.bytes.size();
    parts.push_back(std::move(part));
  }
  return parts;
}

} // namespace onebudget::performance
