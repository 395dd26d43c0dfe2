#include "kernel/records/faults.hpp"

#include <fmt/format.h>

#include "sdk/text/nearest.hpp"

namespace onebudget::records::faults {

namespace {

const std::string& english(const Text& text) { return text.in("en"); }

} // namespace

Fault unknown_entity(std::string_view name) {
  return fault(FaultKind::not_found, "records.unknown_entity",
               {fmt::format("没有“{}”这种记录，或提供它的插件未启用。", name),
                fmt::format("There are no records \"{}\", or the plugin that brings them is not enabled.", name)});
}

Fault not_found(const Entity& entity) {
  return fault(FaultKind::not_found, "records.not_found",
               {fmt::format("找不到该{}，它可能已被删除，或不在您的权限范围内。", entity.title.zh),
                fmt::format("This {} was not found; it may have been deleted or lie outside your scope.",
                            english(entity.title))});
}

Fault read_only(const Entity& entity) {
  return fault(
      FaultKind::conflict, "records.read_only",
      {fmt::format("{}是视图，只能查询。请改动它所依据的记录。", entity.title.zh),
       fmt::format("{} is a view and can only be read. Change the records behind it.", entity.title.in("en"))});
}

Fault unauthenticated() {
  return fault(FaultKind::unauthenticated, "records.sign_in", {"请先登录。", "Sign in first."});
}

Fault forbidden(const Entity& entity, std::string_view verb) {
  return fault(
      FaultKind::forbidden, "records.forbidden",
      {fmt::format("您没有对该{}执行此操作的权限（{}）。如确有需要，请联系安全管理员授权。", entity.title.zh,
                   entity.permission(verb)),
       fmt::format("You may not do this to the {} ({}). If you need to, ask the security administrator for a grant.",
                   english(entity.title), entity.permission(verb))});
}

Fault unknown_field(const Entity& entity, std::string_view name, std::string_view pointer) {
  std::vector<std::string> names{"id", "version", "created_at", "created_by", "updated_at", "updated_by"};
  for (const Field& field : entity.fields) names.push_back(field.name);
  const std::string near = nearest(name, names);
  const std::string shown(name.substr(0, 64));
  const Text remedy = near.empty()
                          ? Text{"请查看该实体的字段说明。", "See the schema of the entity."}
                          : Text{fmt::format("是否想写“{}”？", near), fmt::format("Did you mean \"{}\"?", near)};
  const Text message{fmt::format("{}没有字段“{}”。", entity.title.zh, shown),
                     fmt::format("{} has no field \"{}\".", english(entity.title), shown)};
  return fault(FaultKind::malformed, "records.unknown_field", {message.zh + remedy.zh, message.en + " " + remedy.en},
               {{std::string(pointer), "records.unknown_field", message, remedy}});
}

Fault version_moved(const Entity& entity) {
  return fault(FaultKind::version, "records.version",
               {fmt::format("该{}已被他人修改。请重新读取后再试。", entity.title.zh),
                fmt::format("The {} was changed in the meantime. Read it again, then retry.", english(entity.title))});
}

Fault invalid(const Entity& entity, std::vector<FieldFault> fields) {
  const std::size_t count = fields.size();
  return fault(FaultKind::rule, "records.invalid",
               {fmt::format("{}有 {} 处不合要求，请逐项改正。", entity.title.zh, count),
                fmt::format("{} mistake(s) in the {}; correct each of them.", count, english(entity.title))},
               std::move(fields));
}

Fault taken_key(const Entity& entity, const std::vector<const Field*>& key) {
  std::string zh, en, pointer;
  for (const Field* field : key) {
    zh += (zh.empty() ? "" : "、") + field->title.zh;
    en += (en.empty() ? "" : ", ") + english(field->title);
    if (pointer.empty()) pointer = "/" + field->name;
  }
  const Text message{fmt::format("已有相同“{}”的{}。", zh, entity.title.zh),
                     fmt::format("A {} with the same {} exists already.", english(entity.title), en)};
  return fault(FaultKind::conflict, "records.key_taken",
               {message.zh + "请改用其他值。", message.en + " Choose another value."},
               {{pointer,
                 "field.taken",
                 message,
                 {"请改用其他值，或修改已有的那一条。", "Choose another value, or change the existing one."}}});
}

Fault not_editable(const Entity& entity, const State* state) {
  const std::string zh = state == nullptr ? "当前" : state->title.zh;
  const std::string en = state == nullptr ? "its present" : english(state->title);
  return fault(FaultKind::conflict, "records.not_editable",
               {fmt::format("{}处于“{}”状态，不能修改。请先退回或撤回到可编辑的状态。", entity.title.zh, zh),
                fmt::format("The {} is in state \"{}\" and cannot be changed. Have it returned or recalled first.",
                            english(entity.title), en)});
}

Fault bad_query(std::string code, Text message) {
  return fault(FaultKind::malformed, std::move(code), std::move(message));
}

FieldFault at(const Field& field, std::string code, Text message, Text remedy) {
  return {"/" + field.name, std::move(code), std::move(message), std::move(remedy)};
}

} // namespace onebudget::records::faults
