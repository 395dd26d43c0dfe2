#include "sdk/tables/tables.hpp"

#include <gtest/gtest.h>
#include <iconv.h>
#include <xlsxwriter.h>
#include <zip.h>
#include <cstring>

namespace onebudget::tables {
namespace {

/// Gives the bytes in small pieces, so that every border falls somewhere.
ByteSource pieces(std::string bytes, std::size_t piece = 7) {
  auto at = std::make_shared<std::size_t>(0);
  return [bytes = std::move(bytes), at, piece](char* buffer, std::size_t size) -> Result<std::size_t> {
    const std::size_t count = std::min({size, piece, bytes.size() - *at});
    std::memcpy(buffer, bytes.data() + *at, count);
    *at += count;
    return count;
  };
}

std::vector<TableRow> rows_of(Result<std::unique_ptr<TableReader>> reader) {
  EXPECT_TRUE(reader.ok()) << (reader.ok() ? "" : reader.fault().message.en);
  std::vector<TableRow> rows;
  TableRow row;
  while (reader.ok()) {
    auto any = (*reader)->next(row);
    EXPECT_TRUE(any.ok()) << (any.ok() ? "" : any.fault().message.en);
    if (!any.ok() || !*any) break;
    rows.push_back(row);
  }
  return rows;
}

Fault fault_of(Result<std::unique_ptr<TableReader>> reader) {
  if (!reader.ok()) return reader.fault();
  TableRow row;
  for (int i = 0; i < 1'000'000; ++i) {
    auto any = (*reader)->next(row);
    if (!any.ok()) return any.fault();
    if (!*any) break;
  }
  return {};
}

std::string gb18030(const std::string& text) {
  iconv_t converter = iconv_open("GB18030", "UTF-8");
  std::string out(text.size() * 4, '\0');
  char* in = const_cast<char*>(text.data());
  std::size_t in_left = text.size(), out_left = out.size();
  char* to = out.data();
  iconv(converter, &in, &in_left, &to, &out_left);
  iconv_close(converter);
  out.resize(out.size() - out_left);
  return out;
}

TEST(Csv, reads_quotes_line_ends_and_empty_cells) {
  const auto rows =
      rows_of(open_csv(pieces("\xEF\xBB\xBF"
                              "code,name\r\n001,\"a \"\"b\"\",\r\nc\"\r\n,\r\n\r\n003,")));
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].cells, (std::vector<std::string>{"code", "name"}));
  EXPECT_EQ(rows[1].cells, (std::vector<std::string>{"001", "a \"b\",\r\nc"}));
  EXPECT_EQ(rows[1].line, 2);
  EXPECT_EQ(rows[2].cells, (std::vector<std::string>{"003", ""}));
  EXPECT_EQ(rows[2].line, 6);
}

TEST(Csv, understands_gb18030_and_utf8_alike) {
  const std::string text = "编码,名称\r\n320100,南京市\r\n320500,苏州𠮷市\r\n";
  for (const std::size_t piece : {1U, 3U, 64U}) {
    const auto utf8 = rows_of(open_csv(pieces(text, piece)));
    const auto gbk = rows_of(open_csv(pieces(gb18030(text), 4096)));
    ASSERT_EQ(utf8.size(), 3U);
    ASSERT_EQ(gbk.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(utf8[i].cells, gbk[i].cells);
    EXPECT_EQ(gbk[2].cells[1], "苏州𠮷市");
  }
}

TEST(Csv, tells_the_line_of_a_broken_quote) {
  EXPECT_EQ(fault_of(open_csv(pieces("a,b\n1,\"open\n2,3\n"))).fields.at(0).field, "line 2");
  EXPECT_EQ(fault_of(open_csv(pieces("a,b\n1,x\"y\n"))).code, "exchange.quote");
  EXPECT_EQ(fault_of(open_csv(pieces("a,b\n1,\"x\"y\n"))).code, "exchange.quote");
  EXPECT_EQ(fault_of(open_csv(pieces(std::string("a,b\n1,\0\n", 8)))).code, "exchange.nul");
}

TEST(Csv, refuses_bytes_of_no_known_encoding) {
  EXPECT_EQ(fault_of(open_csv(pieces("a,b\n\xFF\xFF\xFF,\x80\n"))).code, "exchange.encoding");
}

TEST(Csv, guards_formulas_on_the_way_out_and_takes_the_guard_off_on_the_way_in) {
  std::string bytes;
  auto writer =
      write_csv({{"名称", CellKind::text}, {"金额", CellKind::number, 2}}, [&](std::string_view part) -> Result<void> {
        bytes.append(part);
        return {};
      });
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE((*writer)->row({"=HYPERLINK(\"x\")", "-12.00"}).ok());
  ASSERT_TRUE((*writer)->row({"＝1+1", "3.00"}).ok());
  ASSERT_TRUE((*writer)->finish().ok());
  EXPECT_NE(bytes.find("\"'=HYPERLINK(\"\"x\"\")\",-12.00"), std::string::npos);
  const auto rows = rows_of(open_csv(pieces(bytes)));
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[1].cells[0], "=HYPERLINK(\"x\")");
  EXPECT_EQ(rows[2].cells[0], "＝1+1");
}

