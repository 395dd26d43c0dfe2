#include "plugins/performance/office/word.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "plugins/performance/office/sheet.hpp"

namespace onebudget::performance {
namespace {

const Catalogue& catalogue() { return catalogue_of(ReportKind::project); }

Facts facts() {
  Facts out;
  out.set("project.name", "校舍 & {{total}} <维修>");
  out.set("total", "91.50");
  out.tables["evaluations"] = {{{"E-1", ""}, {"自评", ""}, {"已确认", ""}, {"91.50", ""}, {"优", ""}}};
  return out;
}

std::string part(const std::string& archive, const std::string& name) {
  const auto parts = unzip(archive);
  if (!parts) return parts.fault().message.zh;
  for (const Part& one : *parts)
    if (one.name == name) return one.bytes;
  return "";
}

std::vector<Part> letter(const std::string& paragraphs) {
  return {{"word/document.xml", "<w:document><w:body>" + paragraphs + "</w:body></w:document>"},
          {"word/header1.xml", "<w:hdr><w:p><w:r><w:t>{{total}} 分</w:t></w:r></w:p></w:hdr>"}};
}

TEST(Archive, keeps_what_it_was_given_and_is_the_same_each_time) {
  const std::vector<Part> parts = {{"a.xml", "一"}, {"b/c.xml", ""}};
  const std::string bytes = zip_of(parts);
  EXPECT_EQ(bytes, zip_of(parts));
  const auto back = unzip(bytes);
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->at(0).bytes, "一");
  EXPECT_EQ(back->at(1).name, "b/c.xml");
}

TEST(Archive, refuses_what_is_cut_off_damaged_or_leaves_it) {
  const std::string bytes = zip_of({{"a.xml", "content"}});
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(unzip(bytes.substr(0, size)).ok()) << size;
  std::string damaged = bytes;
  damaged[30 + 5 + 1] ^= 1; // behind the head of the entry and its name
  EXPECT_FALSE(unzip(damaged).ok()) << "the checksum does not hold";
  EXPECT_FALSE(unzip(zip_of({{"../a.xml", ""}})).ok());
}

TEST(Word, gives_numbers_the_width_that_they_need) {
  Facts wide = facts();
  wide.tables["evaluations"][0][3].text = "1,234,567,890.00";
  const auto document = fill("# 标题\n@table evaluations", catalogue(), wide);
  ASSERT_TRUE(document.ok());
  const std::string xml = part(docx_of(*document), "word/document.xml"), mark = "<w:gridCol w:w=\"";
  std::vector<int> widths;
  for (std::size_t at = xml.find(mark); at != std::string::npos; at = xml.find(mark, at + 1))
    widths.push_back(std::stoi(xml.substr(at + mark.size())));
  ASSERT_EQ(widths.size(), 5U);
  EXPECT_GE(widths[3], 16 * 95) << "sixteen digits of 4.75 points";
  EXPECT_LE(std::accumulate(widths.begin(), widths.end(), 0), 9638) << "nothing reaches into the margin";
}

TEST(Word, fills_placeholders_that_the_word_processor_has_split_and_never_what_a_value_holds) {
  const auto parts = letter(
      "<w:p><w:r><w:t>甲{{proj</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>ect.na</w:t></w:r><w:r><w:t>me}}乙{{total}}</"
      "w:t></w:r></w:p>"
      "<w:p><w:r><w:t>{{@table evaluations}}</w:t></w:r></w:p><w:p/>");
  EXPECT_TRUE(check_docx(parts, catalogue()).empty());
  const std::string bytes = fill_docx(parts, catalogue(), facts(), {});
  EXPECT_EQ(bytes, fill_docx(parts, catalogue(), facts(), {}));
  const std::string body = part(bytes, "word/document.xml");
  EXPECT_NE(body.find("甲校舍 &amp; {{total}} &lt;维修&gt;</w:t>"), std::string::npos) << body;
  EXPECT_NE(body.find("<w:t>乙91.50</w:t>"), std::string::npos) << body;
  EXPECT_NE(body.find("<w:tbl>"), std::string::npos) << "a table in place of its paragraph";
  EXPECT_EQ(body.find("@table"), std::string::npos);
  EXPECT_NE(part(bytes, "word/header1.xml").find("91.50 分"), std::string::npos);
}

TEST(Word, names_the_paragraph_of_an_unknown_field) {
  const auto findings = check_docx(letter("<w:p><w:r><w:t>好</w:t></w:r></w:p><w:p><w:r><w:t>{{totl}}</w:t></w:r></w:p>"
                                          "<w:p><w:r><w:t>{{@table nothing}}</w:t></w:r></w:p>"),
                                   catalogue());
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].code, "performance.report_field");
  EXPECT_NE(findings[0].message.zh.find("第 2 段"), std::string::npos) << findings[0].message.zh;
}

TEST(Word, refuses_macros_doctypes_and_objects_outside) {
  const Part document{"word/document.xml", "<w:document/>"};
  EXPECT_TRUE(read_docx(zip_of({document})).ok());
  EXPECT_FALSE(read_docx(zip_of({{"a", ""}})).ok());
  EXPECT_FALSE(read_docx(zip_of({document, {"word/vbaProject.bin", ""}})).ok());
  EXPECT_FALSE(read_docx(zip_of({{"word/document.xml", "<!DOCTYPE x>"}})).ok());
  const std::string outside = "<Relationship Type=\"x/attachedTemplate\" Target=\"http://x\" TargetMode=\"External\"/>";
  EXPECT_FALSE(read_docx(zip_of({document, {"word/_rels/settings.xml.rels", outside}})).ok());
}

TEST(Word, makes_a_whole_document_of_blocks) {
  const auto document = fill("# 标题\n正文\n@table evaluations\n@chart levels\n@page", catalogue(), facts());
  ASSERT_TRUE(document.ok());
  const std::string bytes = docx_of(*document);
  EXPECT_TRUE(read_docx(bytes).ok());
  EXPECT_NE(part(bytes, "word/document.xml").find("Heading1"), std::string::npos);
}

TEST(Sheet, writes_numbers_as_numbers_and_everything_else_as_text) {
  Facts all = facts();
  all.tables["money"] = {{{"=cmd()", ""}, {"1,234.50", ""}, {"1234567890123456", ""}, {"", ""}, {"90%", ""}}};
  const auto made = xlsx_of(catalogue(), all);
  ASSERT_TRUE(made.ok());
  const std::string& bytes = *made;
  EXPECT_EQ(bytes, *xlsx_of(catalogue(), all));
  const std::string sheet = part(bytes, "xl/worksheets/sheet2.xml");
  EXPECT_NE(sheet.find("<v>1234.5</v>"), std::string::npos) << sheet;
  EXPECT_NE(sheet.find("=cmd()</t>"), std::string::npos) << "text, no formula";
  EXPECT_NE(sheet.find("1234567890123456</t>"), std::string::npos) << "longer than a spreadsheet holds exactly";
}

} // namespace
} // namespace onebudget::performance
