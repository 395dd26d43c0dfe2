#include <algorithm>

#include "kernel/http/http.hpp"
#include "kernel/http/wire/target.hpp"

namespace onebudget::http {

std::string_view Request::header(std::string_view lower_name) const {
  for (const auto& [name, value] : headers) {
    if (name == lower_name) return value;
  }
  return {};
}

std::string Request::param(std::string_view name) const {
  for (const auto& [key, value] : params) {
    if (key == name) return value;
  }
  return {};
}

Result<Pairs> Request::query_pairs() const {
  Pairs pairs;
  std::string_view rest = query;
  while (!rest.empty()) {
    const std::size_t end = rest.find('&');
    const std::string_view item = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (item.empty()) continue;
    const std::size_t equals = item.find('=');
    std::string name, value;
    if (!decode_value(item.substr(0, equals), name) ||
        (equals != std::string_view::npos && !decode_value(item.substr(equals + 1), value))) {
      return fault(FaultKind::malformed, "http.query",
                   {"查询参数的编码不正确。请用 UTF-8 百分号编码。",
                    "The query is not encoded properly. Use percent-encoded UTF-8."});
    }
    pairs.emplace_back(std::move(name), std::move(value));
  }
  return pairs;
}

struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
  std::unique_ptr<Node> parameter;                                ///< any one segment
  std::unique_ptr<Node> tail;                                     ///< all the rest
  std::vector<std::pair<std::vector<std::string>, Route>> routes; ///< with the names of the parameters on the way

  using Way = std::vector<std::string>;

  /// Depth first, literals before parameters before tails; the first node with the method wins.
  const std::pair<Way, Route>* find(const std::vector<std::string_view>& segments, std::size_t at,
                                    std::string_view method, Way& way, std::vector<std::string>& allowed) const {
    if (at == segments.size()) return here(method, allowed);
    if (const auto found = literals.find(segments[at]); found != literals.end()) {
      if (const auto* hit = found->second->find(segments, at + 1, method, way, allowed)) return hit;
    }
    if (parameter && !segments[at].empty()) {
      way.emplace_back(segments[at]);
      if (const auto* hit = parameter->find(segments, at + 1, method, way, allowed)) return hit;
      way.pop_back();
    }
    if (tail) {
      std::string rest;
      for (std::size_t i = at; i < segments.size(); ++i) rest.append(i > at ? "/" : "").append(segments[i]);
      way.push_back(std::move(rest));
      if (const auto* hit = tail->here(method, allowed)) return hit;
      way.pop_back();
    }
    return nullptr;
  }

  const std::pair<Way, Route>* here(std::string_view method, std::vector<std::string>& allowed) const {
    for (const auto& entry : routes) {
      if (entry.second.method == method) return &entry;
      allowed.push_back(entry.second.method);
    }
    return nullptr;
  }

  void collect(std::vector<const Route*>& all) const {
    for (const auto& entry : routes) all.push_back(&entry.second);
    for (const auto& [name, node] : literals) node->collect(all);
    if (parameter) parameter->collect(all);
    if (tail) tail->collect(all);
  }
};

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;

void Router::add(std::string method, std::string pattern, RouteOptions options, Handler handler) {
  Node* node = root_.get();
  std::vector<std::string> names;
  for (const std::string_view segment : segments_of(pattern)) {
    std::unique_ptr<Node>* next = nullptr;
    if (segment.size() > 2 && segment.front() == '{' && segment.back() == '}') {
      const bool tail = segment[segment.size() - 2] == '*';
      names.emplace_back(segment.substr(1, segment.size() - (tail ? 3 : 2)));
      next = tail ? &node->tail : &node->parameter;
    } else {
      next = &node->literals[std::string(segment)];
    }
    if (!*next) *next = std::make_unique<Node>();
    node = next->get();
  }
  std::erase_if(node->routes, [&](const auto& entry) { return entry.second.method == method; });
  node->routes.emplace_back(std::move(names),
                            Route{std::move(method), std::move(pattern), options, std::move(handler)});
}

Router::Match Router::find(std::string_view method, std::string_view path) const {
  Match match;
  Node::Way way;
  const auto* hit = root_->find(segments_of(path), 0, method, way, match.allowed);
  if (hit == nullptr) {
    std::sort(match.allowed.begin(), match.allowed.end());
    match.allowed.erase(std::unique(match.allowed.begin(), match.allowed.end()), match.allowed.end());
    return match;
  }
  match.allowed.clear();
  match.route = &hit->second;
  for (std::size_t i = 0; i < hit->first.size() && i < way.size(); ++i)
    match.params.emplace_back(hit->first[i], std::move(way[i]));
  return match;
}

std::vector<const Route*> Router::routes() const {
  std::vector<const Route*> all;
  root_->collect(all);
  return all;
}

} // namespace onebudget::http
