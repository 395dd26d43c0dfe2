#pragma once
// Templates that an office edits: plain lines and a small grammar, checked against the catalogue of their kind.
//
//   # text, ## text, ### text   headings; the first is the title
//   text with {{field}}         a paragraph; lines follow each other until an empty line
//   @table name [column …]      a table of the catalogue, all its columns or those named, in that order
//   @chart name                 a chart, with the table of the same numbers under it
//   @if field … @end            only when the field has a value
//   @page                       a new page
//   % text                      a remark, not printed

#include "plugins/performance/domain/report/facts.hpp"
#include "sdk/values/result.hpp"

namespace onebudget::performance {

struct Run {
  std::string text, link;
};

struct Block {
  enum class Kind { heading, paragraph, table, chart, page } kind = Kind::paragraph;
  int level = 0;         ///< of a heading, from 1
  std::vector<Run> runs; ///< of headings and paragraphs
  std::string title;     ///< of tables and charts
  std::vector<ColumnName> columns;
  std::vector<std::vector<Printed>> rows;
  ChartFacts chart;
};

/// A report as it is printed: blocks in order, the same for every format.
struct Document {
  std::string title;
  std::vector<Block> blocks;
};

/// Rules performance.report_template (the grammar) and performance.report_field (an unknown field, table, column or
/// chart), each with line and column in its sentence and what is known in its remedy. Nothing = good.
std::vector<FieldFault> check_template(const std::string& body, const Catalogue& catalogue);
/// The template filled with facts; one that check_template refuses answers its first finding as fault.
Result<Document> fill(const std::string& body, const Catalogue& catalogue, const Facts& facts);

/// Text with {{field}} as runs; every unknown field goes to `unknown` as (position in bytes, name).
struct Unknown {
  std::size_t at = 0;
  std::string name;
};
std::vector<Run> runs_of(const std::string& text, const Facts& facts, const Catalogue& catalogue,
                         std::vector<Unknown>& unknown);
/// The finding of an unknown field, at a place in words ("第 3 行第 5 列" / "line 3, column 5").
FieldFault unknown_field(const std::string& field, const std::string& name, const Text& place,
                         const Catalogue& catalogue);
/// One table or chart of the catalogue with its rows, as a block.
Block table_block(const TableName& table, std::vector<ColumnName> columns, const Facts& facts);
Block chart_block(const FieldName& chart, const Facts& facts);

} // namespace onebudget::performance
