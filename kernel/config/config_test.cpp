#include "kernel/config/config.hpp"

#include <gtest/gtest.h>
#include <filesystem>
#include <fstream>

namespace onebudget::config {
namespace {

struct Folder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("onebudget-config-" + std::to_string(::getpid()));
  Folder() { std::filesystem::create_directories(path / "conf.d"); }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path / name) << text;
    return (path / name).string();
  }
};

TEST(Config, later_sources_win_and_say_where_they_come_from) {
  const Folder folder;
  const std::string file = folder.write("onebudget.properties", "# comment\nhttp.port = 1\nlog.level = error\n");
  folder.write("conf.d/10-a.properties", "http.port = 2\nhttp.workers=7\n");
  folder.write("conf.d/20-b.properties", "http.workers=8\n");
  auto config = Config::load({file, {{"ONEBUDGET_LOG_LEVEL", "debug"}}, {"http.body_limit=2MiB"}});
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->integer("http.port"), 2);
  EXPECT_EQ(config->integer("http.workers"), 8);
  EXPECT_EQ(config->text("log.level"), "debug");
  EXPECT_EQ(config->setting("log.level").origin, "ONEBUDGET_LOG_LEVEL");
  EXPECT_EQ(config->integer("http.body_limit"), 2 << 20);
  EXPECT_NE(config->setting("http.workers").origin.find("20-b.properties:1"), std::string::npos);
  EXPECT_EQ(config->setting("node.name").origin, "default");
}

TEST(Config, every_mistake_is_named_with_file_and_line) {
  const Folder folder;
  const std::string file =
      folder.write("onebudget.properties",
                   "htp.port = 1\nhttp.port = many\nnonsense\nhttp.workers = 0\nhttp.workers = 1\nlog.level = loud\n");
  auto config = Config::load({file, {}, {"http.port=70000"}});
  ASSERT_FALSE(config.ok());
  const auto& fields = config.fault().fields;
  ASSERT_EQ(fields.size(), 7U);
  EXPECT_EQ(fields[0].field, file + ":1");
  EXPECT_EQ(fields[0].code, "config.unknown_key");
  EXPECT_NE(fields[0].remedy.en.find("http.port"), std::string::npos);
  EXPECT_EQ(fields[1].code, "config.value");
  EXPECT_EQ(fields[2].code, "config.line");
  EXPECT_EQ(fields[4].code, "config.twice");
}

TEST(Config, lists_are_split_and_trimmed) {
  auto config = Config::load({"", {}, {"plugins.enable= standards, compilation ,"}});
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->list("plugins.enable"), (std::vector<std::string>{"standards", "compilation"}));
}

TEST(Config, the_shipped_file_explains_every_key_and_gives_its_default) {
  std::ifstream in(CONFIG_FILE);
  std::string line, all;
  std::map<std::string, std::string> shown;
  while (std::getline(in, line)) {
    all += line + "\n";
    const std::string text = line.rfind("#", 0) == 0 ? line.substr(1) : line;
    if (const std::size_t equals = text.find(" = "); equals != std::string::npos && text[0] != ' ')
      shown[text.substr(0, equals)] = text.substr(equals + 3);
    else if (text.size() > 2 && text.substr(text.size() - 2) == " =")
      shown[text.substr(0, text.size() - 2)] = "";
  }
  for (const Key& key : keys()) {
    ASSERT_TRUE(shown.count(key.name) == 1) << key.name;
    EXPECT_EQ(shown[key.name], key.fallback) << key.name;
    EXPECT_NE(all.find(key.meaning.zh), std::string::npos) << key.name;
    EXPECT_NE(all.find(key.meaning.en), std::string::npos) << key.name;
  }
  EXPECT_EQ(shown.size(), keys().size());
  EXPECT_TRUE(Config::load({CONFIG_FILE, {}, {}}).ok());
}

} // namespace
} // namespace onebudget::config
