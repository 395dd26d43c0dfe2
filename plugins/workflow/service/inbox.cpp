#include <algorithm>
#include <charconv>
#include <map>

#include "plugins/workflow/service/desk/desk.hpp"

namespace onebudget::workflow {

namespace {

constexpr std::int64_t kMost = 200, kUsual = 50;
constexpr std::size_t kMostQueues = 400;

const std::vector<std::string> kTaskFields = {
    "case",    "subject_title", "subject_entity", "subject_id", "amount", "step",        "title",    "state",
    "role",    "office",        "holder",         "opened_at",  "due",    "due_assumed", "acted_at", "principal",
    "opinion", "urged",         "reminded",       "escalated",  "note",   "added",       "fields"};
const std::vector<std::string> kCaseFields = {"title", "unit",       "subject_entity", "subject_id", "amount",
                                              "state", "started_at", "finished_at",    "acts"};

/// Queues of the caller and of those who delegated to them.
Result<std::string> my_queues(const Call& call, PersonId me) {
  OB_TRY(std::vector<PersonId> people, principals_of(call, me));
  people.push_back(me);
  std::vector<std::string> all;
  for (const PersonId person : people) {
    OB_TRY(const auto posts, posts_of_person(call, person));
    for (std::string& queue : queues_of(person, posts)) all.push_back(std::move(queue));
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  if (all.size() > kMostQueues) all.resize(kMostQueues);
  std::string list;
  for (const std::string& queue : all) list += (list.empty() ? "" : ",") + plugin::quoted(queue);
  return "queue=in=(" + list + ")";
}

struct Box {
  std::string entity, filter, sort;
  std::vector<std::string> fields;
};

Result<Box> box_of(const Call& call, const std::string& name, PersonId me, const std::string& queues) {
  const std::string self = std::to_string(me);
  if (name == "todo") return Box{kStep, queues, "opened_at", kTaskFields};
  if (name == "done") return Box{kStep, "actor==" + self, "-acted_at", kTaskFields};
  if (name == "started") return Box{kCase, "starter==" + self, "-started_at", kCaseFields};
  if (name != "watched") return wrong("box");
  plugin::Query query;
  query.filter = "person==" + self + ";watched==true";
  query.fields = {"case"};
  query.limit = kMost;
  OB_TRY(const auto marks, call.records().list("workflow.seen", query));
  std::string ids;
  for (const Row& mark : marks) ids += (ids.empty() ? "" : ",") + mark.text("case");
  return Box{kCase, ids.empty() ? "" : "id=in=(" + ids + ")", "-started_at", kCaseFields};
}

Result<std::int64_t> count(const Call& call, const std::string& entity, const std::string& filter) {
  OB_TRY(const auto rows, call.records().aggregate(entity, {filter, {}, {"count"}}));
  return rows.empty() ? std::int64_t{0} : rows.front().number("count");
}

/// Marks each row whose case changed since the caller last looked.
Result<void> mark_changes(const Call& call, PersonId me, bool tasks, Json& items) {
  std::string ids;
  for (const Json& item : items) ids += (ids.empty() ? "" : ",") + Row(item).text(tasks ? "case" : "id");
  if (ids.empty()) return {};
  std::map<std::string, std::int64_t> seen, now;
  plugin::Query marks;
  marks.filter = "person==" + std::to_string(me) + ";case=in=(" + ids + ")";
  marks.fields = {"case", "acts"};
  OB_CHECK(call.records().each("workflow.seen", marks, [&](const Row& mark) -> Result<void> {
    seen[mark.text("case")] = mark.number("acts");
    return {};
  }));
  plugin::Query cases;
  cases.filter = "id=in=(" + ids + ")";
  cases.fields = {"acts"};
  OB_CHECK(call.records().each(kCase, cases, [&](const Row& row) -> Result<void> {
    now[row.id().str()] = row.number("acts");
    return {};
  }));
  for (Json& item : items) {
    const std::string id = Row(item).text(tasks ? "case" : "id");
    item["changed"] = seen.count(id) == 0 || seen[id] != now[id];
  }
  return {};
}

std::int64_t limit_of(const Request& request) {
  const std::string text = request.parameter("limit").value_or("");
  std::int64_t limit = 0;
  std::from_chars(text.data(), text.data() + text.size(), limit);
  return limit < 1 ? kUsual : std::min(limit, kMost);
}

} // namespace

Result<Answer> inbox(Call& call, const Request& request) {
  OB_TRY(const PersonId me, person_of(call));
  OB_TRY(const std::string queues, my_queues(call, me));
  const std::string name = request.parameter("box").value_or("todo");
  OB_TRY(const Box box, box_of(call, name, me, queues));
  const std::int64_t limit = limit_of(request);
  Json items = Json::array();
  plugin::Query query{box.filter, box.sort, box.fields, "", limit + 1};
  query.fields.emplace_back("version");
  if (!box.filter.empty())
    OB_CHECK(call.records().each(box.entity, query, [&](const Row& row) -> Result<void> {
      items.push_back(as_told(row.json()));
      if (box.entity == kStep) items.back()["fields"] = rights_json(rights_of(row));
      return {};
    }));
  const bool more = items.size() > static_cast<std::size_t>(limit);
  if (more) items.erase(items.end() - 1);
  OB_CHECK(mark_changes(call, me, box.entity == kStep, items));
  const std::string self = std::to_string(me);
  OB_TRY(const std::int64_t todo, count(call, kStep, queues));
  OB_TRY(const std::int64_t late, count(call, kStep, queues + ";due=lt=" + plugin::quoted(call.today().str())));
  OB_TRY(const std::int64_t returned, count(call, kCase, "starter==" + self + ";state==returned"));
  OB_TRY(const std::int64_t running, count(call, kCase, "starter==" + self + ";state==running"));
  OB_TRY(const std::int64_t watched, count(call, "workflow.seen", "person==" + self + ";watched==true"));
  return Answer::json(
      {{"box", name},
       {"items", items},
       {"truncated", more},
       {"counts",
        {{"todo", todo}, {"late", late}, {"returned", returned}, {"running", running}, {"watched", watched}}}});
}

} // namespace onebudget::workflow
