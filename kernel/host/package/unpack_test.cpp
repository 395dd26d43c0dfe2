// Packages from outside: what is not a plain file in its place is refused before it is written.

#include "kernel/host/package/unpack.hpp"

#include <Poco/DeflatingStream.h>

#include <cstring>
#include <sstream>

#include "kernel/host/testdata/house.hpp"

namespace onebudget::host {
namespace {

std::string entry(const std::string& name, const std::string& content, char kind = '0', bool good = true) {
  std::string header(512, '\0');
  std::memcpy(header.data(), name.data(), std::min<std::size_t>(name.size(), 100));
  const auto octal = [&](std::size_t at, std::size_t size, std::uint64_t value) {
    std::ostringstream text;
    text << std::oct << value;
    const auto digits = std::string(size - 1 - text.str().size(), '0') + text.str();
    std::memcpy(header.data() + at, digits.data(), digits.size());
  };
  octal(124, 12, content.size());
  header[156] = kind;
  std::memcpy(header.data() + 257, "ustar", 5);
  std::uint64_t sum = 8 * static_cast<std::uint64_t>(' ');
  for (const char c : header) sum += static_cast<unsigned char>(c);
  octal(148, 7, good ? sum : sum + 1);
  return header + content + std::string((512 - content.size() % 512) % 512, '\0');
}

std::string packed(const std::string& bytes) {
  std::ostringstream out;
  Poco::DeflatingOutputStream deflating(out, Poco::DeflatingStreamBuf::STREAM_GZIP);
  deflating << bytes;
  deflating.close();
  return out.str();
}

class UnpackTest : public ::testing::Test {
 protected:
  /// "ok", or the code of the fault. Nothing may ever lie outside the folder.
  std::string unpack(const std::string& bytes, const PackageLimits& limits = {}) {
    std::size_t at = 0;
    const PackageSource source = [&](char* buffer, std::size_t size) -> Result<std::size_t> {
      const auto got = std::min(size, bytes.size() - at);
      std::memcpy(buffer, bytes.data() + at, got);
      at += got;
      return got;
    };
    const test::Folder folder;
    std::filesystem::create_directories(folder.path() + "/in");
    const auto out = host::unpack(source, folder.path() + "/in", limits);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1) << "written outside";
    if (!out) return out.fault().code;
    EXPECT_EQ(out->id + " " + out->version, "sample 0.1.0");
    EXPECT_TRUE(std::filesystem::exists(folder.path() + "/in/sample/0.1.0/plugin.json"));
    return "ok";
  }
  const std::string manifest_ = entry("sample/0.1.0/plugin.json", "{}");
};

TEST_F(UnpackTest, TakesPlainFilesBelowIdAndVersion) {
  EXPECT_EQ(unpack(packed(manifest_)), "ok");
  EXPECT_EQ(unpack(packed(manifest_ + entry("sample/0.1.0/entities/guest.json", std::string(1000, 'x')) +
                          std::string(1024, '\0'))),
            "ok");
}

TEST_F(UnpackTest, RefusesEveryNameThatLeadsElsewhere) {
  for (const std::string name :
       {"../evil", "sample/0.1.0/../../../evil", "/etc/evil", "sample/0.1.0/./a", "sample/0.1.0//a",
        "sample/0.1.0/.hidden", "sample/0.1.0/a\\b", "sample/0.1.0/", "sample/a", "other/0.1.0/a", "sample/0.2.0/a",
        "sample/0.1.0/a b", "sample/0.1.0/\xE7\x94\xB2"})
    EXPECT_EQ(unpack(packed(manifest_ + entry(name, "x"))), "host.package") << name;
  EXPECT_EQ(unpack(packed(entry("Sample/0.1.0/plugin.json", "{}"))), "host.package") << "no id";
  EXPECT_EQ(unpack(packed(entry("sample/one/plugin.json", "{}"))), "host.package") << "no version";
}

TEST_F(UnpackTest, RefusesLinksFoldersAndDevices) {
  for (const char kind : {'1', '2', '3', '4', '5', '6', 'x', 'L'})
    EXPECT_EQ(unpack(packed(manifest_ + entry("sample/0.1.0/a", "", kind))), "host.package") << kind;
}

TEST_F(UnpackTest, RefusesTooMuch) {
  const auto zeros = packed(manifest_ + entry("sample/0.1.0/a", std::string(4U << 20U, '\0')));
  EXPECT_LT(zeros.size(), 20'000U) << "a small package that grows";
  EXPECT_EQ(unpack(zeros, {10, 1U << 20U, 64U << 20U}), "host.package_large") << "one file";
  EXPECT_EQ(unpack(zeros, {10, 64U << 20U, 1U << 20U}), "host.package_large") << "together";
  EXPECT_EQ(unpack(packed(manifest_ + entry("sample/0.1.0/a", "x")), {1, 1024, 1024}), "host.package_large") << "many";
}

TEST_F(UnpackTest, RefusesWhatIsBrokenOrNoPackage) {
  EXPECT_EQ(unpack(""), "host.package");
  EXPECT_EQ(unpack("PK\x03\x04 a zip"), "host.package");
  EXPECT_EQ(unpack(packed("")), "host.package");
  EXPECT_EQ(unpack(packed(std::string(2048, 'x'))), "host.package");
  EXPECT_EQ(unpack(packed(manifest_.substr(0, 513))), "host.package") << "ends inside a file";
  EXPECT_EQ(unpack(packed(manifest_ + manifest_)), "host.package") << "twice";
  EXPECT_EQ(unpack(packed(entry("sample/0.1.0/plugin.json", "{}", '0', false))), "host.package") << "checksum";
}

} // namespace
} // namespace onebudget::host
