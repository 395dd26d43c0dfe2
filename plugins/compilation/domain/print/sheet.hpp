#pragma once
// An official form as a page to print: A4, black lines, headings that repeat on every page, a row for signatures.

#include <string>
#include <utility>
#include <vector>

namespace onebudget::compilation {

/// A name and its value; a wide one takes a whole row.
struct FormField {
  std::string name, value;
  bool wide = false;
};
struct FormColumn {
  std::string title;
  bool number = false;
};
/// Rows under a heading; the last row is a sum when `total`.
struct FormTable {
  std::string caption;
  std::vector<FormColumn> columns;
  std::vector<std::vector<std::string>> rows;
  bool total = false;
};
struct Form {
  std::string title, number; ///< of the document, under the title at the right
  std::string unit = "单位：元";
  std::vector<FormField> fields;
  std::vector<FormTable> tables;
  std::vector<FormField> opinions;     ///< wide ones are boxes with room to write in
  std::vector<std::string> signatures; ///< "申报单位（盖章）" …
  bool landscape = false;
};

/// HTML that needs nothing else; every text is escaped.
std::string html_of(const Form& form);

} // namespace onebudget::compilation
