#include "sdk/inspection/elf.hpp"

#include <elf.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "sdk/declarations/package/file.hpp"
#include "sdk/inspection/inspect.hpp"

namespace onebudget::inspection {
namespace {

std::string library(const std::string& name) {
  auto bytes = declarations::read_file(std::string(OB_LIBRARIES) + "/lib" + name + ".so", kLibraryBytes);
  EXPECT_TRUE(bytes.ok()) << name;
  return bytes ? *bytes : std::string();
}

std::vector<std::string> refusals(const std::string& name) {
  const auto facts = read_elf(library(name));
  EXPECT_TRUE(facts.ok()) << name;
  std::vector<std::string> codes;
  if (facts) {
    for (const auto& refusal : inspect(*facts).refusals) codes.push_back(refusal.code);
  }
  return codes;
}

TEST(Elf, ReadsARealPluginAndFindsNothingWrong) {
  const auto facts = read_elf(library("fixture_plain"));
  ASSERT_TRUE(facts.ok()) << facts.fault().message.en;
  ASSERT_EQ(facts->exported.size(), 1U);
  EXPECT_EQ(facts->exported.front().name, kEntrySymbol);
  EXPECT_TRUE(refusals("fixture_plain").empty());
}

TEST(Elf, SeesASecondExport) { EXPECT_EQ(refusals("fixture_two_exports"), std::vector<std::string>{"elf.exports"}); }
TEST(Elf, SeesAMissingEntry) { EXPECT_EQ(refusals("fixture_no_entry").front(), "elf.entry"); }
TEST(Elf, SeesForbiddenCalls) {
  const auto found = refusals("fixture_forbidden");
  EXPECT_GE(std::ranges::count(found, "elf.forbidden"), 5);
}
TEST(Elf, SeesAnExecutableStack) { EXPECT_EQ(refusals("fixture_exec_stack"), std::vector<std::string>{"elf.stack"}); }
TEST(Elf, SeesASearchPath) { EXPECT_EQ(refusals("fixture_run_path"), std::vector<std::string>{"elf.run_path"}); }
TEST(Elf, SeesAForeignLibrary) { EXPECT_EQ(refusals("fixture_needs_other"), std::vector<std::string>{"elf.needed"}); }
TEST(Elf, SeesUniqueSymbols) {
  const auto found = refusals("fixture_unique");
  EXPECT_NE(std::ranges::find(found, "elf.unique"), found.end());
}
TEST(Elf, SeesAStaticallyLinkedRuntime) {
  const auto found = refusals("fixture_static_runtime");
  EXPECT_NE(std::ranges::find(found, "elf.static_runtime"), found.end());
}

TEST(Elf, RefusesOtherArchitecturesAndOtherFiles) {
  auto bytes = library("fixture_plain");
  auto other = bytes;
  const std::uint16_t machine = EM_S390;
  std::memcpy(other.data() + offsetof(Elf64_Ehdr, e_machine), &machine, sizeof machine);
  ASSERT_FALSE(read_elf(other).ok());
  EXPECT_NE(read_elf(other).fault().message.en.find("another processor"), std::string::npos);
  auto narrow = bytes;
  narrow[EI_CLASS] = ELFCLASS32;
  EXPECT_FALSE(read_elf(narrow).ok());
  for (const auto& text :
       {std::string(), std::string("#!/bin/sh\n"), std::string(4096, '\0'), std::string("\177ELF")}) {
    EXPECT_FALSE(read_elf(text).ok());
  }
}

TEST(Elf, EveryTruncationInsideTheLoadedPartIsRefused) {
  const auto bytes = library("fixture_plain");
  Elf64_Ehdr head;
  std::memcpy(&head, bytes.data(), sizeof head);
  std::size_t loaded = 0;
  for (int i = 0; i < head.e_phnum; ++i) {
    Elf64_Phdr segment;
    std::memcpy(&segment, bytes.data() + head.e_phoff + i * sizeof segment, sizeof segment);
    if (segment.p_type == PT_LOAD) loaded = std::max<std::size_t>(loaded, segment.p_offset + segment.p_filesz);
  }
  for (std::size_t size = 0; size < loaded; size += size < 4096 ? 1 : 37) {
    EXPECT_FALSE(read_elf(std::string_view(bytes).substr(0, size)).ok()) << size;
  }
}

TEST(Elf, BitFlipsNeverCrashTheReader) {
  const auto bytes = library("fixture_plain");
  std::mt19937 random(7);
  int refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    auto damaged = bytes;
    const int flips = 1 + static_cast<int>(random() % 4);
    for (int i = 0; i < flips; ++i)
      damaged[random() % (round % 2 == 0 ? 1024 : damaged.size())] ^= static_cast<char>(1U << (random() % 8));
    const auto facts = read_elf(damaged);
    if (!facts || !inspect(*facts).refusals.empty()) ++refused;
  }
  EXPECT_GT(refused, 0);
}

TEST(Elf, EveryByteOfTheHeadersMayBeAnything) {
  const auto bytes = library("fixture_plain");
  for (std::size_t at = 0; at < 1024 && at < bytes.size(); ++at) {
    for (const int value : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
      auto damaged = bytes;
      damaged[at] = static_cast<char>(value);
      static_cast<void>(read_elf(damaged));
    }
  }
}

} // namespace
} // namespace onebudget::inspection
