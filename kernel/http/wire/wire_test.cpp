// The server over real sockets: phases, limits, deadlines, bodies, stopping. Time moves only when a test says so.

#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "kernel/http/wire/test_support.hpp"

namespace onebudget::http {
namespace {

using test::Answer;
using test::get;
using test::RawClient;
using test::TestServer;

/// Holds handlers until it opens.
class Gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++inside_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void await(int inside) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return inside_ >= inside; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int inside_ = 0;
  bool open_ = false;
};

struct WireTest : ::testing::Test {
  TestServer served;
  Gate gate;
  void routes() {
    served.router.add("GET", "/live", {BodyPolicy::none, 0, true, 5},
                      [](Request&) { return Response(200, "text/plain", "live"); });
    served.router.add("GET", "/plain", {}, [](Request&) { return Response(200, "text/plain", "plain"); });
    served.router.add("GET", "/gate", {}, [this](Request&) {
      gate.pass();
      return Response(200, "text/plain", "through");
    });
    served.router.add("GET", "/throw", {}, [](Request&) -> Response { throw std::runtime_error("secret detail"); });
    served.router.add("POST", "/echo", {BodyPolicy::memory, 1 << 20, false, 30},
                      [](Request& request) { return Response(200, "application/octet-stream", request.body); });
    served.router.add("POST", "/upload", {BodyPolicy::spool, 64 << 20, false, 30}, [](Request& request) {
      Response response(200, "text/plain",
                        request.spool ? "file " + std::to_string(request.spool.size())
                                      : "memory " + std::to_string(request.body.size()));
      return response;
    });
    served.router.add("POST", "/back", {BodyPolicy::spool, 64 << 20, false, 30}, [](Request& request) {
      Response response(200);
      response.body = FileBody{request.spool, 0, request.body_size};
      return response;
    });
  }
  void start(ServerOptions options = {}) {
    routes();
    served.start(std::move(options));
  }
};

TEST_F(WireTest, a_connection_carries_many_requests_one_after_the_other) {
  start();
  RawClient client(served.port());
  for (int i = 0; i < 50; ++i) {
    client.send(get(i % 2 == 0 ? "/plain" : "/live"));
    const Answer answer = client.read();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, i % 2 == 0 ? "plain" : "live");
    EXPECT_EQ(answer.header("Connection"), "keep-alive");
  }
}

TEST_F(WireTest, pipelined_requests_are_answered_once_each_and_in_order) {
  start();
  RawClient client(served.port());
  std::string many;
  for (int i = 0; i < 40; ++i) many += get(i % 3 == 0 ? "/plain" : "/live");
  many += "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nConnection: close\r\n\r\nlast";
  client.send(many);
  for (int i = 0; i < 40; ++i) EXPECT_EQ(client.read().body, i % 3 == 0 ? "plain" : "live") << i;
  EXPECT_EQ(client.read().body, "last");
  EXPECT_EQ(client.rest(), "");
  EXPECT_EQ(served.server->counts().requests, 41U);
}

TEST_F(WireTest, head_has_the_length_and_no_body_and_options_lists_what_is_allowed) {
  start();
  RawClient client(served.port());
  client.send("HEAD /plain HTTP/1.1\r\nHost: a\r\n\r\n" + get("/live"));
  const Answer head = client.read(true);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("Content-Length"), "5");
  EXPECT_EQ(client.read().body, "live");
  client.send("OPTIONS /plain HTTP/1.1\r\nHost: a\r\n\r\n");
  const Answer options = client.read();
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.header("Allow"), "OPTIONS, GET, HEAD");
  for (const std::string method : {"POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "FOO"}) {
    client.send(method + " /plain HTTP/1.1\r\nHost: a\r\n\r\n");
    const Answer answer = client.read();
    EXPECT_EQ(answer.status, 405) << method;
    EXPECT_EQ(answer.header("Allow"), "OPTIONS, GET, HEAD");
  }
  client.send(get("/nowhere"));
  EXPECT_EQ(client.read().status, 404);
}

