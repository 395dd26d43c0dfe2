#pragma once
// Bulk writing: files and rows in memory through one pipeline, in batches, with every bad row reported.

#include <functional>
#include <string>
#include <vector>

#include "kernel/records/core.hpp"
#include "kernel/records/write/draft.hpp"

namespace onebudget::records {

/// One row as it came: cells by column (files) or an object (JSON).
struct RawRow {
  std::int64_t line = 0;
  std::vector<std::string> cells;
  Json object;
  std::optional<Fault> broken; ///< the line itself cannot be read
};

/// Hands out rows; false at the end. A fault ends the import.
using RawSource = std::function<Result<bool>(RawRow&)>;

struct RawTable {
  std::vector<int> columns; ///< table column of each cell, -1 = none; empty for objects
  RawSource next;
};

Result<ImportReport> import_rows(Core& core, const Context& context, const ServedPtr& served, const RawTable& table,
                                 const WriteRules& rules, const ImportOptions& options);

/// Opens a file of the format; reads its header. Faults: records.format, records.import_header with every unknown
/// title.
Result<RawTable> open_table(const Served& served, const ByteSource& source, const std::string& format);

Result<void> export_rows(Core& core, const Context& context, const ServedPtr& served, const Query& query,
                         const std::string& format, const ByteSink& sink);
Result<std::string> template_file(const Context& context, const Served& served, const std::string& format);
/// Fault records.format for anything but csv and xlsx.
Result<std::unique_ptr<tables::TableWriter>> open_writer(const std::string& format,
                                                         const std::vector<tables::Column>& columns,
                                                         const std::string& sheet, const ByteSink& sink);

/// The table of every mistake of an import, written while it runs.
class ErrorBook {
 public:
  ErrorBook(const Served& served, const RawTable& table, std::string language);
  Result<void> open(const std::string& format, const ByteSink& sink);
  Result<void> add(const RawRow& row, const FieldFault& wrong);
  Result<void> finish() { return writer_->finish(); }

 private:
  const Served& served_;
  const RawTable& table_;
  std::string language_;
  std::size_t cells_ = 1; ///< of the row as it came; one with the whole object for JSON
  std::unique_ptr<tables::TableWriter> writer_;
};

} // namespace onebudget::records
