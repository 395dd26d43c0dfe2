// Event streams: who gets what, resuming, heartbeats, listeners that do not keep up.

#include <thread>

#include "kernel/http/wire/test_support.hpp"

namespace onebudget::http {
namespace {

using test::get;
using test::RawClient;

struct SseTest : ::testing::Test {
  test::TestServer served;
  std::vector<SseEvent> past;
  void SetUp() override {
    served.router.add("GET", "/events", {}, [this](Request& request) {
      Context context = request.context;
      context.caller.name = request.query;
      auto listener = served.hub.open(context);
      std::vector<SseEvent> missed;
      const std::string last(request.header("last-event-id"));
      for (const SseEvent& event : past) {
        if (!last.empty() && event.id > std::stoll(last)) missed.push_back(event);
      }
      served.hub.begin(listener, missed);
      Response response(200);
      response.body = std::move(listener);
      return response;
    });
    served.router.add("GET", "/plain", {}, [](Request&) { return Response(200, "text/plain", "plain"); });
    served.start();
  }
  void await_listeners(std::size_t count) const {
    while (served.server->counts().listeners != count) std::this_thread::yield();
  }
  static SseEvent event(std::int64_t id, const std::string& data) { return {id, "changed", data}; }
};

const SseHub::Filter kAll = [](const auto& callers) { return std::vector<bool>(callers.size(), true); };

TEST_F(SseTest, each_listener_gets_what_its_filter_admits_in_order) {
  RawClient one(served.port()), two(served.port());
  one.send(get("/events?one"));
  two.send(get("/events?two"));
  const test::Answer head = one.read();
  EXPECT_EQ(head.header("Content-Type"), "text/event-stream");
  EXPECT_EQ(head.header("Cache-Control"), "no-store");
  EXPECT_EQ(two.read().status, 200);
  await_listeners(2);
  served.hub.publish(kAll, event(1, "a"));
  served.hub.publish(
      [](const auto& callers) {
        std::vector<bool> seen;
        for (const Context* caller : callers) seen.push_back(caller->caller.name == "two");
        return seen;
      },
      event(2, "b"));
  served.hub.publish(kAll, event(3, "{\"c\":1}"));
  EXPECT_TRUE(one.await("id: 1\nevent: changed\ndata: a\n\nid: 3\nevent: changed\ndata: {\"c\":1}\n\n"));
  EXPECT_TRUE(two.await("data: a\n\nid: 2\nevent: changed\ndata: b\n\nid: 3"));
}

TEST_F(SseTest, a_listener_that_comes_back_gets_what_it_missed_once) {
  for (int i = 1; i <= 5; ++i) past.push_back(event(i, "past" + std::to_string(i)));
  RawClient client(served.port());
  client.send(get("/events?x", "Last-Event-ID: 3\r\n"));
  EXPECT_EQ(client.read().status, 200);
  await_listeners(1);
  served.hub.publish(kAll, event(5, "again")); // already sent as missed
  served.hub.publish(kAll, event(6, "new"));
  EXPECT_TRUE(
      client.await("id: 4\nevent: changed\ndata: past4\n\nid: 5\nevent: changed\ndata: past5\n\nid: 6\nevent: "
                   "changed\ndata: new\n\n"));
}

TEST_F(SseTest, what_is_published_between_opening_and_beginning_is_not_lost) {
  SseHub hub;
  const auto listener = hub.open({});
  hub.publish(kAll, event(7, "between"));
  hub.begin(listener, {event(6, "missed"), event(7, "between")});
  std::string out;
  EXPECT_TRUE(hub.take(*listener, out));
  EXPECT_EQ(out, "id: 6\nevent: changed\ndata: missed\n\nid: 7\nevent: changed\ndata: between\n\n");
}

TEST_F(SseTest, a_text_with_line_ends_cannot_become_a_second_event) {
  SseHub hub;
  const auto listener = hub.open({});
  hub.begin(listener, {SseEvent{1, "x", "a\r\n\nid: 9"}});
  std::string out;
  EXPECT_TRUE(hub.take(*listener, out));
  EXPECT_EQ(out, "id: 1\nevent: x\ndata: a\ndata: \ndata: id: 9\n\n");
}

TEST_F(SseTest, silence_is_broken_by_a_heartbeat) {
  RawClient client(served.port());
  client.send(get("/events?x"));
  EXPECT_EQ(client.read().status, 200);
  await_listeners(1);
  for (int i = 0; i < 3; ++i) {
    served.clock.advance_ms(15'500);
    EXPECT_TRUE(client.await(":\n\n"));
  }
}

TEST_F(SseTest, a_listener_that_does_not_keep_up_is_dropped_and_the_others_go_on) {
  RawClient slow(served.port(), 4096), good(served.port());
  slow.send(get("/events?slow"));
  good.send(get("/events?good"));
  EXPECT_EQ(good.read().status, 200);
  await_listeners(2);
  const std::string large(8'000, 'x');
  for (int i = 1; served.server->counts().listeners == 2 && i < 100'000; ++i) {
    served.hub.publish(kAll, event(i, large));
    EXPECT_TRUE(good.await("id: " + std::to_string(i) + "\n"));
  }
  EXPECT_EQ(served.server->counts().listeners, 1U);
}

TEST_F(SseTest, a_listener_that_leaves_is_forgotten) {
  {
    RawClient client(served.port());
    client.send(get("/events?x"));
    EXPECT_EQ(client.read().status, 200);
    await_listeners(1);
  }
  await_listeners(0);
  while (served.hub.listeners() != 0) std::this_thread::yield();
}

TEST_F(SseTest, many_listeners_cost_no_thread_and_do_not_hold_up_others) {
  std::vector<std::unique_ptr<RawClient>> listeners;
  for (int i = 0; i < 400; ++i) {
    listeners.push_back(std::make_unique<RawClient>(served.port()));
    listeners.back()->send(get("/events?x"));
  }
  await_listeners(400);
  RawClient good(served.port());
  good.send(get("/plain"));
  EXPECT_EQ(good.read().body, "plain");
  served.hub.publish(kAll, event(1, "to all"));
  for (const auto& listener : listeners) EXPECT_TRUE(listener->await("data: to all\n\n"));
}

TEST_F(SseTest, a_stop_closes_listeners) {
  RawClient client(served.port());
  client.send(get("/events?x"));
  EXPECT_EQ(client.read().status, 200);
  await_listeners(1);
  served.server->stop();
  EXPECT_EQ(client.rest(), "");
}

} // namespace
} // namespace onebudget::http
