#include "plugins/performance/domain/office/sheet.hpp"

#include "plugins/performance/domain/office/archive.hpp"
#include "plugins/performance/domain/office/xml.hpp"

namespace onebudget::performance {

namespace {

constexpr const char* kMain = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
constexpr const char* kPackage = "http://schemas.openxmlformats.org/package/2006/";
constexpr const char* kOffice = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
constexpr int kHead = 1, kPlain = 2, kNumber = 3; ///< cell formats of styles.xml

std::string column_name(std::size_t index) {
  std::string out;
  for (std::size_t i = index + 1; i > 0; i = (i - 1) / 26)
    out.insert(out.begin(), static_cast<char>('A' + (i - 1) % 26));
  return out;
}

/// Digits with at most one point and a sign, without the separators of thousands; empty for anything else.
std::string number_in(const std::string& text) {
  std::string out;
  int digits = 0, points = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ',') continue;
    if (c == '-' ? i != 0 : c == '.' ? ++points > 1 : (c < '0' || c > '9')) return "";
    digits += c >= '0' && c <= '9' ? 1 : 0;
    out += c;
  }
  return digits == 0 || digits > 15 ? "" : out;
}

std::string cell(std::size_t row, std::size_t column, const std::string& text, int format) {
  const std::string place = column_name(column) + std::to_string(row);
  const std::string number = format == kNumber ? number_in(text) : "";
  if (!number.empty()) return "<c r=\"" + place + "\" s=\"3\"><v>" + number + "</v></c>";
  const int shown = format == kNumber ? kPlain : format;
  return "<c r=\"" + place + "\" s=\"" + std::to_string(shown) + "\" t=\"inlineStr\"><is><t xml:space=\"preserve\">" +
         xml_text(text) + "</t></is></c>";
}

std::string sheet(const std::vector<ColumnName>& columns, const std::vector<std::vector<Printed>>& rows) {
  std::string out = kXmlHead + std::string("<worksheet xmlns=\"") + kMain +
                    "\"><sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" "
                    "activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews><cols>";
  for (std::size_t i = 0; i < columns.size(); ++i)
    out += "<col min=\"" + std::to_string(i + 1) + "\" max=\"" + std::to_string(i + 1) +
           "\" width=\"22\" customWidth=\"1\"/>";
  out += "</cols><sheetData><row r=\"1\">";
  for (std::size_t i = 0; i < columns.size(); ++i) out += cell(1, i, columns[i].title, kHead);
  out += "</row>";
  std::size_t number = 1;
  for (const auto& row : rows) {
    out += "<row r=\"" + std::to_string(++number) + "\">";
    for (std::size_t i = 0; i < row.size() && i < columns.size(); ++i)
      out += cell(number, i, row[i].text, columns[i].number ? kNumber : kPlain);
    out += "</row>";
  }
  return out + "</sheetData></worksheet>";
}

std::string styles() {
  return kXmlHead + std::string("<styleSheet xmlns=\"") + kMain +
         "\"><fonts count=\"2\"><font><sz val=\"11\"/><name val=\"宋体\"/></font><font><b/><sz val=\"11\"/><name "
         "val=\"宋体\"/></font></fonts>"
         "<fills count=\"3\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill "
         "patternType=\"gray125\"/></fill>"
         "<fill><patternFill patternType=\"solid\"><fgColor rgb=\"FFEEF1F5\"/></patternFill></fill></fills>"
         "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
         "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>"
         "<cellXfs count=\"4\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>"
         "<xf numFmtId=\"49\" fontId=\"1\" fillId=\"2\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" "
         "applyFont=\"1\" applyFill=\"1\"/>"
         "<xf numFmtId=\"49\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"><alignment "
         "wrapText=\"1\" vertical=\"top\"/></xf>"
         "<xf numFmtId=\"4\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" "
         "applyNumberFormat=\"1\"/></cellXfs></styleSheet>";
}

struct Sheet {
  std::string title, xml;
};

std::vector<Sheet> sheets_of(const Catalogue& catalogue, const Facts& facts) {
  std::vector<std::vector<Printed>> overview;
  for (const FieldName& field : catalogue.fields)
    if (const Printed& value = facts.at(field.code); !value.text.empty())
      overview.push_back({{field.title, ""}, value});
  std::vector<Sheet> out = {{"概况", sheet({{"item", "项目"}, {"value", "内容"}}, overview)}};
  for (const TableName& table : catalogue.tables) {
    const auto rows = facts.tables.find(table.code);
    out.push_back({table.title, sheet(table.columns, rows == facts.tables.end() ? std::vector<std::vector<Printed>>()
                                                                                : rows->second)});
  }
  return out;
}

} // namespace

std::string xlsx_of(const Catalogue& catalogue, const Facts& facts) {
  const std::string office = kOffice, document = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
  std::string types = kXmlHead + std::string("<Types xmlns=\"") + kPackage +
                      "content-types\"><Default Extension=\"rels\" "
                      "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
                      "<Default Extension=\"xml\" ContentType=\"application/xml\"/><Override "
                      "PartName=\"/xl/workbook.xml\" ContentType=\"" +
                      document + "sheet.main+xml\"/><Override PartName=\"/xl/styles.xml\" ContentType=\"" + document +
                      "styles+xml\"/>";
  const std::string begin = kXmlHead + std::string("<Relationships xmlns=\"") + kPackage + "relationships\">";
  std::string links = begin + "<Relationship Id=\"rId1\" Type=\"" + office + "/styles\" Target=\"styles.xml\"/>";
  std::string book = kXmlHead + std::string("<workbook xmlns=\"") + kMain + "\" xmlns:r=\"" + office + "\"><sheets>";
  std::vector<Part> parts;
  int number = 0;
  for (const Sheet& one : sheets_of(catalogue, facts)) {
    const std::string index = std::to_string(++number), id = "rId" + std::to_string(number + 1);
    const std::string file = "worksheets/sheet" + index + ".xml";
    types += "<Override PartName=\"/xl/" + file + "\" ContentType=\"" + document + "worksheet+xml\"/>";
    links += "<Relationship Id=\"" + id + "\" Type=\"" + office + "/worksheet\" Target=\"" + file + "\"/>";
    book += "<sheet name=\"" + xml_text(one.title) + "\" sheetId=\"" + index + "\" r:id=\"" + id + "\"/>";
    parts.push_back({"xl/" + file, one.xml});
  }
  std::vector<Part> all = {{"[Content_Types].xml", types + "</Types>"},
                           {"_rels/.rels", begin + "<Relationship Id=\"rId1\" Type=\"" + office +
                                               "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"},
                           {"xl/workbook.xml", book + "</sheets></workbook>"},
                           {"xl/_rels/workbook.xml.rels", links + "</Relationships>"},
                           {"xl/styles.xml", styles()}};
  all.insert(all.end(), parts.begin(), parts.end());
  return zip_of(all);
}

} // namespace onebudget::performance
