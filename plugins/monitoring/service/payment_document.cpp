#include "plugins/monitoring/service/payment_document.hpp"

namespace onebudget::monitoring {

namespace {

struct Name {
  const char* theirs;
  const char* ours;
};
constexpr std::size_t kProjectCode = 21, kCategoryAt = 8;
constexpr Name kSame[] = {{"contract_no", "contract"},
                          {"is_advance", "advance"},
                          {"payee_account", "account"},
                          {"approval_no", "approval_code"},
                          {"approver", "checker"}};
constexpr Name kElements[] = {{"department_class", "economic_class"}};

Json invoices_of(const Json& list) {
  Json out = Json::array();
  for (const Json& item : list) {
    const Row invoice(item);
    Json one = {{"number", invoice.text("code") + invoice.text("number")}, {"checked", invoice.flag("checked")}};
    for (const char* name : {"used_by", "voided", "wrong_title"})
      if (invoice.has(name)) one[name] = invoice.at(name);
    out.push_back(std::move(one));
  }
  return out;
}

} // namespace

Json payment_facts(const Row& asked, Day day) {
  const Row form(asked.at("facts"));
  Json out = form.json().is_object() ? form.json() : Json(Json::object());
  out["day"] = day.str();
  for (const Name& name : kSame)
    if (form.has(name.theirs)) out[name.ours] = form.at(name.theirs);
  const Row elements(form.at("elements"));
  for (const Name& name : kElements)
    if (elements.has(name.theirs)) out[name.ours] = elements.at(name.theirs);
  const std::string kind = form.text("payee_kind");
  out["person"] = kind == "person";
  out["official_card"] = kind == "card" || form.text("settlement") == "card";
  out["payroll"] = form.text("business") == "salary" || form.text("business") == "wages";
  // The form's indicator is an id: there is one. None is unknown here; the ledger refuses it itself.
  if (form.at("indicator").is_string()) {
    out["indicator"] = true;
  } else if (!form.at("indicator").is_boolean()) {
    out.erase("indicator");
  }
  if (!form.text("acceptance_no").empty()) out["accepted"] = true;
  if (form.at("invoices").is_array()) out["invoices"] = invoices_of(form.at("invoices"));
  // The ninth letter of a project code is its category: T for a specific goal.
  const std::string project = elements.text("project_code");
  if (project.size() == kProjectCode) out["specific"] = project[kCategoryAt] == 'T';
  if (elements.flag("is_wage")) out["payroll"] = true;
  return out;
}

} // namespace onebudget::monitoring
