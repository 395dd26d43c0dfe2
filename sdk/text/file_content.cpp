#include "sdk/text/file_content.hpp"

#include <algorithm>
#include <array>

#include "sdk/text/utf8.hpp"

namespace onebudget {

namespace {

constexpr std::size_t kHead = 4096;
constexpr std::size_t kTail = 22 + 65535; ///< the longest end of a ZIP
constexpr std::size_t kParts = std::size_t{128} << 10;
constexpr const char* kText = "text/plain";
constexpr const char* kZip = "application/zip";
constexpr const char* kOle = "application/x-ole-storage";
constexpr const char* kOther = "application/octet-stream";

struct Kind {
  const char* media_type;
  const char *zh, *en;
  const char* extensions; ///< each between blanks
};
constexpr std::array<Kind, 12> kKinds{{
    {"application/pdf", "PDF 文件", "a PDF file", " pdf "},
    {"image/png", "PNG 图片", "a PNG image", " png "},
    {"image/jpeg", "JPEG 图片", "a JPEG image", " jpg jpeg "},
    {"image/gif", "GIF 图片", "a GIF image", " gif "},
    {"image/tiff", "TIFF 图片", "a TIFF image", " tif tiff "},
    {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word 文档", "a Word document",
     " docx "},
    {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel 工作簿", "an Excel workbook",
     " xlsx "},
    {"application/vnd.openxmlformats-officedocument.presentationml.presentation", "PowerPoint 文稿",
     "a PowerPoint presentation", " pptx "},
    {"application/ofd", "OFD 文件", "an OFD file", " ofd "},
    {kOle, "旧版 Office 文件", "an old Office file", " doc xls ppt wps et dps "},
    {kZip, "ZIP 压缩包", "a ZIP archive", " zip "},
    {kText, "文本文件", "a text file", " txt csv tsv json jsonl xml md log ini yaml yml "},
}};
constexpr std::string_view kRuns =
    " exe com dll scr msi bat cmd ps1 vbs vbe js jse wsf hta jar sh so elf apk app pif cpl lnk reg docm xlsm pptm ";

bool begins(std::string_view text, std::string_view with) { return text.substr(0, with.size()) == with; }

bool listed(std::string_view list, const std::string& word) {
  return !word.empty() && list.find(" " + word + " ") != std::string_view::npos;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

const Kind* kind_of(std::string_view media_type) {
  const auto found =
      std::find_if(kKinds.begin(), kKinds.end(), [&](const Kind& kind) { return media_type == kind.media_type; });
  return found == kKinds.end() ? nullptr : &*found;
}

std::uint32_t number(std::string_view bytes, std::size_t at, std::size_t width) {
  std::uint32_t value = 0;
  for (std::size_t i = width; i > 0; --i) value = (value << 8U) | static_cast<unsigned char>(bytes[at + i - 1]);
  return value;
}

/// Names in the central directory, each behind a line end; empty when the end of the archive is not where it should be.
std::string zip_names(std::uint64_t size, const FileBytes& bytes) {
  const std::uint64_t from = size > kTail ? size - kTail : 0;
  const std::string tail = bytes(from, kTail);
  const std::size_t end = tail.rfind("PK\x05\x06");
  if (end == std::string::npos || tail.size() - end < 22) return {};
  const std::string list = bytes(number(tail, end + 16, 4), std::min<std::size_t>(number(tail, end + 12, 4), kParts));
  std::string names = "\n";
  for (std::size_t at = 0; at + 46 <= list.size() && begins(std::string_view(list).substr(at), "PK\x01\x02");) {
    const std::size_t length = number(list, at + 28, 2);
    names += list.substr(at + 46, length) + "\n";
    at += 46 + length + number(list, at + 30, 2) + number(list, at + 32, 2);
  }
  return names;
}

std::string zip_type(const std::string& names, bool& program) {
  const auto holds = [&](const char* part) { return names.find(part) != std::string::npos; };
  program = holds("vbaProject.bin\n") || holds("\nMETA-INF/MANIFEST.MF\n") || holds("\nAndroidManifest.xml\n");
  if (holds("\nOFD.xml\n")) return "application/ofd";
  if (!holds("\n[Content_Types].xml\n")) return kZip;
  if (holds("\nword/")) return kKinds[5].media_type;
  if (holds("\nxl/")) return kKinds[6].media_type;
  return holds("\nppt/") ? kKinds[7].media_type : kZip;
}

bool plain(std::string_view head) {
  const bool utf16 = begins(head, "\xFF\xFE") || begins(head, "\xFE\xFF");
  if (utf16 || head.find('\0') != std::string_view::npos) return utf16;
  return std::none_of(head.begin(), head.end(), [](char c) { // GB18030 is text as well
    return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\x1B';
  });
}

bool runs(std::string_view head) {
  for (const std::string_view magic :
       {std::string_view("\x7F"
                         "ELF"),
        std::string_view("#!"), std::string_view("\xCA\xFE\xBA\xBE"), std::string_view("\xFE\xED\xFA\xCE"),
        std::string_view("\xFE\xED\xFA\xCF"), std::string_view("\xCE\xFA\xED\xFE"),
        std::string_view("\xCF\xFA\xED\xFE"), std::string_view("dex\n"), std::string_view("L\0\0\0\x01\x14\x02", 7)})
    if (begins(head, magic)) return true;
  return begins(head, "MZ") && !plain(head);
}

Fault refused(const char* code, Text message) { return fault(FaultKind::rule, code, std::move(message)); }

} // namespace

FileContent content_of(std::uint64_t size, const FileBytes& bytes) {
  const std::string head = bytes(0, kHead);
  FileContent found{kOther, {"未知类型的文件", "a file of an unknown kind"}, runs(head)};
  if (head.substr(0, 1024).find("%PDF-") != std::string::npos)
    found.media_type = "application/pdf";
  else if (begins(head, "\x89PNG\r\n\x1a\n"))
    found.media_type = "image/png";
  else if (begins(head, "\xFF\xD8\xFF"))
    found.media_type = "image/jpeg";
  else if (begins(head, "GIF87a") || begins(head, "GIF89a"))
    found.media_type = "image/gif";
  else if (begins(head, std::string_view("II*\0", 4)) || begins(head, std::string_view("MM\0*", 4)))
    found.media_type = "image/tiff";
  else if (begins(head, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"))
    found.media_type = kOle;
  else if (begins(head, "PK\x03\x04") || begins(head, "PK\x05\x06"))
    found.media_type = zip_type(zip_names(size, bytes), found.program);
  else if (plain(head))
    found.media_type = kText;
  if (const Kind* kind = kind_of(found.media_type); kind != nullptr) found.title = {kind->zh, kind->en};
  return found;
}

Result<void> check_content(const FileContent& content, std::string_view name, std::string_view declared) {
  const std::size_t dot = name.rfind('.');
  const std::string extension = dot == std::string_view::npos ? "" : lower(name.substr(dot + 1));
  if (content.program || listed(kRuns, extension))
    return refused(
        "file.program",
        {"不能上传程序、脚本或含宏的文档。请另存为不含宏的文档或 PDF 后上传。",
         "Programs, scripts and documents with macros cannot be uploaded. Save a document without macros, or "
         "a PDF, and upload that."});
  for (const Kind& kind : kKinds) {
    const bool says = listed(kind.extensions, extension) ||
                      (kind.media_type != std::string_view(kText) && kind.media_type != std::string_view(kOle) &&
                       lower(declared.substr(0, declared.find(';'))) == kind.media_type);
    if (!says || content.media_type == kind.media_type) continue;
    return refused("file.content",
                   {std::string("这个文件自称是") + kind.zh + "，内容却是" + content.title.zh +
                        "。请改正扩展名，或用相应的软件另存后重新上传。",
                    std::string("This file calls itself ") + kind.en + ", but its content is " + content.title.en +
                        ". Correct its extension, or save it anew with the program that it belongs to."});
  }
  return {};
}

} // namespace onebudget
