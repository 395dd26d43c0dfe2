// Patterns, targets, languages, problems: without sockets.

#include <gtest/gtest.h>

#include "kernel/http/http.hpp"
#include "kernel/http/problem.hpp"
#include "kernel/http/wire/render.hpp"
#include "kernel/http/wire/target.hpp"
#include "sdk/text/json_door.hpp"

namespace onebudget::http {
namespace {

struct RouterTest : ::testing::Test {
  Router router;
  void SetUp() override {
    for (const auto& [method, pattern] :
         std::vector<std::pair<std::string, std::string>>{{"GET", "/"},
                                                          {"GET", "/api/v1/{plugin}/{entity}"},
                                                          {"POST", "/api/v1/{plugin}/{entity}"},
                                                          {"GET", "/api/v1/{plugin}/{entity}/schema"},
                                                          {"GET", "/api/v1/{plugin}/{entity}/{id}"},
                                                          {"PATCH", "/api/v1/{plugin}/{entity}/{id}"},
                                                          {"GET", "/api/v1/system/node"},
                                                          {"DELETE", "/api/v1/{plugin}/{rest*}"},
                                                          {"GET", "/{rest*}"}}) {
      router.add(method, pattern, {}, [](Request&) { return Response(200); });
    }
  }
  [[nodiscard]] std::string found(const std::string& method, const std::string& path) const {
    const auto match = router.find(method, path);
    std::string text = match.route != nullptr ? match.route->pattern : "-";
    for (const auto& [name, value] : match.params) text.append(" ").append(name).append("=").append(value);
    for (const std::string& allowed : match.allowed) text.append(" +").append(allowed);
    return text;
  }
};

TEST_F(RouterTest, literals_win_over_parameters_and_parameters_over_tails) {
  EXPECT_EQ(found("GET", "/"), "/");
  EXPECT_EQ(found("GET", "/api/v1/system/node"), "/api/v1/system/node");
  EXPECT_EQ(found("GET", "/api/v1/system/other"), "/api/v1/{plugin}/{entity} plugin=system entity=other");
  EXPECT_EQ(found("GET", "/api/v1/a/b/schema"), "/api/v1/{plugin}/{entity}/schema plugin=a entity=b");
  EXPECT_EQ(found("GET", "/api/v1/a/b/17"), "/api/v1/{plugin}/{entity}/{id} plugin=a entity=b id=17");
  EXPECT_EQ(found("DELETE", "/api/v1/a/b/17/x"), "/api/v1/{plugin}/{rest*} plugin=a rest=b/17/x");
  EXPECT_EQ(found("GET", "/assets/a.js"), "/{rest*} rest=assets/a.js");
}

TEST_F(RouterTest, a_wrong_method_lists_the_right_ones) {
  EXPECT_EQ(found("PUT", "/api/v1/a/b/17"), "- +DELETE +GET +PATCH");
  EXPECT_EQ(found("POST", "/assets/a.js"), "- +GET");
}

TEST(TargetTest, a_path_with_two_readings_has_none) {
  std::string path;
  EXPECT_TRUE(decode_path("/a/%E8%B4%A2/b", path));
  EXPECT_EQ(path, "/a/财/b");
  for (const char* bad : {"", "a", "/a//b", "/./a", "/a/..", "/%2e%2e/a", "/a%2Fb", "/a%00", "/a%5cb", "/a%", "/a%4",
                          "/a%zz", "/%ff", "/%c0%80", "/a%0ab"}) {
    EXPECT_FALSE(decode_path(bad, path)) << bad;
  }
}

TEST(TargetTest, query_pairs_are_decoded_or_refused) {
  Request request;
  request.query = "filter=a%3D%3D1%3Bb&q=%E8%B4%A2+x&empty=&flag&";
  const auto pairs = request.query_pairs();
  ASSERT_TRUE(pairs.ok());
  const Pairs expected = {{"filter", "a==1;b"}, {"q", "财 x"}, {"empty", ""}, {"flag", ""}};
  EXPECT_EQ(*pairs, expected);
  request.query = "a=%ff";
  EXPECT_EQ(request.query_pairs().fault().code, "http.query");
}

TEST(TargetTest, the_language_is_the_wished_one_of_the_two) {
  EXPECT_EQ(choose_language(""), "zh");
  EXPECT_EQ(choose_language("en-US,en;q=0.9"), "en");
  EXPECT_EQ(choose_language("fr, en;q=0.4, zh-CN;q=0.8"), "zh");
  EXPECT_EQ(choose_language("fr, en;q=0.9, zh;q=0.8"), "en");
  EXPECT_EQ(choose_language("english"), "zh");
  EXPECT_EQ(choose_language("en;q=oops"), "zh");
}

TEST(ProblemTest, a_fault_is_told_in_the_callers_language_with_every_field) {
  Context context;
  context.language = "en";
  context.request_id = "00ff00ff00ff00ff";
  const Fault fault{FaultKind::rule,
                    "records.invalid",
                    {"有错", "\"bad\"\n"},
                    {{"/amount", "field.money", {"金额", "money"}, {"改", "fix"}}},
                    0};
  const Response response = problem(fault, context, "\"rows\":3");
  EXPECT_EQ(response.status, 422);
  const auto body = parse_json(std::get<std::string>(response.body));
  ASSERT_TRUE(body.ok());
  const Json expected = {
      {"type", "/problems/records.invalid"},
      {"title", "Unprocessable Content"},
      {"status", 422},
      {"detail", "\"bad\"\n"},
      {"code", "records.invalid"},
      {"request_id", "00ff00ff00ff00ff"},
      {"rows", 3},
      {"errors", {{{"field", "/amount"}, {"code", "field.money"}, {"message", "money"}, {"remedy", "fix"}}}}};
  EXPECT_EQ(*body, expected);
}

TEST(ProblemTest, internal_faults_hide_their_text) {
  Context context;
  const Response response =
      problem(fault(FaultKind::internal, "storage.broken", {"SELECT 秘密", "SELECT secret"}), context);
  EXPECT_EQ(std::get<std::string>(response.body).find("SELECT"), std::string::npos);
}

TEST(RenderTest, a_header_is_one_line_whatever_is_put_into_it) {
  Response response(200, "text/plain", "x");
  response.set("X-Name", "a\r\nSet-Cookie: b=c");
  const std::string bytes = render(std::move(response), {}).bytes;
  EXPECT_EQ(bytes.find("\r\nSet-Cookie"), std::string::npos);
  EXPECT_EQ(http_date(784'111'777'000), "Sun, 06 Nov 1994 08:49:37 GMT");
}

} // namespace
} // namespace onebudget::http