std::string workbook(const std::vector<std::vector<std::string>>& rows) {
  std::string bytes;
  auto writer = write_xlsx({{"编码", CellKind::text}, {"金额", CellKind::number, 2}}, "数据",
                           [&](std::string_view part) -> Result<void> {
                             bytes.append(part);
                             return {};
                           });
  EXPECT_TRUE(writer.ok());
  for (const auto& row : rows) EXPECT_TRUE((*writer)->row(row).ok());
  EXPECT_TRUE((*writer)->finish().ok());
  return bytes;
}

TEST(Xlsx, what_is_written_is_read_back_exactly) {
  const auto rows = rows_of(open_xlsx(pieces(
      workbook({{"0012345678901234567890", "1234567.89"}, {"=1+1", "-0.1"}, {"大数", "90071992547409931.25"}}), 4096)));
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[1].cells, (std::vector<std::string>{"0012345678901234567890", "1234567.89"}));
  EXPECT_EQ(rows[2].cells, (std::vector<std::string>{"=1+1", "-0.1"}));
  EXPECT_EQ(rows[3].cells[1], "90071992547409931.25");
}

TEST(Xlsx, a_workbook_of_several_sheets_is_the_same_each_time) {
  const auto make = [] {
    std::string bytes;
    auto book = write_workbook([&](std::string_view part) -> Result<void> {
      bytes.append(part);
      return {};
    });
    EXPECT_TRUE(book.ok());
    EXPECT_TRUE((*book)->sheet({{"项目", CellKind::text, 0, 20, true}}, "概况").ok());
    EXPECT_TRUE((*book)->row({"校舍"}).ok());
    EXPECT_TRUE((*book)->sheet({{"名称"}, {"金额", CellKind::number, 2}}, "明细[1]").ok()) << "no title of a sheet";
    EXPECT_TRUE((*book)->row({"甲", "1.5"}).ok());
    EXPECT_TRUE((*book)->row({"乙", "2"}).ok());
    EXPECT_TRUE((*book)->finish().ok());
    return bytes;
  };
  const std::string bytes = make();
  EXPECT_EQ(bytes, make());
  const auto first = rows_of(open_xlsx(pieces(bytes, 4096), {}, "概况"));
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[1].cells[0], "校舍");
  const auto second = rows_of(open_xlsx(pieces(bytes, 4096), {}, "Sheet2"));
  ASSERT_EQ(second.size(), 3U);
  EXPECT_EQ(second[2].cells, (std::vector<std::string>{"乙", "2"}));
}

TEST(Xlsx, reads_dates_and_shared_strings_of_an_ordinary_workbook) {
  const std::string path = testing::TempDir() + "/ordinary.xlsx";
  lxw_workbook* book = workbook_new(path.c_str());
  lxw_worksheet* sheet = workbook_add_worksheet(book, nullptr);
  lxw_format* date = workbook_add_format(book);
  format_set_num_format(date, "yyyy-mm-dd");
  worksheet_write_string(sheet, 0, 0, "日期", nullptr);
  worksheet_write_string(sheet, 0, 2, "金额", nullptr);
  worksheet_write_number(sheet, 1, 0, 46023, date);
  worksheet_write_number(sheet, 1, 2, 0.1 + 0.2, nullptr);
  worksheet_write_number(sheet, 3, 0, 46023.5, date);
  worksheet_write_number(sheet, 3, 2, 1234567890123.0, nullptr);
  workbook_close(book);
  std::string bytes(1 << 20, '\0');
  FILE* file = std::fopen(path.c_str(), "rb");
  bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file));
  std::fclose(file);
  const auto rows = rows_of(open_xlsx(pieces(bytes, 4096)));
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].cells, (std::vector<std::string>{"日期", "", "金额"}));
  EXPECT_EQ(rows[1].cells, (std::vector<std::string>{"2026-01-01", "", "0.3"}));
  EXPECT_EQ(rows[2].line, 4);
  EXPECT_EQ(rows[2].cells, (std::vector<std::string>{"2026-01-01T12:00:00", "", "1234567890123"}));
}

std::string zip_of(const std::vector<std::pair<std::string, std::string>>& parts) {
  const std::string path = testing::TempDir() + "/made.zip";
  ::remove(path.c_str());
  int error = 0;
  zip_t* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
  for (const auto& [name, content] : parts)
    zip_file_add(zip, name.c_str(), zip_source_buffer(zip, content.data(), content.size(), 0), ZIP_FL_OVERWRITE);
  zip_close(zip);
  std::string bytes(64 << 20, '\0');
  FILE* file = std::fopen(path.c_str(), "rb");
  bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file));
  std::fclose(file);
  return bytes;
}

