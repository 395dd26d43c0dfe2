#pragma once
// Entities of a made-up plugin "demo", for tests: every field type, states, a parent and its lines.

#include <string>

#include "sdk/text/json_door.hpp"

namespace onebudget::declarations::testing {

inline Json parsed(const std::string& text) { return Json::parse(text); }

/// The declarations of the plugin "demo".
inline Json kind_declaration() {
  return parsed(
      R"({"entity":"kind","title":{"zh":"类别","en":"Kind"},"owner":"public","key":["fiscal_year","code"],
      "title_field":"name","search":["code","name"],
    "provenance":true,"fields":[
    {"name":"fiscal_year","type":"year","title":{"zh":"年度","en":"Year"},"required":true},
    {"name":"code","type":"code","max":20,"title":{"zh":"代码","en":"Code"},"required":true,"indexed":true},
    {"name":"name","type":"text","title":{"zh":"名称","en":"Name"},"required":true},
    {"name":"leaf","type":"bool","title":{"zh":"末级","en":"Leaf"},"default":true}]})");
}

inline Json project_declaration() {
  return parsed(
      R"({"entity":"project","title":{"zh":"项目","en":"Project"},"owner":"unit","key":["code"],"title_field":"name",
      "search":["code","name"],
    "fields":[
    {"name":"code","type":"code","max":21,"title":{"zh":"项目代码","en":"Code"},"required":true,"immutable":true,
      "pattern":"^[0-9A-Z-]{2,21}$"},
    {"name":"name","type":"text","max":40,"title":{"zh":"名称","en":"Name"},"required":true},
    {"name":"unit","type":"org","kinds":["unit","department"],"title":{"zh":"单位","en":"Unit"},"required":true,
      "indexed":true},
    {"name":"fiscal_year","type":"year","title":{"zh":"年度","en":"Year"},"required":true,"default":2026},
    {"name":"amount","type":"money","title":{"zh":"金额","en":"Amount"},"min":"0.00","indexed":true},
    {"name":"kind","type":"ref","entity":"demo.kind","filter":"leaf==true","title":{"zh":"类别","en":"Kind"}},
    {"name":"share","type":"ratio","title":{"zh":"比率","en":"Share"}},
    {"name":"price","type":"decimal","precision":12,"scale":4,"title":{"zh":"单价","en":"Price"}},
    {"name":"start","type":"date","title":{"zh":"开始","en":"Start"}},
    {"name":"seen","type":"time","title":{"zh":"查看时间","en":"Seen"}},
    {"name":"count","type":"int","title":{"zh":"数量","en":"Count"},"min":0,"max":1000},
    {"name":"urgent","type":"bool","title":{"zh":"紧急","en":"Urgent"}},
    {"name":"fund","type":"enum","title":{"zh":"资金","en":"Fund"},"values":[{"code":"basic","title":{"zh":"基本",
      "en":"Basic"}},{"code":"special","title":{"zh":"专项","en":"Special"}}]},
    {"name":"phone","type":"text","max":20,"mask":"phone","title":{"zh":"电话","en":"Phone"}},
    {"name":"order","type":"int","title":{"zh":"顺序","en":"Order"}},
    {"name":"note","type":"longtext","title":{"zh":"备注","en":"Note"}},
    {"name":"extra","type":"json","title":{"zh":"附加","en":"Extra"}},
    {"name":"score","type":"int","title":{"zh":"得分","en":"Score"},"computed":true}],
    "states":{"field":"status","initial":"draft","values":[
      {"code":"draft","title":{"zh":"草稿","en":"Draft"},"editable":true},{"code":"submitted",
      "title":{"zh":"已送审","en":"Submitted"}},
      {"code":"returned","title":{"zh":"已退回","en":"Returned"},"editable":true},{"code":"approved",
      "title":{"zh":"已批准","en":"Approved"}}],
      "transitions":[
      {"name":"submit","title":{"zh":"送审","en":"Submit"},"from":["draft","returned"],"to":"submitted",
      "permission":"submit"},
      {"name":"give_back","title":{"zh":"退回","en":"Return"},"from":["submitted"],"to":"returned",
      "permission":"approve","comment":"required"},
      {"name":"approve","title":{"zh":"批准","en":"Approve"},"from":["submitted"],"to":"approved",
      "permission":"approve","not_maker":true}]},
    "visible_above":["submitted","approved"],"indexes":[["fiscal_year","status"]]})");
}

inline Json line_declaration() {
  return parsed(
      R"({"entity":"project_line","title":{"zh":"项目明细","en":"Line"},"parent":"project","key":["project","number"],
      "title_field":"item","fields":[
    {"name":"project","type":"ref","entity":"demo.project","title":{"zh":"项目","en":"Project"},"required":true},
    {"name":"number","type":"int","title":{"zh":"序号","en":"Number"},"required":true},
    {"name":"item","type":"text","title":{"zh":"内容","en":"Item"}},
    {"name":"amount","type":"money","title":{"zh":"金额","en":"Amount"}}]})");
}

} // namespace onebudget::declarations::testing
