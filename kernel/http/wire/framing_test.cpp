// Request smuggling: whatever two readers could understand differently ends in a refusal and a closed connection.

#include <tuple>

#include "kernel/http/wire/test_support.hpp"

namespace onebudget::http {
namespace {

using test::RawClient;

const std::string kSmuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

struct Framing {
  const char* name;
  std::string bytes; ///< a second request follows them
};

std::string post(const std::string& fields, const std::string& body = "0\r\n\r\n") {
  return "POST /echo HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n" + body;
}
std::string chunked(const std::string& body) { return post("Transfer-Encoding: chunked\r\n", body); }
std::string with(const std::string& fields) { return "GET /plain HTTP/1.1\r\n" + fields + "\r\n"; }

std::vector<Framing> lengths() {
  return {
      {"both lengths", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")},
      {"both lengths, other order", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n")},
      {"gzip, chunked", post("Transfer-Encoding: gzip, chunked\r\n")},
      {"chunked, identity", post("Transfer-Encoding: chunked, identity\r\n")},
      {"identity", post("Transfer-Encoding: identity\r\n")},
      {"xchunked", post("Transfer-Encoding: xchunked\r\n")},
      {"chunkedx", post("Transfer-Encoding: chunked;q=1\r\n")},
      {"quoted chunked", post("Transfer-Encoding: \"chunked\"\r\n")},
      {"encoded word", post("Transfer-Encoding: =?us-ascii?Q?chunked?=\r\nContent-Length: 5\r\n")},
      {"vertical tab before chunked", post("Transfer-Encoding: \x0b"
                                           "chunked\r\n")},
      {"two Transfer-Encoding lines", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")},
      {"empty Transfer-Encoding", post("Transfer-Encoding:\r\nContent-Length: 5\r\n")},
      {"Transfer-Encoding in HTTP/1.0",
       "POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {"underscore for hyphen", post("Transfer_Encoding: chunked\r\nContent-Length: 5\r\n")},
      {"two equal Content-Length", post("Content-Length: 5\r\nContent-Length: 5\r\n")},
      {"two Content-Length", post("Content-Length: 0\r\nContent-Length: 5\r\n")},
      {"listed Content-Length", post("Content-Length: 5, 5\r\n")},
      {"joined Content-Length", post("Content-Length: 1,0\r\n")},
      {"signed Content-Length", post("Content-Length: +5\r\n")},
      {"plus zero", post("Content-Length: +0\r\n")},
      {"negative Content-Length", post("Content-Length: -1\r\n")},
      {"hexadecimal Content-Length", post("Content-Length: 0x5\r\n")},
      {"octal looking Content-Length", post("Content-Length: 005\r\n")},
      {"overflowing Content-Length", post("Content-Length: 18446744073709551621\r\n")},
      {"empty Content-Length", post("Content-Length:\r\n")},
      {"Content-Length with a blank inside", post("Content-Length: 5 5\r\n")},
      {"decimal point", post("Content-Length: 5.0\r\n")},
      {"space before the colon", post("Transfer-Encoding : chunked\r\n")},
      {"tab before the colon", post("Content-Length\t: 5\r\n")},
      {"folded Transfer-Encoding", post("Transfer-Encoding:\r\n chunked\r\n")},
      {"folded first line", with(" Host: a\r\n")},
      {"folded with tab", with("Host: a\r\nX-A: b\r\n\tContent-Length: 5\r\n")},
  };
}

std::vector<Framing> heads() {
  const std::string nul(1, '\0');
  return {
      {"bare LF line ends", "GET /plain HTTP/1.1\nHost: a\n\n"},
      {"one bare LF", "GET /plain HTTP/1.1\r\nHost: a\nX-A: b\r\n\r\n"},
      {"bare CR in a value", with("Host: a\r\nX-A: b\rContent-Length: 5\r\n")},
      {"bare CR in the request line", "GET /plain\r HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"empty line first", "\r\nGET /plain HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"no Host", with("X-A: b\r\n")},
      {"two Hosts", with("Host: a\r\nHost: a\r\n")},
      {"empty Host", with("Host:\r\n")},
      {"Host with a path", with("Host: a/b\r\n")},
      {"Host with user", with("Host: x@a\r\n")},
      {"NUL in a value", with("Host: a\r\nX-A: b" + nul + "c\r\n")},
      {"NUL in a name", with("Host: a\r\nX" + nul + "A: b\r\n")},
      {"NUL in the target", "GET /pl" + nul + "ain HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"no colon", with("Host: a\r\nContent-Length\r\n")},
      {"empty name", with("Host: a\r\n: b\r\n")},
      {"bad name", with("Host: a\r\nX(A): b\r\n")},
      {"lower-case method", "get /plain HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"method with a bracket", "G(T /plain HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"two spaces", "GET  /plain HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"tab as separator", "GET\t/plain HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"no version", "GET /plain\r\nHost: a\r\n\r\n"},
      {"version 2", "GET /plain HTTP/2.0\r\nHost: a\r\n\r\n"},
      {"version 1.10", "GET /plain HTTP/1.10\r\nHost: a\r\n\r\n"},
      {"lower-case version", "GET /plain http/1.1\r\nHost: a\r\n\r\n"},
      {"absolute target", "GET http://a/plain HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"authority target", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"fragment", "GET /plain#x HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"backslash", "GET /\\plain HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"dot segments", "GET /a/../plain HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"encoded dot segments", "GET /a/%2e%2e/plain HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"encoded slash", "GET /a%2fplain HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"encoded NUL", "GET /plain%00 HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"double slash", "GET //plain HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"bad escape", "GET /plain%zz HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"over-long UTF-8", "GET /%c0%af HTTP/1.1\r\nHost: a\r\n\r\n"},
  };
}

std::vector<Framing> bodies() {
  return {
      {"body on a route without", with("Host: a\r\nContent-Length: 36\r\n")},
      {"chunked body on a route without", with("Host: a\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n"},
      {"Trailer announced", post("Transfer-Encoding: chunked\r\nTrailer: X-A\r\n")},
      {"trailer sent", chunked("3\r\nabc\r\n0\r\nContent-Length: 5\r\n\r\n")},
      {"chunk extension", chunked("3;a=b\r\nabc\r\n0\r\n\r\n")},
      {"extension on the last chunk", chunked("3\r\nabc\r\n0;a\r\n\r\n")},
      {"chunk size with sign", chunked("+3\r\nabc\r\n0\r\n\r\n")},
      {"chunk size with 0x", chunked("0x3\r\nabc\r\n0\r\n\r\n")},
      {"chunk size with rubbish", chunked("0zzz\r\n\r\n")},
      {"chunk size with a space", chunked("3 \r\nabc\r\n0\r\n\r\n")},
      {"space before the chunk size", chunked(" 3\r\nabc\r\n0\r\n\r\n")},
      {"chunk size overflow", chunked("10000000000000003\r\nabc\r\n0\r\n\r\n")},
      {"chunk line ends with LF", chunked("3\nabc\r\n0\r\n\r\n")},
      {"chunk without CRLF behind", chunked("3\r\nabcd\r\n0\r\n\r\n")},
      {"chunk data ends with LF", chunked("3\r\nabc\n0\r\n\r\n")},
      {"negative chunk", chunked("-1\r\nabc\r\n0\r\n\r\n")},
      {"empty chunk size", chunked("\r\nabc\r\n0\r\n\r\n")},
      {"last chunk with LF", chunked("3\r\nabc\r\n0\n\n")},
      {"endless chunk line", chunked(std::string(200, '0') + "3\r\nabc\r\n0\r\n\r\n")},
      {"Connection names Content-Length", post("Connection: close, Content-Length\r\nContent-Length: 5\r\n")},
      {"two Content-Type", post("Content-Type: a/b\r\nContent-Type: c/d\r\nContent-Length: 5\r\n")},
      {"two Authorization", with("Host: a\r\nAuthorization: Bearer x\r\nAuthorization: Bearer y\r\n")},
      {"unknown expectation", post("Expect: 200-ok\r\nContent-Length: 5\r\n")},
      {"compressed body", post("Content-Encoding: gzip\r\nContent-Length: 5\r\n")},
  };
}

std::vector<Framing> framings() {
  std::vector<Framing> all = lengths();
  for (const auto& more : {heads(), bodies()}) all.insert(all.end(), more.begin(), more.end());
  return all;
}

class FramingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    served_.router.add("GET", "/plain", {}, [](Request&) { return Response(200, "text/plain", "plain"); });
    served_.router.add("GET", "/smuggled", {}, [this](Request&) {
      ++smuggled_;
      return Response(200, "text/plain", "smuggled");
    });
    served_.router.add("POST", "/echo", {BodyPolicy::memory, 1 << 20, false, 30}, [this](Request& request) {
      ++echoed_;
      return Response(200, "text/plain", request.body);
    });
    served_.start();
  }
  test::TestServer served_;
  std::atomic<int> smuggled_{0}, echoed_{0};
};

TEST_F(FramingTest, no_ambiguous_framing_is_served_and_none_lets_a_second_request_through) {
  const auto table = framings();
  EXPECT_GE(table.size(), 40U);
  for (const Framing& framing : table) {
    SCOPED_TRACE(framing.name);
    RawClient client(served_.port());
    client.send(framing.bytes + kSmuggled);
    const std::string all = client.rest(); // the end of the connection is part of the promise
    ASSERT_GE(all.size(), 12U);
    EXPECT_TRUE(all[9] == '4' || all[9] == '5') << all.substr(0, 40);
    const test::Answer first{0, all.substr(0, all.find("\r\n\r\n") + 2), {}};
    EXPECT_EQ(all.size(), first.head.size() + 2 + std::stoul("0" + first.header("Content-Length")))
        << "more than one answer";
    EXPECT_EQ(smuggled_.load(), 0);
    EXPECT_EQ(echoed_.load(), 0);
  }
}

TEST_F(FramingTest, the_same_framings_are_refused_when_they_arrive_byte_by_byte) {
  for (const Framing& framing : framings()) {
    SCOPED_TRACE(framing.name);
    RawClient client(served_.port());
    const int one = 1;
    ::setsockopt(client.descriptor(), IPPROTO_TCP, 1 /* TCP_NODELAY */, &one, sizeof one);
    for (const char c : framing.bytes.substr(0, 400)) client.send({&c, 1});
    client.send(kSmuggled);
    const std::string all = client.rest();
    ASSERT_GE(all.size(), 12U);
    EXPECT_TRUE(all[9] == '4' || all[9] == '5') << all.substr(0, 40);
    EXPECT_EQ(smuggled_.load(), 0);
    EXPECT_EQ(echoed_.load(), 0);
  }
}

TEST_F(FramingTest, clear_framings_are_served) {
  const std::vector<std::pair<std::string, std::string>> good = {
      {post("Content-Length: 5\r\n", "hello"), "hello"},
      {post("content-length:5\r\n", "hello"), "hello"},
      {post("Content-Length: 0\r\n", ""), ""},
      {chunked("5\r\nhello\r\n0\r\n\r\n"), "hello"},
      {chunked("2\r\nhe\r\n03\r\nllo\r\n0\r\n\r\n"), "hello"},
      {chunked("A\r\n0123456789\r\n000\r\n\r\n"), "0123456789"},
      {post("Transfer-Encoding: Chunked\r\n", "0\r\n\r\n"), ""},
      {with("Host: example.org:8080\r\nX-Text: \xE8\xB4\xA2 ok\r\n"), "plain"},
      {with("Host: [::1]:80\r\nCookie: a=b; c=d\r\n"), "plain"},
      {with("Host: a\r\nAccept: a\r\nAccept: b\r\n"), "plain"},
      {"GET /plain?filter=a==1;(b=in=(x,y)) HTTP/1.1\r\nHost: a\r\n\r\n", "plain"},
      {"GET /plain HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "plain"},
  };
  RawClient client(served_.port());
  for (const auto& [bytes, body] : good) {
    SCOPED_TRACE(bytes);
    client.send(bytes);
    const test::Answer answer = client.read();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, body);
  }
  for (const auto& [bytes, body] : good) {
    for (const char c : bytes) client.send({&c, 1});
    EXPECT_EQ(client.read().body, body) << bytes;
  }
}

TEST_F(FramingTest, a_refusal_is_told_in_the_language_of_the_head_as_far_as_it_came) {
  const std::string english = "Accept-Language: en\r\n";
  const std::vector<std::tuple<std::string, std::string, std::string>> refused = {
      {"GET /plain HTTP/1.1\r\n" + english + "\r\n", "en", "Host is missing."},
      {with("Host: a\r\nHost: b\r\n" + english), "en", "A header field is repeated."},
      {with("Host: a\r\nHost: b\r\n"), "zh", "请求头重复。"},
      {"GET /plain HTTP/1.1\r\naccept-language:en-GB\r\nHost: a\nX-A: b\r\n\r\n", "en", "Line without CRLF."},
      {"GET /plain HTTP/1.1\r\nHost: a\nX-A: b\r\n" + english + "\r\n", "en", "Line without CRLF."},
      {post(english + "Content-Length: 1048577\r\n", ""), "en", "The body is too large."},
      {post(english + "Transfer-Encoding: chunked\r\n", "5;a=b\r\n"), "en", "Chunk extensions are not accepted."},
      {chunked("5;a=b\r\n"), "zh", "不接受 chunk 扩展。"},
  };
  for (const auto& [bytes, language, detail] : refused) {
    SCOPED_TRACE(bytes);
    RawClient client(served_.port());
    client.send(bytes);
    const test::Answer answer = client.read();
    EXPECT_NE(answer.body.find("\"detail\":\"" + detail + "\""), std::string::npos) << answer.body;
    EXPECT_NE(answer.body.find("\"code\":\"http.refused\""), std::string::npos) << answer.body;
    EXPECT_EQ(answer.header("Content-Language"), language);
    EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
  }
}

TEST_F(FramingTest, heads_beyond_the_limits_are_refused) {
  const std::vector<std::pair<std::string, int>> large = {
      {"GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
      {with("Host: a\r\nX-A: " + std::string(17'000, 'b') + "\r\n"), 431},
      {[] {
         std::string fields = "Host: a\r\n";
         for (int i = 0; i < 200; ++i) fields += "X-" + std::to_string(i) + ": b\r\n";
         return with(fields);
       }(),
       431},
      {post("Content-Length: 1048577\r\n", ""), 413},
      {chunked("100001\r\n"), 413},
  };
  for (const auto& [bytes, status] : large) {
    RawClient client(served_.port());
    client.send(bytes);
    EXPECT_EQ(client.read().status, status) << bytes.substr(0, 60);
    EXPECT_EQ(client.rest(), "");
  }
}

} // namespace
} // namespace onebudget::http
