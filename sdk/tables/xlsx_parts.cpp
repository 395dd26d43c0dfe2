#include "sdk/tables/xlsx_parts.hpp"

#include <fmt/format.h>
#include <array>

namespace onebudget::tables {

namespace {
constexpr std::size_t kPiece = 64 * 1024;
constexpr std::size_t kRatio = 200; ///< an honest sheet deflates about 10 to 30 times
constexpr int kDepth = 64;
} // namespace

Fault bad_workbook(std::string_view why_zh, std::string_view why_en) {
  return fault(
      FaultKind::malformed, "exchange.workbook",
      {fmt::format("无法读取该 Excel 文件：{}。请用导入模板重新保存为 .xlsx 后再试。", why_zh),
       fmt::format("The workbook cannot be read: {}. Save it again as .xlsx from the import template.", why_en)});
}

std::string_view attribute(const XML_Char** attributes, std::string_view name) {
  for (; attributes != nullptr && *attributes != nullptr; attributes += 2)
    if (name == attributes[0]) return attributes[1];
  return {};
}

std::string_view local(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

struct XmlCallbacks {
  static void start(void* self, const XML_Char* name, const XML_Char** attributes) {
    auto* part = static_cast<XmlPart*>(self);
    if (++part->depth_ > kDepth) {
      part->too_deep_ = true;
      XML_StopParser(part->parser_, XML_FALSE);
      return;
    }
    if (part->handlers_.start) part->handlers_.start(local(name), attributes);
  }
  static void end(void* self, const XML_Char* name) {
    auto* part = static_cast<XmlPart*>(self);
    --part->depth_;
    if (part->handlers_.end) part->handlers_.end(local(name));
  }
  static void text(void* self, const XML_Char* text, int length) {
    auto* part = static_cast<XmlPart*>(self);
    if (part->handlers_.text) part->handlers_.text(std::string_view(text, static_cast<std::size_t>(length)));
  }
  static void doctype(void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) {
    auto* part = static_cast<XmlPart*>(self);
    part->doctype_ = true;
    XML_StopParser(part->parser_, XML_FALSE);
  }
};

XmlPart::XmlPart(zip_t* archive, const std::string& name, std::size_t* allowance, XmlHandlers handlers)
    : allowance_(allowance), handlers_(std::move(handlers)) {
  zip_stat_t stat{};
  if (zip_stat(archive, name.c_str(), 0, &stat) != 0) return;
  compressed_ = static_cast<std::size_t>(stat.comp_size);
  file_ = zip_fopen(archive, name.c_str(), 0);
  parser_ = XML_ParserCreate("UTF-8");
  XML_SetUserData(parser_, this);
  XML_SetElementHandler(parser_, XmlCallbacks::start, XmlCallbacks::end);
  XML_SetCharacterDataHandler(parser_, XmlCallbacks::text);
  XML_SetStartDoctypeDeclHandler(parser_, XmlCallbacks::doctype);
}

XmlPart::~XmlPart() {
  if (parser_ != nullptr) XML_ParserFree(parser_);
  if (file_ != nullptr) zip_fclose(file_);
}

Result<bool> XmlPart::step() {
  std::array<char, kPiece> buffer{};
  const zip_int64_t got = zip_fread(file_, buffer.data(), buffer.size());
  if (got < 0) return bad_workbook("压缩内容已损坏", "its compressed content is damaged");
  const auto size = static_cast<std::size_t>(got);
  inflated_ += size;
  // Real bytes are counted, never what the archive's headers claim.
  if (size > *allowance_ || inflated_ > compressed_ * kRatio + (std::size_t{1} << 20))
    return bad_workbook("解压后的内容过大", "it inflates to far too much");
  *allowance_ -= size;
  if (XML_Parse(parser_, buffer.data(), static_cast<int>(size), size == 0 ? 1 : 0) != XML_STATUS_OK) {
    if (doctype_) return bad_workbook("其中含有不允许的 DOCTYPE 声明", "it holds a DOCTYPE, which is not allowed");
    if (too_deep_) return bad_workbook("其中的嵌套过深", "it is nested too deeply");
    return bad_workbook("其中的 XML 不正确", "its XML is not well-formed");
  }
  return size > 0;
}

Result<void> XmlPart::all() {
  while (true) {
    OB_TRY(const bool more, step());
    if (!more) return {};
  }
}

} // namespace onebudget::tables