TEST_F(WireTest, every_answer_carries_the_security_headers) {
  start();
  for (const std::string& bytes :
       {get("/plain"), get("/live"), get("/nowhere"), get("/throw"), std::string("X\r\n\r\n")}) {
    RawClient client(served.port());
    client.send(bytes);
    const Answer answer = client.read();
    EXPECT_NE(answer.header("Content-Security-Policy").find("default-src 'self'"), std::string::npos) << bytes;
    EXPECT_EQ(answer.header("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(answer.header("Referrer-Policy"), "same-origin");
    EXPECT_EQ(answer.header("Cross-Origin-Opener-Policy"), "same-origin");
    EXPECT_EQ(answer.header("Cache-Control"), "no-store");
    EXPECT_EQ(answer.header("Strict-Transport-Security"), "");
    EXPECT_EQ(answer.header("Server"), "");
  }
}

TEST_F(WireTest, what_a_handler_throws_becomes_a_500_without_its_text) {
  std::string logged;
  ServerOptions options;
  options.on_panic = [&](const Request&, const std::string& what) { logged = what; };
  start(options);
  RawClient client(served.port());
  client.send(get("/throw", "Accept-Language: en\r\n"));
  const Answer answer = client.read();
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
  EXPECT_EQ(answer.body.find("secret"), std::string::npos);
  EXPECT_NE(answer.body.find("\"request_id\":\""), std::string::npos);
  EXPECT_EQ(logged, "secret detail");
  client.send(get("/plain"));
  EXPECT_EQ(client.read().status, 200);
}

TEST_F(WireTest, a_client_that_expects_it_is_told_to_continue_before_it_sends_the_body) {
  start();
  RawClient client(served.port());
  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read().status, 100);
  client.send("hello");
  EXPECT_EQ(client.read().body, "hello");
  RawClient large(served.port());
  large.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(large.read().status, 413);
}

TEST_F(WireTest, a_large_upload_goes_to_a_file_and_a_file_comes_back_whole) {
  start();
  std::string body(20 << 20, 'x');
  for (std::size_t i = 0; i < body.size(); i += 997) body[i] = static_cast<char>('a' + i % 26);
  RawClient client(served.port());
  client.send("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n" + body.substr(0, 1000));
  EXPECT_EQ(client.read().body, "memory 1000");
  client.send("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  EXPECT_EQ(client.read().body, "file " + std::to_string(body.size()));
  client.send("POST /back HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (std::size_t at = 0; at < body.size(); at += 0x40000)
    client.send("40000\r\n" + body.substr(at, 0x40000) + "\r\n");
  client.send("0\r\n\r\n");
  const Answer back = client.read();
  EXPECT_EQ(back.status, 200);
  EXPECT_TRUE(back.body == body);
}

TEST_F(WireTest, an_endless_chunked_upload_ends_at_the_limit) {
  start();
  RawClient client(served.port());
  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "1000\r\n" + std::string(4096, 'x') + "\r\n";
  for (int i = 0; i < 400; ++i) client.send(chunk);
  EXPECT_EQ(client.read().status, 413);
}

TEST_F(WireTest, two_hundred_half_sent_requests_do_not_hurt_a_good_client_and_are_cut_by_the_deadline) {
  start();
  std::vector<std::unique_ptr<RawClient>> half;
  for (int i = 0; i < 200; ++i) {
    half.push_back(std::make_unique<RawClient>(served.port()));
    half.back()->send(i % 2 == 0 ? "GET /plain HTTP/1.1\r\nHo"
                                 : "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
  }
  RawClient good(served.port());
  for (int i = 0; i < 100; ++i) {
    good.send(get("/plain"));
    ASSERT_EQ(good.read().body, "plain");
  }
  served.clock.advance_ms(11'000);
  for (std::size_t i = 0; i < half.size(); i += 2) EXPECT_EQ(half[i]->read().status, 408);
  good.send(get("/plain"));
  EXPECT_EQ(good.read().body, "plain");
  served.clock.advance_ms(30'000);
  for (std::size_t i = 1; i < half.size(); i += 2) EXPECT_EQ(half[i]->read().status, 408);
}

TEST_F(WireTest, an_idle_connection_is_closed_silently_after_its_time) {
  start();
  RawClient client(served.port());
  client.send(get("/plain"));
  EXPECT_EQ(client.read().status, 200);
  served.clock.advance_ms(76'000);
  EXPECT_EQ(client.rest(), "");
}

TEST_F(WireTest, a_reader_that_does_not_read_is_cut_and_costs_no_worker) {
  start();
  const std::string body(32 << 20, 'x');
  RawClient slow(served.port(), 4096);
  slow.send("POST /back HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n");
  slow.send(body);
  RawClient good(served.port());
  for (int i = 0; i < 100; ++i) {
    good.send(get("/plain"));
    ASSERT_EQ(good.read().body, "plain");
  }
  while (served.server->counts().requests < 101) std::this_thread::yield();
  served.clock.advance_ms(4 * 3'600'000);
  EXPECT_LT(slow.rest().size(), body.size());
}

TEST_F(WireTest, a_full_queue_is_answered_with_503_at_once) {
  ServerOptions options;
  options.queue = 2;
  start(options);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 2; ++i) {
    clients.push_back(std::make_unique<RawClient>(served.port()));
    clients.back()->send(get("/gate"));
  }
  gate.await(2); // both workers are busy
  for (int i = 0; i < 2; ++i) {
    clients.push_back(std::make_unique<RawClient>(served.port()));
    clients.back()->send(get("/gate"));
  }
  while (served.server->counts().requests < 4) std::this_thread::yield();
  RawClient late(served.port());
  late.send(get("/gate"));
  const Answer busy = late.read();
  EXPECT_EQ(busy.status, 503);
  EXPECT_EQ(busy.header("Retry-After"), "1");
  late.send(get("/live")); // the loop itself is not busy
  EXPECT_EQ(late.read().status, 200);
  gate.open();
  for (const auto& client : clients) EXPECT_EQ(client->read().body, "through");
}

TEST_F(WireTest, one_address_gets_no_more_connections_than_its_share) {
  ServerOptions options;
  options.max_connections_per_ip = 3;
  start(options);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(std::make_unique<RawClient>(served.port()));
    clients.back()->send(get("/live"));
    EXPECT_EQ(clients.back()->read().status, 200);
  }
  RawClient refused(served.port());
  EXPECT_EQ(refused.read().status, 503);
  clients.pop_back();
  while (served.server->counts().connections > 2) std::this_thread::yield();
  RawClient welcome(served.port());
  welcome.send(get("/live"));
  EXPECT_EQ(welcome.read().status, 200);
}

TEST_F(WireTest, a_stop_lets_requests_in_flight_end_and_closes_the_rest) {
  start();
  RawClient idle(served.port());
  idle.send(get("/live"));
  EXPECT_EQ(idle.read().status, 200);
  std::vector<std::unique_ptr<RawClient>> busy;
  for (int i = 0; i < 2; ++i) {
    busy.push_back(std::make_unique<RawClient>(served.port()));
    busy.back()->send(get("/gate"));
  }
  gate.await(2);
  std::thread stopping([this] { served.server->stop(); });
  EXPECT_EQ(idle.rest(), "");
  gate.open();
  for (const auto& client : busy) {
    const Answer answer = client->read();
    EXPECT_EQ(answer.body, "through");
    EXPECT_EQ(answer.header("Connection"), "close");
  }
  busy.clear();
  stopping.join();
  EXPECT_FALSE(RawClient(served.port()).connected());
}

TEST_F(WireTest, a_stop_under_load_breaks_no_answer) {
  start();
  std::atomic<int> whole{0}, broken{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&] {
      RawClient client(served.port());
      for (;;) {
        client.send(get("/plain"));
        const Answer answer = client.read();
        if (answer.status == 0 && answer.head.empty()) return; // closed between requests
        ++(answer.status == 200 && answer.body == "plain" ? whole : broken);
      }
    });
  }
  while (whole < 500) std::this_thread::yield();
  served.server->stop();
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(broken.load(), 0);
}

TEST_F(WireTest, only_a_trusted_proxy_says_who_the_client_is) {
  std::vector<std::pair<std::string, bool>> seen;
  std::mutex mutex;
  served.router.add("GET", "/who", {}, [&](Request& request) {
    const std::lock_guard lock(mutex);
    seen.emplace_back(request.client_ip, request.loopback);
    return Response(200, "text/plain", "ok");
  });
  start();
  {
    RawClient client(served.port());
    client.send(get("/who") + get("/who", "X-Forwarded-For: 10.1.2.3\r\n"));
    client.read();
    client.read();
  }
  served.server->stop();
  ServerOptions options;
  options.trusted_proxies = {"127.0.0.1"};
  served.start(options);
  RawClient client(served.port());
  client.send(get("/who", "X-Forwarded-For: 9.9.9.9, 10.1.2.3\r\n"));
  client.read();
  const std::vector<std::pair<std::string, bool>> expected = {
      {"127.0.0.1", true}, {"127.0.0.1", false}, {"10.1.2.3", false}};
  EXPECT_EQ(seen, expected);
}

TEST_F(WireTest, request_ids_differ_and_reach_the_context) {
  std::set<std::string> ids;
  std::mutex mutex;
  served.router.add("GET", "/id", {}, [&](Request& request) {
    const std::lock_guard lock(mutex);
    ids.insert(request.context.request_id);
    return Response(200, "text/plain", request.context.language);
  });
  start();
  RawClient client(served.port());
  for (int i = 0; i < 100; ++i) {
    client.send(get("/id", i % 2 == 0 ? "Accept-Language: en-US,en;q=0.9\r\n" : ""));
    EXPECT_EQ(client.read().body, i % 2 == 0 ? "en" : "zh");
  }
  EXPECT_EQ(ids.size(), 100U);
  EXPECT_EQ(ids.begin()->size(), 16U);
}

TEST_F(WireTest, an_unchanged_read_is_answered_with_304) {
  start();
  RawClient client(served.port());
  client.send(get("/plain"));
  const std::string etag = client.read().header("ETag");
  ASSERT_FALSE(etag.empty());
  client.send(get("/plain", "If-None-Match: \"other\", " + etag + "\r\n"));
  const Answer unchanged = client.read();
  EXPECT_EQ(unchanged.status, 304);
  EXPECT_EQ(unchanged.header("ETag"), etag);
  client.send(get("/plain", "If-None-Match: \"other\"\r\n"));
  EXPECT_EQ(client.read().body, "plain");
}

TEST_F(WireTest, a_port_in_use_and_half_a_tls_pair_are_refused_with_a_remedy) {
  start();
  ServerOptions taken;
  taken.port = served.port();
  Server second(served.router, served.hub, served.clock, taken);
  const auto refused = second.start();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.fault().code, "http.listen");
  ServerOptions half;
  half.tls_certificate = "/nowhere.pem";
  Server third(served.router, served.hub, served.clock, half);
  EXPECT_EQ(third.start().fault().code, "http.tls");
  half.tls_key = "/nowhere.key";
  Server fourth(served.router, served.hub, served.clock, half);
  EXPECT_EQ(fourth.start().fault().code, "http.tls");
}

} // namespace
} // namespace onebudget::http