TEST(Xlsx, reads_the_sheet_that_is_named) {
  const std::string book =
      R"(<workbook xmlns:r="r"><sheets><sheet name="封面" r:id="rId1"/><sheet name="明细" r:id="rId2"/></sheets></workbook>)";
  const std::string relations =
      R"(<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Target="worksheets/sheet2.xml"/></Relationships>)";
  const auto sheet = [](const char* value) {
    return std::string("<worksheet><sheetData><row r=\"3\"><c r=\"B3\"><v>") + value +
           "</v></c></row></sheetData></worksheet>";
  };
  const std::string file = zip_of({{"xl/workbook.xml", book},
                                   {"xl/_rels/workbook.xml.rels", relations},
                                   {"xl/worksheets/sheet1.xml", sheet("1")},
                                   {"xl/worksheets/sheet2.xml", sheet("2")}});
  const auto reader = open_xlsx(pieces(file, 4096), {}, "明细");
  ASSERT_TRUE(reader.ok());
  TableRow row;
  const auto more = (*reader)->next(row);
  ASSERT_TRUE(more.ok() && *more);
  EXPECT_EQ(row.line, 3);
  EXPECT_EQ(row.cells, (std::vector<std::string>{"", "2"}));
  EXPECT_NE(fault_of(open_xlsx(pieces(file, 4096), {}, "附表")).message.zh.find("附表"), std::string::npos);
}

const std::string kBook = R"(<workbook xmlns:r="r"><sheets><sheet name="a" r:id="rId1"/></sheets></workbook>)";
const std::string kRelations =
    R"(<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>)";

std::string sheet_package(const std::string& sheet, const std::string& extra = "docProps/app.xml") {
  return zip_of({{"xl/workbook.xml", kBook},
                 {"xl/_rels/workbook.xml.rels", kRelations},
                 {"xl/worksheets/sheet1.xml", sheet},
                 {extra, "x"}});
}

TEST(Xlsx, refuses_what_is_no_honest_workbook) {
  EXPECT_EQ(fault_of(open_xlsx(pieces("PK not a zip", 4096))).code, "exchange.workbook");
  EXPECT_NE(
      fault_of(open_xlsx(pieces(sheet_package("<worksheet/>", "xl/vbaProject.bin"), 4096))).message.en.find("macros"),
      std::string::npos);
  EXPECT_NE(fault_of(open_xlsx(pieces(sheet_package("<worksheet/>", "xl/externalLinks/l.xml"), 4096)))
                .message.en.find("links"),
            std::string::npos);
  const std::string entity =
      R"(<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet><sheetData>&x;</sheetData></worksheet>)";
  EXPECT_NE(fault_of(open_xlsx(pieces(sheet_package(entity), 4096))).message.en.find("DOCTYPE"), std::string::npos);
  EXPECT_NE(fault_of(open_xlsx(pieces(sheet_package("<worksheet><row>"), 4096))).message.en.find("well-formed"),
            std::string::npos);
  std::string deep = "<worksheet>";
  for (int i = 0; i < 1000; ++i) deep += "<a>";
  EXPECT_NE(fault_of(open_xlsx(pieces(sheet_package(deep), 4096))).message.en.find("deep"), std::string::npos);
}

TEST(Xlsx, stops_a_bomb_by_the_bytes_that_really_come_out) {
  std::string bomb = "<worksheet><sheetData>";
  bomb.append(std::size_t{48} << 20, ' ');
  bomb += "</sheetData></worksheet>";
  EXPECT_NE(fault_of(open_xlsx(pieces(sheet_package(bomb), 65536))).message.en.find("inflates"), std::string::npos);
}

TEST(Xlsx, stops_at_the_row_limit) {
  Limits limits;
  limits.xlsx_rows = 2;
  EXPECT_EQ(fault_of(open_xlsx(pieces(workbook({{"a", "1"}, {"b", "2"}, {"c", "3"}}), 4096), limits)).code,
            "exchange.xlsx_rows");
}

TEST(JsonLines, a_bad_line_is_reported_and_reading_goes_on) {
  JsonLines lines(pieces("{\"a\":1}\n\nnot json\n{\"a\":1,\"a\":2}\n{\"b\":\"中文\"}"));
  JsonLines::Item item;
  std::vector<std::pair<std::int64_t, std::string>> seen;
  while (true) {
    auto any = lines.next(item);
    ASSERT_TRUE(any.ok());
    if (!*any) break;
    seen.emplace_back(item.line, item.value.ok() ? "ok" : item.value.fault().code);
  }
  ASSERT_EQ(seen.size(), 4U);
  EXPECT_EQ(seen[0], (std::pair<std::int64_t, std::string>{1, "ok"}));
  EXPECT_EQ(seen[1].first, 3);
  EXPECT_NE(seen[1].second, "ok");
  EXPECT_EQ(seen[2].second, "json.duplicate_key");
  EXPECT_EQ(seen[3], (std::pair<std::int64_t, std::string>{5, "ok"}));
}

} // namespace
} // namespace onebudget::tables
