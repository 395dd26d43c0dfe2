// /system/view: how people keep a list of theirs (filter, order, columns), and share it with those who hold a role.

#include <fmt/format.h>

#include "kernel/crypto/crypto.hpp"
#include "kernel/http/api/toolbox.hpp"
#include "kernel/storage/each.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::http {

namespace {

constexpr RouteOptions kBody{BodyPolicy::memory, 64 * 1024, false, 30};
constexpr const char* kShare = "system.view.share";
constexpr std::int64_t kMostOfOne = 500;
constexpr std::size_t kLongestPath = 200, kLongestTitle = 200, kLongestQuery = 16 * 1024;

/// Without a title it is what the owner's browser remembers of that list.
struct View {
  std::string id, path, title, query = "{}";
  UserId owner;
  std::string owner_name, role;
  NodeId node; ///< none: shared with all who hold the role
  access::Place place;
  std::string node_name;
  bool opens = false;
  std::int64_t version = 1;
};

Result<std::vector<View>> load(storage::Session& session, const std::string& where, const storage::Params& params) {
  OB_TRY(const auto rows,
         session.query("SELECT v.id, v.path, v.title, v.query, v.owner, a.display_name, v.role, v.node, n.path, "
                       "n.gov_level, n.department_code, n.name, v.opens, v.version FROM http_view v "
                       "JOIN identity_accounts a ON a.id = v.owner LEFT JOIN access_nodes n ON n.id = v.node WHERE " +
                           where + " ORDER BY v.path, v.title, v.id",
                       params));
  std::vector<View> views;
  while (true) {
    OB_TRY(const bool more, rows->next());
    if (!more) return views;
    View& view = views.emplace_back();
    view.id = rows->text(0);
    view.path = rows->text(1);
    view.title = rows->text(2);
    view.query = rows->text(3);
    view.owner = UserId{rows->integer(4)};
    view.owner_name = rows->text(5);
    view.role = rows->text(6);
    view.node = NodeId{rows->integer(7)};
    view.opens = rows->integer(12) != 0;
    view.version = rows->integer(13);
    if (view.node.none()) continue;
    view.place = {std::string(rows->text(8)), static_cast<access::GovLevel>(rows->integer(9)),
                  std::string(rows->text(10))};
    view.node_name = rows->text(11);
  }
}

/// What decides which views a person sees and may share.
struct Reader {
  UserId user;
  std::vector<access::Holding> holdings;
  std::vector<access::Scope> shares;

  static Result<Reader> of(Services& services, const Request& request) {
    if (request.context.caller.kind != CallerKind::person)
      return fault(FaultKind::forbidden, "view.person",
                   {"只有本人登录后才能使用保存的视图。", "Saved views are for persons who signed in."});
    Reader reader{request.context.caller.user, {}, {}};
    OB_TRY(reader.holdings, services.access.holdings(request.context, {reader.user, "", {}}));
    OB_TRY(const auto rights, services.access.rights(request.context));
    reader.shares = rights->scopes(kShare);
    return reader;
  }

  [[nodiscard]] bool sees(const View& view) const {
    return view.owner == user || std::ranges::any_of(holdings, [&](const access::Holding& held) {
             return held.role == view.role && held.node.path.starts_with(view.place.owner_path);
           });
  }
  [[nodiscard]] bool shares_at(const View& view) const {
    return std::ranges::any_of(
        shares, [&](const access::Scope& s) { return view.node.none() ? s.root : access::holds(s, view.place); });
  }

  [[nodiscard]] Json json(const View& view) const {
    const bool mine = view.owner == user, shared = !view.role.empty();
    return {{"id", view.id},
            {"path", view.path},
            {"title", view.title},
            {"query", Json::parse(view.query)},
            {"owner", view.owner.str()},
            {"owner_name", view.owner_name},
            {"mine", mine},
            {"role", shared ? Json(view.role) : Json()},
            {"node", view.node.none() ? Json() : Json(view.node.str())},
            {"node_name", view.node.none() ? Json() : Json(view.node_name)},
            {"default", view.opens},
            {"can_change", mine},
            {"can_delete", mine || shares_at(view)},
            {"version", view.version}};
  }
};

Result<Response> list(Services& services, Request& request) {
  OB_TRY(const Parameters parameters, Parameters::of(request, {"path"}));
  OB_TRY(const Reader reader, Reader::of(services, request));
  const std::string path = parameters.text("path");
  std::string where = "(v.owner = ? OR v.role <> '')";
  storage::Params params{reader.user.value};
  if (!path.empty()) {
    where += " AND v.path = ?";
    params.emplace_back(path);
  }
  Json items = Json::array();
  OB_CHECK(services.database.read(request.context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(const auto views, load(session, where, params));
    items = Json::array();
    for (const View& view : views)
      if (reader.sees(view)) items.push_back(reader.json(view));
    return {};
  }));
  return json_answer(200, Json{{"items", items}, {"next_cursor", nullptr}});
}

