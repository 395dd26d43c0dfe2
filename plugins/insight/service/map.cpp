// The outlines that the operator was allowed to show: checked, stripped to codes and rings, kept feature by feature.

#include <cmath>
#include <functional>
#include <set>

#include "plugins/insight/service/service.hpp"

namespace onebudget::insight {

namespace {

constexpr const char* kHead = "map.head";
constexpr const char* kRegion = "standards.region";
constexpr std::size_t kMostFeatures = 300, kMostPoints = 60'000, kLongestFeature = 60'000, kLongestText = 120;
constexpr std::size_t kMostFindings = 20, kLeastRing = 4;
constexpr double kPrecision = 10'000.0, kEast = 180.0, kNorth = 90.0; ///< ten metres are enough for a screen

struct Shape {
  std::string code; ///< nine digits
  Json polygons;    ///< [[[[x, y], …], …], …], as a MultiPolygon
};

/// What is wrong with the file, so far; the first mistakes are told, not all of a thousand.
class Mistakes {
 public:
  void add(const std::string& field, const char* code, const Text& message, const Text& remedy) {
    if (found_.size() < kMostFindings) found_.push_back({field, code, message, remedy});
  }
  [[nodiscard]] bool any() const { return !found_.empty(); }
  [[nodiscard]] Fault refusal() const {
    return fault(FaultKind::rule, "insight.map",
                 {"地图文件未保存，请按提示修改。", "The map was not kept; see what is wrong with it."},
                 std::vector<FieldFault>(found_));
  }

