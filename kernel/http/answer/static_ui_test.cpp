// The bundled UI over the wire.

#include "kernel/http/answer/static_ui.hpp"

#include <filesystem>
#include <fstream>

#include "kernel/http/wire/test_support.hpp"

namespace onebudget::http {
namespace {

using test::Answer;
using test::get;
using test::RawClient;

struct StaticUiTest : ::testing::Test {
  std::string root = ::testing::TempDir() + "static_ui_test";
  test::TestServer served;
  void SetUp() override {
    std::filesystem::remove_all(root);
    std::filesystem::create_directories(root + "/ui/assets");
    write("/ui/index.html", "<html>ui</html>");
    write("/ui/assets/app-1a2b.js", "let a");
    write("/ui/assets/app-1a2b.js.gz", "packed");
    write("/ui/.hidden", "hidden");
    write("/secret.txt", "secret");
    std::filesystem::create_symlink(root + "/secret.txt", root + "/ui/link.txt");
    served.router.add("GET", "/api/v1/thing", {}, [](Request&) { return Response(200, "application/json", "{}"); });
    add_static_ui(served.router, root + "/ui");
    served.start();
  }
  void write(const std::string& name, const std::string& text) const { std::ofstream(root + name) << text; }
  [[nodiscard]] Answer ask(const std::string& path, const std::string& more = {}) const {
    RawClient client(served.port());
    client.send(get(path, more));
    return client.read();
  }
};

TEST_F(StaticUiTest, the_page_is_asked_for_anew_and_assets_are_kept) {
  const Answer page = ask("/");
  EXPECT_EQ(page.body, "<html>ui</html>");
  EXPECT_EQ(page.header("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(page.header("Cache-Control"), "no-cache");
  EXPECT_NE(page.header("Content-Security-Policy"), "");
  const Answer asset = ask("/assets/app-1a2b.js");
  EXPECT_EQ(asset.body, "let a");
  EXPECT_EQ(asset.header("Cache-Control"), "public, max-age=31536000, immutable");
  const Answer packed = ask("/assets/app-1a2b.js", "Accept-Encoding: gzip, br\r\n");
  EXPECT_EQ(packed.body, "packed");
  EXPECT_EQ(packed.header("Content-Encoding"), "gzip");
  EXPECT_NE(packed.header("ETag"), asset.header("ETag"));
  EXPECT_EQ(ask("/assets/app-1a2b.js", "If-None-Match: " + asset.header("ETag") + "\r\n").status, 304);
}

TEST_F(StaticUiTest, page_addresses_give_the_page_and_anything_else_is_missing) {
  const std::string html = "Accept: text/html,application/xhtml+xml\r\n";
  EXPECT_EQ(ask("/compilation/project/17", html).body, "<html>ui</html>");
  EXPECT_EQ(ask("/compilation/project/17").status, 404);
  EXPECT_EQ(ask("/assets/app-gone.js", html).status, 404);
  EXPECT_EQ(ask("/api/v1/nothing", html).status, 404);
  EXPECT_EQ(ask("/api/v1/thing").body, "{}");
}

TEST_F(StaticUiTest, no_path_leads_out_of_the_folder) {
  for (const std::string path : {"/../secret.txt", "/assets/../../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt",
                                 "/assets/..%5c..%5csecret.txt", "/.hidden", "/link.txt", "//etc/passwd", "/assets"}) {
    const Answer answer = ask(path);
    EXPECT_TRUE(answer.status == 400 || answer.status == 404) << path << " " << answer.status;
    EXPECT_EQ(answer.body.find("secret\""), std::string::npos) << path;
  }
}

TEST_F(StaticUiTest, the_page_has_the_policy_of_its_build_and_nothing_else_has) {
  write("/ui/content-security-policy", "script-src 'self' 'sha256-x'");
  const Answer page = ask("/");
  EXPECT_EQ(page.header("Content-Security-Policy"), "script-src 'self' 'sha256-x'");
  const Answer unchanged = ask("/", "If-None-Match: " + page.header("ETag") + "\r\n");
  EXPECT_EQ(unchanged.status, 304);
  EXPECT_EQ(unchanged.header("Content-Security-Policy"), "script-src 'self' 'sha256-x'");
  EXPECT_NE(ask("/assets/app-1a2b.js").header("Content-Security-Policy").find("default-src 'self'"), std::string::npos);
}

TEST(PluginUiTest, files_of_an_enabled_plugin_are_found_under_their_digest_only) {
  test::TestServer served;
  add_plugin_ui(
      served.router,
      [](const std::string& plugin, const std::string& digest, const std::string& file) -> std::optional<std::string> {
        if (plugin == "guestbook" && digest == "d1" && file == "sum.js") return "export default {}";
        return std::nullopt;
      });
  served.start();
  const auto ask = [&served](const std::string& path) {
    RawClient client(served.port());
    client.send(get(path));
    return client.read();
  };
  const Answer module = ask("/plugin-ui/guestbook/d1/sum.js");
  EXPECT_EQ(module.body, "export default {}");
  EXPECT_EQ(module.header("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(module.header("Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(ask("/plugin-ui/guestbook/d2/sum.js").status, 404);
  EXPECT_EQ(ask("/plugin-ui/guestbook/d1/../sum.js").status, 400);
  EXPECT_EQ(ask("/plugin-ui/other/d1/sum.js").status, 404);
}

} // namespace
} // namespace onebudget::http
