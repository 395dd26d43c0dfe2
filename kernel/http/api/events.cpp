// Server-sent events: progress of own jobs, and hints that a visible record changed.

#include <charconv>

#include "kernel/http/api/toolbox.hpp"

namespace onebudget::http {

namespace {

constexpr std::size_t kMissed = 200;

/// What an event is for those who may see it. Records by the ordinary rule of reading; jobs by their owner.
struct Notice {
  SseEvent shown;
  SseHub::Filter seen_by;
};

std::vector<bool> owners(const std::vector<const Context*>& callers, UserId owner) {
  std::vector<bool> seen;
  for (const Context* caller : callers) seen.push_back(!owner.none() && caller->caller.user == owner);
  return seen;
}

/// A batch is shown as its rows, up to kMostShown of them.
std::vector<Notice> notices_of(Services& services, const events::Event& event) {
  constexpr std::size_t kMostShown = 50;
  const auto payload = parse_json(event.payload);
  if (!payload || !payload->is_object()) return {};
  if (event.topic == "job.progress") {
    const auto id = JobId::parse(payload->value("id", std::string()));
    if (!id) return {};
    const auto job = services.scheduler.job(*id);
    if (!job) return {};
    return {Notice{{event.delivery, "job", event.payload},
                   [owner = job->owner](const auto& callers) { return owners(callers, owner); }}};
  }
  if (event.topic != "records.changed") return {};
  const std::string entity = payload->value("entity", std::string());
  const std::size_t dot = entity.find('.');
  Json ids = payload->value("ids", Json::array());
  if (payload->contains("id")) ids.push_back((*payload)["id"]);
  std::vector<Notice> shown;
  for (std::size_t i = 0; i < std::min(ids.size(), kMostShown); ++i) {
    const auto id = ids[i].is_string() ? RecordId::parse(ids[i].get<std::string>()) : std::nullopt;
    if (!id) continue;
    const Json told{{"plugin", entity.substr(0, dot)}, {"entity", entity.substr(dot + 1)}, {"id", id->str()}};
    shown.push_back({{event.delivery, "changed", told.dump()}, [&services, entity, id = *id](const auto& callers) {
                       return services.records.visible_to(callers, entity, id);
                     }});
  }
  return shown;
}

/// What a listener may see of all that came behind `delivery`. Where that is too much to send, "resync" in its place:
/// read anew what is shown.
Result<std::vector<SseEvent>> missed_since(Services& services, const Context& context, std::int64_t delivery) {
  std::vector<SseEvent> missed;
  for (;;) {
    OB_TRY(const auto since, services.outbox.since(delivery, static_cast<int>(kMissed)));
    for (const events::Event& event : since) {
      delivery = event.delivery;
      for (const Notice& notice : notices_of(services, event))
        if (notice.seen_by({&context}).front()) missed.push_back(notice.shown);
    }
    if (missed.size() > kMissed) return std::vector<SseEvent>{{delivery, "resync", "{}"}};
    if (since.size() < kMissed) return missed;
  }
}

Result<Response> listen(Services& services, Request& request) {
  const std::shared_ptr<SseListener> listener = services.hub.open(request.context);
  std::vector<SseEvent> missed;
  const std::string_view last = request.header("last-event-id");
  std::int64_t delivery = 0;
  const auto [end, error] = std::from_chars(last.data(), last.data() + last.size(), delivery);
  if (!last.empty() && error == std::errc() && end == last.data() + last.size() && delivery >= 0) {
    OB_TRY(missed, missed_since(services, request.context, delivery));
  }
  services.hub.begin(listener, missed);
  Response response(200);
  response.body = listener;
  return response;
}

} // namespace

void add_event_routes(Router& router, Services& services) {
  add_api(router, services, "GET", "/events", Entry::caller, {}, listen);
  services.outbox.watch("http.sse", [&services](const events::Event& event) -> Result<void> {
    if (services.hub.listeners() == 0) return {};
    for (const Notice& notice : notices_of(services, event)) services.hub.publish(notice.seen_by, notice.shown);
    return {};
  });
}

} // namespace onebudget::http
