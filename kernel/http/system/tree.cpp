// /system/node: the organisation tree.

#include "kernel/access/move.hpp"
#include "kernel/access/names.hpp"
#include "kernel/http/api/toolbox.hpp"
#include "sdk/values/day.hpp"

namespace onebudget::http {

namespace {

constexpr RouteOptions kBody{BodyPolicy::memory, 64 * 1024, false, 30};
constexpr const char* kManage = "system.node.manage";
constexpr std::int64_t kDayMs = 86'400'000, kChinaMs = 8 * 3'600'000; ///< days begin in China

Json node_json(const access::Node& node, const std::string& parent_code) {
  const auto date = [](const std::string& day) { return day.empty() ? Json() : Json(day); };
  return {{"id", node.id.str()},
          {"code", node.code},
          {"name", node.name},
          {"kind", access::name_of(node.kind)},
          {"gov_level", access::name_of(node.gov_level)},
          {"parent", node.parent.none() ? Json() : Json(node.parent.str())},
          {"parent_code", parent_code.empty() ? Json() : Json(parent_code)},
          {"path", node.path},
          {"department_code", node.department_code},
          {"valid_from", date(node.valid_from)},
          {"valid_to", date(node.valid_to)},
          {"version", node.version},
          {"children", node.children}};
}

/// Everybody signed in may look at the tree: forms need it to choose units. Names of public bodies are no secret.
Result<Response> list(Services& services, Request& request) {
  OB_TRY(const Parameters parameters, Parameters::of(request, {"parent", "q", "kind", "limit", "cursor"}));
  access::NodeQuery query;
  query.text = parameters.text("q");
  query.after_path = parameters.text("cursor");
  if (!query.after_path.empty() && (query.after_path.front() != '/' || query.after_path.back() != '/'))
    return fault(FaultKind::malformed, "cursor.malformed",
                 {"分页游标无效。请从第一页重新开始。", "The cursor is not valid. Start again from the first page."});
  OB_TRY(query.limit, parameters.limit(100, 1000));
  if (const std::string parent = parameters.text("parent"); parent == "root") {
    query.parent = NodeId{0};
  } else if (!parent.empty()) {
    OB_TRY(query.parent, id_of<NodeTag>(parent));
  }
  if (const std::string kind = parameters.text("kind"); !kind.empty()) {
    query.kind = access::of_name(access::kKinds, kind);
    if (!query.kind) return fault(FaultKind::malformed, "http.parameter", {"kind 不正确。", "kind is not known."});
  }
  OB_TRY(const auto nodes, services.access.nodes(request.context, query));
  Json items = Json::array();
  std::string parent_code;
  NodeId parent_known;
  for (const access::Node& node : nodes) {
    if (!node.parent.none() && node.parent != parent_known) {
      OB_TRY(const access::Node parent, services.access.node(node.parent));
      parent_code = parent.code;
      parent_known = parent.id;
    }
    items.push_back(node_json(node, node.parent.none() ? "" : parent_code));
  }
  const bool full = static_cast<int>(nodes.size()) == query.limit;
  return json_answer(200, Json{{"items", items}, {"next_cursor", full ? Json(nodes.back().path) : Json()}});
}

Result<Response> show(Services& services, Request& request) {
  OB_TRY(const NodeId id, id_of<NodeTag>(request.param("id")));
  OB_TRY(const access::Node node, services.access.node(id));
  std::string parent_code;
  if (!node.parent.none()) {
    OB_TRY(const access::Node parent, services.access.node(node.parent));
    parent_code = parent.code;
  }
  return json_answer(200, node_json(node, parent_code), node.version);
}

Result<access::NewNode> new_node(const Json& body) {
  Members members(body);
  access::NewNode node;
  node.code = members.text("code", true);
  node.name = members.text("name", true);
  node.parent_code = members.text("parent_code");
  node.valid_from = members.text("valid_from");
  node.department_code = members.text("department_code");
  const auto kind = access::of_name(access::kKinds, members.text("kind", true));
  const std::string level_name = members.text("gov_level");
  const auto level =
      level_name.empty() ? std::optional(access::GovLevel::none) : access::of_name(access::kLevels, level_name);
  OB_CHECK(members.done());
  if (!kind || !level)
    return fault(FaultKind::rule, "http.body", {"机构类型或级次不正确。", "The kind or the level is not known."},
                 {{kind ? "/gov_level" : "/kind",
                   "field.enum",
                   {"取值不正确。", "Not one of the known values."},
                   {"kind：region、zone、department、unit；gov_level：province、city、county、town。",
                    "kind: region, zone, department, unit; gov_level: province, city, county, town."}}});
  node.kind = *kind;
  node.gov_level = *level;
  return node;
}

Result<Response> create(Services& services, Request& request) {
  OB_CHECK(require(services, request, kManage));
  OB_TRY(const Json body, body_object(request));
  OB_TRY(const access::NewNode wanted, new_node(body));
  OB_TRY(const access::Node node, services.access.create_node(request.context, wanted));
  return json_answer(201, node_json(node, wanted.parent_code), node.version);
}

Result<Response> import(Services& services, Request& request) {
  OB_CHECK(require(services, request, kManage));
  std::vector<access::NewNode> nodes;
  OB_CHECK(each_line(request, [&](const Json& value) -> Result<void> {
    OB_TRY(auto node, new_node(value));
    nodes.push_back(std::move(node));
    return {};
  }));
  OB_TRY(const int created, services.access.create_nodes(request.context, nodes));
  return json_answer(200, Json{{"created", created}});
}

Result<Response> update(Services& services, Request& request) {
  OB_CHECK(require(services, request, kManage));
  OB_TRY(const NodeId id, id_of<NodeTag>(request.param("id")));
  OB_TRY(const std::int64_t version, if_match(request));
  OB_TRY(const Json body, body_object(request));
  OB_TRY(access::Node node, services.access.node(id));
  Members members(body);
  if (members.has("name")) node.name = members.text("name", true);
  if (members.has("valid_from")) node.valid_from = members.text("valid_from");
  if (members.has("valid_to")) node.valid_to = members.text("valid_to");
  OB_CHECK(members.done());
  node.version = version;
  OB_TRY(const access::Node changed, services.access.update_node(request.context, node));
  return json_answer(200, node_json(changed, ""), changed.version);
}

/// 202 and a job: the tree changes at once, or at the beginning of the day `from`; rows follow.
Result<Response> move(Services& services, Request& request) {
  OB_CHECK(require(services, request, kManage));
  OB_TRY(const NodeId id, id_of<NodeTag>(request.param("id")));
  OB_TRY(const std::int64_t version, if_match(request));
  OB_TRY(const Json body, body_object(request));
  Members members(body);
  const std::string named = members.text("parent"), code = members.text("parent_code"), from = members.text("from");
  OB_CHECK(members.done());
  auto parent = NodeId::parse(named);
  if (!parent && !code.empty()) {
    OB_TRY(const auto found, services.access.node_by_code(request.context, code));
    if (found) parent = found->id;
  }
  std::vector<FieldFault> wrong;
  if (!parent)
    wrong.push_back(
        {"/parent",
         "field.reference",
         {"没有这个上级。", "There is no such parent."},
         {"请给出上级的编号 parent 或代码 parent_code。", "Give its id as parent or its code as parent_code."}});
  const auto day = Day::parse(from);
  if (!from.empty() && !day)
    wrong.push_back(
        {"/from", "field.date", {"不是日期。", "Not a date."}, {"请写成 YYYY-MM-DD。", "Write YYYY-MM-DD."}});
  if (!wrong.empty()) return fault(FaultKind::rule, "http.body", {"移动的内容有误。", "The move is wrong."}, wrong);
  OB_CHECK(
      access::Moves(services.database, services.audit, services.clock).check(request.context, id, *parent, version));
  const std::int64_t at = day ? day->number() * kDayMs - kChinaMs : 0;
  OB_TRY(const scheduler::Job job,
         services.scheduler.submit(request.context, "kernel.node_move",
                                   Json{{"node", id.str()}, {"parent", parent->str()}}.dump(), at));
  Response response = json_answer(202, Json{{"job", job.id.str()}});
  response.set("Location", "/api/v1/system/job/" + job.id.str());
  return response;
}

} // namespace

void add_node_routes(Router& router, Services& services) {
  add_api(router, services, "GET", "/system/node", Entry::caller, {}, list);
  add_api(router, services, "POST", "/system/node", Entry::caller, kBody, create);
  add_api(router, services, "POST", "/system/node/import", Entry::caller,
          {BodyPolicy::spool, std::uint64_t{64} << 20, false, 300}, import);
  add_api(router, services, "GET", "/system/node/{id}", Entry::caller, {}, show);
  add_api(router, services, "PATCH", "/system/node/{id}", Entry::caller, kBody, update);
  add_api(router, services, "POST", "/system/node/{id}/move", Entry::caller, kBody, move);
}

} // namespace onebudget::http
