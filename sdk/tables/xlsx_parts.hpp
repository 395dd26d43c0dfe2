#pragma once
// The parts of an XLSX package, read with limits. Internal to exchange.

#include <expat.h>
#include <zip.h>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sdk/tables/tables.hpp"

namespace onebudget::tables {

Fault bad_workbook(std::string_view why_zh, std::string_view why_en);

/// The attribute of an element, or empty. Expat gives attributes as name, value, …, null.
std::string_view attribute(const XML_Char** attributes, std::string_view name);
/// A name without its namespace prefix.
std::string_view local(std::string_view name);

struct XmlHandlers {
  std::function<void(std::string_view element, const XML_Char** attributes)> start;
  std::function<void(std::string_view element)> end;
  std::function<void(std::string_view text)> text;
};

/// One part of the package fed to a streaming XML parser. DOCTYPE is refused. Nothing is kept but what the handlers
/// keep.
class XmlPart {
 public:
  XmlPart(zip_t* archive, const std::string& name, std::size_t* allowance, XmlHandlers handlers);
  ~XmlPart();
  XmlPart(const XmlPart&) = delete;
  XmlPart& operator=(const XmlPart&) = delete;
  [[nodiscard]] bool exists() const { return file_ != nullptr; }
  /// Reads and parses the next piece; false at the end.
  Result<bool> step();
  Result<void> all();

 private:
  zip_file_t* file_ = nullptr;
  XML_Parser parser_ = nullptr;
  std::size_t* allowance_;
  std::size_t compressed_ = 0, inflated_ = 0;
  int depth_ = 0;
  bool doctype_ = false, too_deep_ = false;
  XmlHandlers handlers_;
  friend struct XmlCallbacks;
};

} // namespace onebudget::tables
