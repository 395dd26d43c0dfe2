#pragma once
// What a report may say: a closed catalogue of fields, tables and charts for each kind of report, and their values.
// Values are texts as they are printed, so that what is kept of a report is what it shows.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace onebudget::performance {

enum class ReportKind { project, department, region, year };
inline constexpr const char* kReportKinds[] = {"project", "department", "region", "year"};

struct FieldName {
  std::string code, title;
};

struct ColumnName {
  std::string code, title;
  bool number = false; ///< set right, written as a number into a workbook
};

struct TableName {
  std::string code, title;
  std::vector<ColumnName> columns;
};

/// Everything that a template of the kind may name.
struct Catalogue {
  std::vector<FieldName> fields;
  std::vector<TableName> tables;
  std::vector<FieldName> charts;

  [[nodiscard]] const FieldName* field(const std::string& code) const;
  [[nodiscard]] const TableName* table(const std::string& code) const;
  [[nodiscard]] const FieldName* chart(const std::string& code) const;
};

const Catalogue& catalogue_of(ReportKind kind);

/// A printed value and the address of the row that it comes from ("" = none): "/performance/score-line/12".
struct Printed {
  std::string text, link;
};

/// One bar: hundredths of the chart's unit.
struct Bar {
  std::string label;
  std::int64_t hundredths = 0;
  std::string link;
};

struct ChartFacts {
  std::string unit; ///< "%", "个", "分"
  std::vector<Bar> bars;
};

/// The values of one report. Maps and orders are fixed, so that equal facts are equal bytes.
struct Facts {
  std::map<std::string, Printed> fields;
  std::map<std::string, std::vector<std::vector<Printed>>> tables; ///< rows, cells as the catalogue's columns
  std::map<std::string, ChartFacts> charts;

  void set(const std::string& field, std::string text, std::string link = {}) {
    fields[field] = {std::move(text), std::move(link)};
  }
  [[nodiscard]] const Printed& at(const std::string& field) const;
};

/// Hundredths as text without trailing zeros: 8550 → "85.5".
std::string decimal_text(std::int64_t hundredths);

} // namespace onebudget::performance