 private:
  std::vector<FieldFault> found_;
};

bool digits(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

/// Nine digits from `adcode`, `code` or the feature's id; empty when there is none.
std::string code_of(const Json& feature) {
  const Json properties = feature.value("properties", Json::object());
  for (const char* name : {"code", "adcode"}) {
    if (!properties.is_object() || !properties.contains(name)) continue;
    const Json& value = properties[name];
    std::string text = value.is_string() ? value.get<std::string>() : value.is_number_integer() ? value.dump() : "";
    if (digits(text) && (text.size() == 6 || text.size() == 9)) return text + std::string(9 - text.size(), '0');
  }
  return {};
}

/// A ring with its points rounded; null when it is none. A text anywhere in it is none.
Json ring_of(const Json& in, std::size_t& points) {
  if (!in.is_array() || in.size() < kLeastRing) return nullptr;
  Json out = Json::array();
  for (const Json& point : in) {
    if (!point.is_array() || point.size() < 2 || !point[0].is_number() || !point[1].is_number()) return nullptr;
    const double x = point[0].get<double>(), y = point[1].get<double>();
    if (!(std::abs(x) <= kEast) || !(std::abs(y) <= kNorth)) return nullptr;
    Json rounded = {std::round(x * kPrecision) / kPrecision, std::round(y * kPrecision) / kPrecision};
    if (out.empty() || out.back() != rounded) out.push_back(std::move(rounded));
    ++points;
  }
  return out.size() < kLeastRing ? Json() : out;
}

Json polygons_of(const Json& geometry, std::size_t& points) {
  if (!geometry.is_object() || !geometry.contains("coordinates")) return nullptr;
  const std::string type = Row(geometry).text("type");
  const Json given = type == "Polygon"        ? Json::array({geometry["coordinates"]})
                     : type == "MultiPolygon" ? geometry["coordinates"]
                                              : Json();
  if (!given.is_array() || given.empty()) return nullptr;
  Json out = Json::array();
  for (const Json& polygon : given) {
    if (!polygon.is_array() || polygon.empty()) return nullptr;
    Json rings = Json::array();
    for (const Json& ring : polygon) {
      Json read = ring_of(ring, points);
      if (read.is_null()) return nullptr;
      rings.push_back(std::move(read));
    }
    out.push_back(std::move(rings));
  }
  return out;
}

std::vector<Shape> shapes_of(const Json& collection, Mistakes& mistakes) {
  std::vector<Shape> out;
  const Json features = Row(collection).at("features");
  if (Row(collection).text("type") != "FeatureCollection" || !features.is_array() || features.empty() ||
      features.size() > kMostFeatures) {
    mistakes.add("/map", "insight.map_form",
                 {"不是 GeoJSON 的 FeatureCollection，或要素数不在 1 到 300 之间。",
                  "It is no GeoJSON FeatureCollection, or its features are not 1 to 300."},
                 {"请上传经审核的行政区划 GeoJSON。", "Upload the approved GeoJSON of the regions."});
    return out;
  }
  std::set<std::string> seen;
  std::size_t points = 0;
  for (std::size_t i = 0; i < features.size(); ++i) {
    const std::string at = "/map/features/" + std::to_string(i);
    if (!features[i].is_object()) {
      mistakes.add(at, "insight.map_form", {"要素不是对象。", "The feature is no object."},
                   {"请检查文件。", "Check it."});
      continue;
    }
    Shape shape{code_of(features[i]), polygons_of(features[i].value("geometry", Json()), points)};
    if (shape.code.empty())
      mistakes.add(at + "/properties/code", "insight.map_code",
                   {"要素没有区划代码（code 或 adcode，6 或 9 位数字）。",
                    "The feature has no region code (code or adcode, 6 or 9 digits)."},
                   {"请补上代码。", "Add the code."});
    else if (!seen.insert(shape.code).second)
      mistakes.add(at + "/properties/code", "insight.map_code",
                   {"区划代码重复：" + shape.code + "。", "The region code comes twice: " + shape.code + "."},
                   {"请合并为一个要素。", "Make one feature of both."});
    if (shape.polygons.is_null() || plugin::dump(shape.polygons).size() > kLongestFeature)
      mistakes.add(at + "/geometry", "insight.map_shape",
                   {"边界不是经纬度的面，或点数过多。", "The outline is no area in degrees, or has too many points."},
                   {"请检查坐标，或简化边界。", "Check the coordinates, or simplify the outline."});
    out.push_back(std::move(shape));
  }
  if (points > kMostPoints)
    mistakes.add("/map", "insight.map_shape", {"点数超过 60000。", "There are more than 60,000 points."},
                 {"请简化边界。", "Simplify the outlines."});
  return out;
}

/// Codes that the list of regions does not have.
Result<void> known(const Call& call, const std::vector<Shape>& shapes, Mistakes& mistakes) {
  std::set<std::string> there;
  plugin::Query query;
  query.filter = "status==in_force";
  query.fields = {"code"};
  OB_CHECK(call.records().each(kRegion, query, [&](const Row& row) -> Result<void> {
    there.insert(row.text("code"));
    return {};
  }));
  for (std::size_t i = 0; i < shapes.size(); ++i)
    if (!shapes[i].code.empty() && there.count(shapes[i].code) == 0)
      mistakes.add("/map/features/" + std::to_string(i) + "/properties/code", "insight.map_code",
                   {"财政区划里没有 " + shapes[i].code + "。", "There is no region " + shapes[i].code + "."},
                   {"请核对代码。", "Check the code."});
  return {};
}

std::string key_of(const std::string& set, const std::string& code) { return "map/" + set + "/" + code; }

Result<Json> head_of(const Call& call) {
  OB_TRY(const auto kept, call.kv().get(kHead));
  return kept ? Json::parse(*kept, nullptr, false) : Json();
}

Result<void> forget(const Call& call, const Json& head) {
  if (!head.is_object()) return {};
  for (const Json& code : head.value("codes", Json::array()))
    OB_CHECK(call.kv().remove(key_of(head.value("set", std::string()), code.get<std::string>())));
  return {};
}

} // namespace

Result<Answer> put_map(Call& call, const Request& request) {
  OB_TRY(const Json body, request.json());
  const std::string approval = Row(body).text("approval_no");
  Mistakes mistakes;
  if (approval.empty() || approval.size() > kLongestText)
    mistakes.add("/approval_no", "insight.map_approval", {"请填写审图号。", "Give the approval number of the map."},
                 {"没有审图号的地图不能公开展示。", "A map without one must not be shown."});
  const std::vector<Shape> shapes = shapes_of(Row(body).at("map"), mistakes);
  OB_CHECK(known(call, shapes, mistakes));
  if (mistakes.any()) return mistakes.refusal();
  OB_TRY(const Json before, head_of(call));
  // A set of its own, named last: whoever reads meanwhile sees the old one or the new one.
  Json head = {
      {"set", call.request_id()}, {"approval_no", approval}, {"at_ms", call.now_ms()}, {"codes", Json::array()}};
  for (const Shape& shape : shapes) {
    OB_CHECK(call.kv().put(key_of(call.request_id(), shape.code), plugin::dump(shape.polygons)));
    head["codes"].push_back(shape.code);
  }
  OB_CHECK(call.kv().put(kHead, plugin::dump(head)));
  OB_CHECK(forget(call, before));
  return Answer::json({{"approval_no", approval}, {"features", shapes.size()}});
}

Result<Answer> show_map(Call& call, const Request& request) {
  static_cast<void>(request);
  OB_TRY(const Json head, head_of(call));
  Json features = Json::array();
  if (!head.is_object())
    return Answer::json({{"approval_no", nullptr}, {"type", "FeatureCollection"}, {"features", features}});
  for (const Json& code : head.value("codes", Json::array())) {
    OB_TRY(const auto kept, call.kv().get(key_of(head.value("set", std::string()), code.get<std::string>())));
    if (!kept) continue;
    features.push_back({{"type", "Feature"},
                        {"properties", {{"code", code}, {"name", code}}},
                        {"geometry", {{"type", "MultiPolygon"}, {"coordinates", Json::parse(*kept, nullptr, false)}}}});
  }
  return Answer::json({{"approval_no", head.value("approval_no", std::string())},
                       {"at_ms", head.value("at_ms", std::int64_t{0})},
                       {"type", "FeatureCollection"},
                       {"features", std::move(features)}});
}

Result<Answer> drop_map(Call& call, const Request& request) {
  static_cast<void>(request);
  OB_TRY(const Json head, head_of(call));
  OB_CHECK(call.kv().remove(kHead));
  OB_CHECK(forget(call, head));
  return Answer::none();
}

} // namespace onebudget::insight