Result<View> one(storage::Session& session, const Reader& reader, const std::string& id) {
  OB_TRY(auto views, load(session, "v.id = ?", {id}));
  if (views.empty() || !reader.sees(views.front())) return not_found();
  return std::move(views.front());
}

Result<View> one(Services& services, const Request& request, const Reader& reader) {
  return storage::answer<View>(services.database, request.context, false,
                               [&](storage::Session& session) { return one(session, reader, request.param("id")); });
}

/// The members of a body over what the view was; those left out stay.
Result<void> read(Services& services, const Json& body, View& view, bool fresh) {
  Members members(body);
  std::vector<FieldFault> wrong;
  const auto refuse = [&](const char* field, const char* code, Text message, Text remedy) {
    wrong.push_back({field, code, std::move(message), std::move(remedy)});
  };
  if (fresh) view.path = members.text("path", true);
  if (members.has("title")) view.title = trimmed(members.text("title"));
  if (members.has("role")) view.role = members.text("role");
  const bool moved = members.has("node");
  const std::string node = members.text("node");
  if (members.has("default")) view.opens = members.boolean("default");
  const Json* query = members.object("query");
  OB_CHECK(members.done());
  if (query != nullptr) view.query = query->dump();
  if (moved) view.node = {};
  if (view.role.empty()) view.node = {};
  if (view.path.front() != '/' || view.path.size() > kLongestPath)
    refuse("/path", "field.pattern", {"路径有误。", "The path is malformed."},
           {"以 / 开头，至多 200 个字节。", "Begin with /; at most 200 bytes."});
  if (view.title.size() > kLongestTitle)
    refuse("/title", "field.too_long", {"名称过长。", "The title is too long."},
           {"至多 200 个字节。", "At most 200 bytes."});
  if (fresh && query == nullptr)
    refuse("/query", "field.required", {"必填项缺失。", "This is required."}, {"请填写。", "Give a value."});
  if (view.query.size() > kLongestQuery)
    refuse("/query", "field.too_long", {"内容过大。", "This is too large."}, {"至多 16 KiB。", "At most 16 KiB."});
  if (view.title.empty() && !view.role.empty())
    refuse("/title", "field.required", {"共享的视图需要名称。", "A shared view needs a title."},
           {"请填写名称。", "Give it a title."});
  OB_TRY(const auto roles, services.access.roles());
  if (!view.role.empty() && std::ranges::find(roles, view.role, &access::Role::code) == roles.end())
    refuse("/role", "field.reference", {"没有这个角色。", "There is no such role."},
           {"请填写角色代码。", "Give the code of a role."});
  if (moved && !view.role.empty() && !node.empty()) {
    const auto id = NodeId::parse(node);
    const auto found = id ? services.access.node(*id) : Result<access::Node>(not_found());
    if (found)
      std::tie(view.node, view.node_name, view.place) =
          std::tuple(found->id, found->name, access::Place{found->path, found->gov_level, found->department_code});
    else
      refuse("/node", "field.reference", {"没有这个机构。", "There is no such node."},
             {"请检查取值。", "Check the value."});
  }
  if (wrong.empty()) return {};
  return fault(FaultKind::rule, "http.body", {"视图未保存，请按提示修改。", "The view was not saved; see each field."},
               std::move(wrong));
}

Result<void> may_share(Services& services, const Request& request, const Reader& reader, const View& view) {
  if (view.role.empty()) return {};
  OB_CHECK(require(services, request, kShare));
  if (reader.shares_at(view)) return {};
  return fault(FaultKind::forbidden, "view.outside",
               {"只能在您有共享权限的机构范围内共享。请选择其中的机构。",
                "You may share only where you hold the permission to share. Choose a node within it."});
}

Fault moved_on() {
  return fault(FaultKind::version, "view.version",
               {"视图已被修改。请刷新后再试。", "The view was changed meanwhile. Refresh and try again."});
}

/// Who else sees something by it is a fact for the audit; one's own are not.
Result<void> note(Services& services, storage::Session& session, const Request& request, const char* action,
                  const View& view) {
  if (view.role.empty()) return {};
  return services.audit.append(
      session, request.context,
      {action, "view", view.id, view.place.owner_path, "ok", "",
       Json{{"path", view.path}, {"title", view.title}, {"role", view.role}, {"node", view.node.str()}}.dump()});
}

