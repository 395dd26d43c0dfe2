#include <gtest/gtest.h>

#include "sdk/text/file_content.hpp"

namespace onebudget {
namespace {

using std::string_literals::operator""s;

FileContent of(const std::string& bytes) {
  return content_of(bytes.size(), [&](std::uint64_t at, std::size_t size) {
    return at < bytes.size() ? bytes.substr(at, size) : std::string();
  });
}

std::string little(std::size_t value, std::size_t width) {
  std::string out;
  for (; width > 0; --width, value >>= 8U) out.push_back(static_cast<char>(value & 0xFFU));
  return out;
}

/// An archive of empty parts.
std::string zip(const std::vector<std::string>& names, const std::string& comment = "") {
  std::string parts, list;
  for (const std::string& name : names) {
    list += "PK\x01\x02" + std::string(24, '\0') + little(name.size(), 2) + std::string(12, '\0') +
            little(parts.size(), 4) + name;
    parts += "PK\x03\x04" + std::string(22, '\0') + little(name.size(), 2) + little(0, 2) + name;
  }
  return parts + list + "PK\x05\x06" + std::string(4, '\0') + little(names.size(), 2) + little(names.size(), 2) +
         little(list.size(), 4) + little(parts.size(), 4) + little(comment.size(), 2) + comment;
}

std::string refusal(const std::string& bytes, const std::string& name, const std::string& declared = "") {
  const auto checked = check_content(of(bytes), name, declared);
  return checked ? "" : checked.fault().code;
}

const std::string kPdf = "%PDF-1.7\n%\xE2\xE3\xCF\xD3\n";
const std::string kPng = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"s;

TEST(FileContentTest, is_told_by_its_bytes) {
  EXPECT_EQ(of(kPdf).media_type, "application/pdf");
  EXPECT_EQ(of(kPng).media_type, "image/png");
  EXPECT_EQ(of("\xFF\xD8\xFF\xE0\0\x10JFIF"s).media_type, "image/jpeg");
  EXPECT_EQ(of("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0"s).media_type, "application/x-ole-storage");
  EXPECT_EQ(of("编号,名称\n1,路灯\n").media_type, "text/plain");
  EXPECT_EQ(of("\xB1\xE0\xBA\xC5,1\n").media_type, "text/plain"); // GB18030
  EXPECT_EQ(of("\xFF\xFEx\0y\0"s).media_type, "text/plain");
  EXPECT_EQ(of("").media_type, "text/plain");
  EXPECT_EQ(of("\x01\x02\x03\0"s).media_type, "application/octet-stream");
  EXPECT_EQ(of(zip({"[Content_Types].xml", "xl/workbook.xml"})).media_type.substr(46), "spreadsheetml.sheet");
  EXPECT_EQ(of(zip({"_rels/.rels", "word/document.xml", "[Content_Types].xml"}, std::string(60000, 'c')))
                .media_type.substr(46),
            "wordprocessingml.document");
  EXPECT_EQ(of(zip({"OFD.xml", "Doc_0/Document.xml"})).media_type, "application/ofd");
  EXPECT_EQ(of(zip({"a.txt"})).media_type, "application/zip");
  EXPECT_EQ(of("PK\x03\x04 broken").media_type, "application/zip");
  EXPECT_FALSE(of("MZ is how this sentence begins").program);
}

TEST(FileContentTest, what_runs_is_refused) {
  for (const std::string& bytes :
       {"\x7F"
        "ELF\x02\x01"s,
        "MZ\x90\0\x03"s, "#!/bin/sh\n"s, "\xCA\xFE\xBA\xBE\0\0"s, zip({"META-INF/MANIFEST.MF", "A.class"}),
        zip({"[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"})}) {
    EXPECT_EQ(refusal(bytes, "a.txt"), "file.program");
    EXPECT_EQ(refusal(bytes, "a"), "file.program");
  }
  for (const char* name : {"a.exe", "路灯.BAT", "a.pdf.js", "a.xlsm"})
    EXPECT_EQ(refusal("hello", name), "file.program");
}

TEST(FileContentTest, what_it_calls_itself_must_be_true) {
  EXPECT_EQ(refusal(kPdf, "批复.pdf", "application/pdf"), "");
  EXPECT_EQ(refusal(kPdf, "批复.PDF"), "");
  EXPECT_EQ(refusal(kPng, "批复.pdf"), "file.content");
  EXPECT_EQ(refusal(kPng, "批复.png", "application/pdf"), "file.content");
  EXPECT_EQ(refusal("hello", "批复.pdf"), "file.content");
  EXPECT_EQ(refusal(kPdf, "表.csv"), "file.content");
  EXPECT_EQ(refusal("a,b\n", "表.csv", "application/vnd.ms-excel"), ""); // as browsers of Windows say
  EXPECT_EQ(refusal(zip({"[Content_Types].xml", "word/document.xml"}), "表.xlsx"), "file.content");
  EXPECT_EQ(refusal(zip({"a.txt"}), "表.xlsx"), "file.content");
  EXPECT_EQ(refusal("\x01\x02\0"s, "a.dat", "application/octet-stream"), "");
  const auto told = check_content(of(kPng), "a.pdf", "");
  EXPECT_EQ(told.fault().message.en.substr(0, 73),
            "This file calls itself a PDF file, but its content is a PNG image. Correc");
}

} // namespace
} // namespace onebudget
