#include "packaging/demo/acts.hpp"

#include <charconv>
#include <chrono>
#include <ctime>
#include <thread>

#include "sdk/values/day.hpp"

namespace onebudget::demo {

namespace {

constexpr std::int64_t kSecondsOfDay = 86'400, kChina = 8 * 3'600;
constexpr int kLooks = 150;
constexpr std::chrono::milliseconds kBetweenLooks{200};

Day today_in_china() {
  return Day::from_number(static_cast<std::int32_t>((std::time(nullptr) + kChina) / kSecondsOfDay));
}

Fault unreadable(const std::string& what) {
  return fault(FaultKind::malformed, "ctl.demo_act",
               {"演示剧本写法不对：" + what, "The script of the demo cannot be read: " + what});
}

Result<int> number_of(const std::string& text) {
  int value = 0;
  const char* first = text.data() + (text.rfind('+', 0) == 0 ? 1 : 0);
  const auto [end, error] = std::from_chars(first, text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) return value;
  return unreadable(text);
}

std::string quoted_version(const Json& row) { return "\"" + row.value("version", Json(1)).dump() + "\""; }

} // namespace

Acts::Acts(std::string url, std::string language, std::string ca_file,
           std::function<std::string(const std::string&)> password_of)
    : url_(std::move(url)),
      language_(std::move(language)),
      ca_file_(std::move(ca_file)),
      password_of_(std::move(password_of)) {}

Result<client::Client*> Acts::person(const std::string& username) {
  const auto known = people_.find(username);
  if (known != people_.end()) return &known->second;
  client::Client fresh(url_, language_, ca_file_);
  OB_CHECK(fresh.sign_in(username, password_of_(username)));
  return &people_.emplace(username, std::move(fresh)).first->second;
}

Result<std::string> Acts::token(const std::string& kind, const std::string& rest, client::Client& as) {
  if (kind == "id") {
    const auto found = made_.find(rest);
    return found == made_.end() ? Result<std::string>(unreadable(rest)) : Result<std::string>(found->second);
  }
  if (kind == "day" || kind == "year") {
    OB_TRY(const int by, number_of(rest));
    const Day today = today_in_china();
    if (kind == "year") return std::to_string(today.year() + by);
    return Day::from_number(today.number() + by).str();
  }
  if (kind != "node" && kind != "first" && kind != "new" && kind != "code") return unreadable(kind);
  const auto known = found_.find(kind + rest);
  if (known != found_.end() && kind != "new") return known->second;
  const std::string path = rest.substr(0, rest.find('|'));
  // What an event brings comes a little after the act that it follows; what has an answer for its absence is not
  // awaited.
  for (int look = 0; look < kLooks; ++look) {
    if (look > 0) std::this_thread::sleep_for(kBetweenLooks);
    OB_TRY(const Json list, as.json("GET", kind == "node" ? "/system/node?q=" + client::encoded(rest) : path));
    for (const Json& item : list.value("items", Json::array())) {
      if (kind == "node" && item.value("code", std::string()) != rest) continue;
      return found_[kind + rest] = item.value(kind == "code" ? "code" : "id", std::string());
    }
    if (path != rest) return rest.substr(path.size() + 1);
    if (kind == "node") break;
  }
  return unreadable(rest);
}

Result<std::string> Acts::text(const std::string& pattern, client::Client& as) {
  std::string out = pattern;
  // The innermost first: the path of a list may hold ids itself.
  for (std::size_t close = out.find('}'); close != std::string::npos; close = out.find('}')) {
    const std::size_t open = out.rfind('{', close), colon = out.find(':', open);
    if (open == std::string::npos || colon > close) return unreadable(pattern);
    OB_TRY(const std::string value,
           token(out.substr(open + 1, colon - open - 1), out.substr(colon + 1, close - colon - 1), as));
    out.replace(open, close + 1 - open, value);
  }
  return out;
}

/// A body with its texts filled in; "{year:0}" alone becomes a number.
Result<Json> Acts::filled(const Json& value, client::Client& as) {
  if (value.is_string()) {
    const std::string pattern = value.get<std::string>();
    OB_TRY(std::string done, text(pattern, as));
    if (pattern.rfind("{year:", 0) == 0 && pattern.back() == '}') return Json(std::stoi(done));
    return Json(std::move(done));
  }
  Json out = value;
  if (value.is_object() || value.is_array())
    for (auto item = out.begin(); item != out.end(); ++item) {
      OB_TRY(*item, filled(*item, as));
    }
  return out;
}

Result<void> Acts::act(const Json& one) {
  OB_TRY(client::Client* const as, person(one.value("who", std::string())));
  if (one.contains("post")) {
    OB_TRY(const std::string path, text(one["post"], *as));
    OB_TRY(const Json body, filled(one.value("body", Json::object()), *as));
    OB_TRY(const Json made, as->json("POST", path, body));
    if (one.contains("as")) made_[one["as"].get<std::string>()] = made.value("id", std::string());
    return {};
  }
  const bool move = one.contains("move");
  if (!move && !one.contains("patch")) return unreadable(one.dump());
  OB_TRY(const std::string path, text(one[move ? "move" : "patch"], *as));
  OB_TRY(const Json row, as->json("GET", path));
  if (!move) {
    OB_TRY(const Json body, filled(one.value("body", Json::object()), *as));
    OB_TRY(const Json changed, as->json("PATCH", path, body, quoted_version(row)));
    return {};
  }
  OB_TRY(const Json moved, as->json("POST", path + "/transitions/" + one.value("by", std::string()),
                                    {{"comment", one.value("comment", "同意")}}, quoted_version(row)));
  return {};
}

Result<void> Acts::play(const Json& script, const std::function<void(double)>& progress) {
  const Json acts = script.value("acts", Json::array());
  for (std::size_t i = 0; i < acts.size(); ++i) {
    progress(static_cast<double>(i) / static_cast<double>(acts.size()));
    const auto outcome = act(acts[i]);
    if (outcome) {
      ++done_;
      continue;
    }
    if (acts[i].value("may_fail", false)) {
      ++refused_;
      continue;
    }
    Fault why = outcome.fault();
    const std::string number = "#" + std::to_string(i + 1) + " ";
    why.message = {number + why.message.zh, number + why.message.en};
    return why;
  }
  progress(1);
  return {};
}

} // namespace onebudget::demo