Result<Response> save(Services& services, Request& request, const Reader& reader, const View& view, bool fresh) {
  OB_CHECK(may_share(services, request, reader, view));
  const std::int64_t opens = view.opens ? 1 : 0;
  const auto saved = services.database.write(request.context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(const std::int64_t held,
           session.integer("SELECT COUNT(*) FROM http_view WHERE owner = ?", {view.owner.value}));
    if (fresh && held >= kMostOfOne)
      return fault(FaultKind::rule, "view.too_many",
                   {"您已保存 500 个视图。请先删除不用的。", "You keep 500 views. Delete some first."});
    if (view.opens) {
      OB_CHECK(session.send("UPDATE http_view SET opens = 0 WHERE owner = ? AND path = ? AND opens = 1 AND id <> ?",
                            {view.owner.value, view.path, view.id}));
    }
    OB_TRY(const std::int64_t changed,
           fresh ? session.execute("INSERT INTO http_view (id, path, title, query, owner, role, node, opens, version) "
                                   "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)",
                                   {view.id, view.path, view.title, view.query, view.owner.value, view.role,
                                    view.node.value, opens})
                 : session.execute("UPDATE http_view SET title = ?, query = ?, role = ?, node = ?, opens = ?, "
                                   "version = version + 1 WHERE id = ? AND version = ?",
                                   {view.title, view.query, view.role, view.node.value, opens, view.id, view.version}));
    if (changed != 1) return moved_on();
    return note(services, session, request, "view.share", view);
  });
  if (!saved && saved.fault().code == "storage.unique")
    return fault(FaultKind::conflict, "view.exists",
                 {"您在这个列表已有同名的视图。请换一个名称。",
                  "You keep a view of this list by that title. Use another title."});
  OB_CHECK(saved);
  request.params.assign({{"id", view.id}});
  OB_TRY(const View now, one(services, request, reader));
  return json_answer(fresh ? 201 : 200, reader.json(now), now.version);
}

Result<Response> show(Services& services, Request& request) {
  OB_TRY(const Reader reader, Reader::of(services, request));
  OB_TRY(const View view, one(services, request, reader));
  return json_answer(200, reader.json(view), view.version);
}

Result<Response> create(Services& services, Request& request) {
  OB_TRY(const Reader reader, Reader::of(services, request));
  OB_TRY(const Json body, body_object(request));
  View view;
  view.id = to_hex(crypto::random_bytes(16));
  view.owner = reader.user;
  OB_CHECK(read(services, body, view, true));
  return save(services, request, reader, view, true);
}

Result<Response> change(Services& services, Request& request) {
  OB_TRY(const std::int64_t version, if_match(request));
  OB_TRY(const Reader reader, Reader::of(services, request));
  OB_TRY(View view, one(services, request, reader));
  if (view.owner != reader.user)
    return fault(
        FaultKind::forbidden, "view.of_another",
        {"只有视图的主人能修改它。请另存为自己的视图。", "Only its owner changes a view. Save it as one of your own."});
  if (view.version != version) return moved_on();
  OB_TRY(const Json body, body_object(request));
  OB_CHECK(read(services, body, view, false));
  return save(services, request, reader, view, false);
}

Result<Response> remove(Services& services, Request& request) {
  OB_TRY(const std::int64_t version, if_match(request));
  OB_TRY(const Reader reader, Reader::of(services, request));
  OB_CHECK(services.database.write(request.context, [&](storage::Session& session) -> Result<void> {
    OB_TRY(const View view, one(session, reader, request.param("id")));
    if (view.owner != reader.user) OB_CHECK(may_share(services, request, reader, view));
    OB_TRY(const std::int64_t gone,
           session.execute("DELETE FROM http_view WHERE id = ? AND version = ?", {view.id, version}));
    return gone == 1 ? note(services, session, request, "view.remove", view) : Result<void>(moved_on());
  }));
  return Response(204);
}

} // namespace

void add_view_routes(Router& router, Services& services) {
  add_api(router, services, "GET", "/system/view", Entry::caller, {}, list);
  add_api(router, services, "POST", "/system/view", Entry::caller, kBody, create);
  add_api(router, services, "GET", "/system/view/{id}", Entry::caller, {}, show);
  add_api(router, services, "PATCH", "/system/view/{id}", Entry::caller, kBody, change);
  add_api(router, services, "DELETE", "/system/view/{id}", Entry::caller, {}, remove);
}

} // namespace onebudget::http
