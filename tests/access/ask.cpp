// Questions put to the real rooms, and their answers as text.

#include <algorithm>
#include <charconv>

#include "tests/access/real.hpp"

namespace onebudget::oracle {

namespace {

constexpr std::int64_t kNoRow = 4'000'000'000'000; ///< an id that no row has

std::string plain(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }
std::int64_t id_in(const Json& value) { return RecordId::parse(value.get<std::string>())->value; }
std::string full_name(int entity) { return "o." + entity_at(entity).name; }

} // namespace

std::string Real::shown(int entity, const Json& row) const {
  const auto& handles = handles_[entity == kSeen ? int{kItem} : entity];
  const auto handle = handles.find(id_in(row["id"]));
  std::string out = "#" + (handle == handles.end() ? "unknown" : std::to_string(handle->second));
  for (const Field& field : entity_at(entity).fields) {
    const bool link = field.type == Type::ref || field.type == Type::org;
    const auto value = row.find(link ? field.name + "__label" : field.name);
    out += " " + field.name + "=" + (value == row.end() ? (link ? "" : "absent") : plain(*value));
  }
  return out;
}

records::Query Real::query(const World& world, const Question& question) const {
  records::Query out;
  if (question.filter) out.filter = rsql(world, *question.filter);
  out.text = question.text;
  out.sort = sort_text(question);
  out.limit = question.limit;
  out.expand = {"labels"};
  return out;
}

Real::Answer Real::list(const World& world, const Question& question) {
  records::Query wanted = query(world, question);
  wanted.count = true;
  std::string rows, count;
  std::size_t seen = 0;
  while (true) {
    const auto page = records_->list(context(question.who), full_name(question.entity), wanted);
    if (!page) return {page.fault().code};
    if (count.empty()) count = std::to_string(page->count.value_or(-1));
    const Json items = Json::parse(page->items);
    for (const Json& item : items) rows += "\n" + shown(question.entity, item);
    seen += items.size();
    wanted.cursor = page->next_cursor;
    if (question.ask == Ask::list || wanted.cursor.empty() || seen > 10'000) return {"ok " + count + rows};
  }
}

Real::Answer Real::aggregate(const World& world, const Question& question) {
  records::AggregateQuery wanted;
  if (question.filter) wanted.filter = rsql(world, *question.filter);
  wanted.text = question.text;
  wanted.group = question.group;
  wanted.aggregates = question.aggregates;
  const auto answer = records_->aggregate(context(question.who), full_name(question.entity), wanted);
  if (!answer) return {answer.fault().code};
  const auto folded = records_->fold_rollups();
  if (!folded) return {folded.fault().code};
  records::RollupStamp stamp;
  wanted.stamp = &stamp;
  const auto rolled = records_->aggregate(context(question.who), full_name(question.entity), wanted);
  if (!rolled || *rolled != *answer)
    return {"rollup " + stamp.rollup + " says " + (rolled ? *rolled : rolled.fault().code)};
  std::vector<std::string> lines;
  for (const Json& group : Json::parse(*answer)) {
    std::string line;
    for (const std::string& name : question.group) line += name + "=" + plain(group.at(name)) + " ";
    for (std::string part : question.aggregates) {
      std::replace(part.begin(), part.end(), ':', '_');
      line += part + "=" + plain(group.at(part)) + " ";
    }
    lines.push_back(line);
  }
  std::sort(lines.begin(), lines.end());
  std::string out = "ok";
  for (const std::string& line : lines) out += "\n" + line;
  return {out};
}

Real::Answer Real::exported(const World& world, const Question& question) {
  std::string file;
  const auto done = records_->export_to(context(question.who), full_name(question.entity), query(world, question),
                                        "jsonl", [&](std::string_view bytes) -> Result<void> {
                                          file += bytes;
                                          return {};
                                        });
  if (!done) return {done.fault().code};
  std::string out = "ok";
  for (std::size_t at = 0; at < file.size();) {
    const std::size_t end = std::min(file.find('\n', at), file.size());
    const Json row = Json::parse(file.substr(at, end - at));
    at = end + 1;
    out += "\n" + plain(row.at("code"));
    for (const Field& field : entity_at(question.entity).fields)
      if (!field.mask.empty()) out += " " + plain(row.value(field.name, Json()));
  }
  return {out};
}

Real::Answer Real::history(const Question& question, RecordId id) {
  const auto page = records_->history(context(question.who), full_name(question.entity), id, "", 1000);
  if (!page) return {page.fault().code};
  const Json lines = Json::parse(page->items);
  std::string past;
  for (auto line = lines.rbegin(); line != lines.rend(); ++line)
    for (const Json& change : line->at("changes"))
      if (const Field* field = entity_at(question.entity).field(change.at("field").get<std::string>());
          field != nullptr && !field->mask.empty())
        past += " " + plain(change.at("after"));
  return {"ok " + std::to_string(lines.size()) + past};
}

Real::Answer Real::abilities(const Question& question, RecordId id) {
  const auto can = records_->abilities(context(question.who), full_name(question.entity), id);
  if (!can) return {can.fault().code};
  std::string out = "ok";
  if (can->update) out += " update";
  if (can->remove) out += " delete";
  for (const std::string& name : can->transitions) out += " " + name;
  return {out};
}

Real::Answer Real::explain(const World&, const Question& question, RecordId id) {
  const std::string name = full_name(question.entity);
  std::optional<access::Place> place;
  if (question.handle != 0) {
    auto found = records_->place(name, id);
    if (!found) return {found.fault().code};
    place = *std::move(found);
  }
  const auto admits = [&](const access::Scope& scope) {
    const auto admitted = records_->admits(name, id, scope, question.verb == "read");
    return admitted && *admitted;
  };
  const auto answer =
      access_->explain(UserId{question.who.user}, permission_of(question.entity, question.verb), place, admits);
  if (!answer) return {answer.fault().code};
  std::set<int> grants;
  for (const std::int64_t grant : answer->grants) grants.insert(grants_.at(grant));
  std::string out = answer->allowed ? "ok yes" : "ok no";
  for (const int grant : grants) out += " " + std::to_string(grant);
  return {out};
}

Real::Answer Real::write(const World& world, const Question& question, RecordId id) {
  const Context who = context(question.who);
  const std::string name = full_name(question.entity);
  const auto row = world.rows[question.entity].find(question.handle);
  const std::int64_t version =
      (row == world.rows[question.entity].end() ? 1 : row->second.version) + (question.stale ? 1 : 0);
  if (question.ask == Ask::remove) {
    const auto done = records_->remove(who, name, id, version);
    return {done ? "ok" : done.fault().code};
  }
  const Json body = values(world, question.entity, question.changes, true);
  const auto done = question.ask == Ask::create ? records_->create(who, name, body, records::Form::rest)
                    : question.ask == Ask::update
                        ? records_->update(who, name, id, version, body, records::Form::rest)
                        : records_->transition(who, name, id, version, question.verb, question.comment);
  if (!done) return {done.fault().code};
  return {"ok", done->id.value};
}

Real::Answer Real::ask(const World& world, const Question& question) {
  const auto& rows = world.rows[question.entity == kSeen ? int{kItem} : question.entity];
  const auto row = rows.find(question.handle);
  const RecordId id{row == rows.end() ? kNoRow : row->second.id};
  switch (question.ask) {
    case Ask::list:
    case Ask::walk:
      return list(world, question);
    case Ask::aggregate:
      return aggregate(world, question);
    case Ask::exported:
      return exported(world, question);
    case Ask::history:
      return history(question, id);
    case Ask::abilities:
      return abilities(question, id);
    case Ask::explain:
      return explain(world, question, id);
    case Ask::get: {
      const auto got =
          records_->get(context(question.who), full_name(question.entity), id, records::Form::rest, {"labels"});
      if (!got) return {got.fault().code};
      return {"ok " + std::to_string(got->version) + " " + shown(question.entity, Json::parse(got->json))};
    }
    default:
      return write(world, question, id);
  }
}

/// Other work on the same server may hold events back for a while, so this asks until all are there.
std::vector<std::pair<int, std::int64_t>> Real::deliveries(std::size_t wanted) {
  constexpr int kMostTries = 200'000;
  if (!watching_) {
    watching_ = true;
    outbox_->watch("oracle", [this](const events::Event& event) -> Result<void> {
      const Json payload = Json::parse(event.payload);
      if (!payload.contains("id")) return {}; // a whole import: names no row
      for (int entity = 0; entity < kEntities; ++entity)
        if (event.topic == "records.changed" && payload["entity"] == full_name(entity))
          delivered_.emplace_back(entity, id_in(payload["id"]));
      return {};
    });
  }
  for (int i = 0; i < kMostTries && delivered_.size() < wanted; ++i) {
    const auto done = outbox_->dispatch();
    if (!done) give_up("dispatch", done.fault());
    if (*done == 0) std::this_thread::yield();
  }
  return std::exchange(delivered_, {});
}

} // namespace onebudget::oracle
