#include "plugins/compilation/service/exchange/table_file.hpp"

#include <algorithm>
#include <cstring>

#include "sdk/tables/tables.hpp"

namespace onebudget::compilation {

Result<std::vector<TextRow>> rows_of_file(const std::string& bytes, const std::string& sheet, std::size_t most) {
  const tables::ByteSource source = [&bytes, at = std::size_t{0}](char* buffer,
                                                                  std::size_t size) mutable -> Result<std::size_t> {
    const std::size_t count = std::min(size, bytes.size() - at);
    std::memcpy(buffer, bytes.data() + at, count);
    at += count;
    return count;
  };
  const bool workbook = bytes.rfind("PK", 0) == 0;
  OB_TRY(const auto reader, workbook ? tables::open_xlsx(source, {}, sheet) : tables::open_csv(source));
  std::vector<TextRow> out;
  for (;;) {
    tables::TableRow row;
    OB_TRY(const bool more, reader->next(row));
    if (!more) return out;
    const auto line = static_cast<std::size_t>(std::max<std::int64_t>(row.line, 1));
    if (line > most)
      return fault(
          FaultKind::rule, "compilation.mapping_rows",
          {"文件超过 " + std::to_string(most) + " 行。请分成几个文件，各带表头。",
           "The file has more than " + std::to_string(most) + " rows. Cut it into several, each with its header."});
    if (out.size() < line) out.resize(line);
    out[line - 1] = std::move(row.cells);
  }
}

} // namespace onebudget::compilation
