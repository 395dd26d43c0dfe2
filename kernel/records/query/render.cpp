#include "kernel/records/query/render.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "kernel/records/faults.hpp"
#include "kernel/records/query/compile.hpp"
#include "sdk/text/utf8.hpp"

namespace onebudget::records {

namespace {

struct Kept {
  std::size_t head, tail;
};

Kept kept(std::string_view mask) {
  if (mask == "identity") return {3, 4};
  if (mask == "phone") return {3, 4};
  if (mask == "bank_account") return {0, 4};
  return {1, 0}; // name
}

bool has_label(const Field& field) {
  return field.type == FieldType::enumeration || field.type == FieldType::ref || field.type == FieldType::org ||
         field.type == FieldType::user;
}

/// A column that is not there yet.
void add(const Served& served, int column, Projection& projection) {
  for (const OutputColumn& output : projection.columns)
    if (output.column == column) return;
  int found = -1;
  const std::string& name = served.columns[static_cast<std::size_t>(column)].name;
  const Field* field = query_field(served, name, found);
  projection.columns.push_back({column, field, "\"" + name + "\":", false});
  projection.masks = projection.masks || !field->mask.empty();
  projection.sealed = projection.sealed || field->encrypted;
}

} // namespace

void append_integer(std::string& out, std::int64_t number) {
  std::array<char, 24> digits{};
  out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

void append_masked(std::string& out, std::string_view text, std::string_view mask) {
  const std::size_t length = code_points(text);
  Kept keep = kept(mask);
  if (keep.head + keep.tail >= length) keep = {0, 0};
  std::size_t point = 0;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
    if (point < keep.head || point >= length - keep.tail)
      out.append(text.substr(i, end - i));
    else
      out.push_back('*');
    ++point;
    i = end;
  }
}

const Projection& whole_projection(const Served& served) {
  std::call_once(served.projected, [&served] {
    Projection whole;
    add(served, kId, whole);
    add(served, kVersion, whole);
    for (int i = kFirstField; i < static_cast<int>(served.columns.size()); ++i) add(served, i, whole);
    if (served.entity.view.empty())
      for (const int i : {kCreatedAt, kCreatedBy, kUpdatedAt, kUpdatedBy}) add(served, i, whole);
    served.whole = std::make_shared<const Projection>(std::move(whole));
  });
  return *served.whole;
}

Result<Projection> project(const Served& served, const std::vector<std::string>& fields,
                           const std::vector<std::string>& expand) {
  Projection projection;
  if (fields.empty()) projection = whole_projection(served);
  for (const int lead : {kId, kVersion}) add(served, lead, projection);
  for (const std::string& name : fields) {
    int column = -1;
    if (query_field(served, name, column) == nullptr) return faults::unknown_field(served.entity, name, "/fields");
    add(served, column, projection);
  }
  for (const std::string& name : expand) {
    int column = -1;
    if (name != "labels" && query_field(served, name, column) == nullptr)
      return faults::unknown_field(served.entity, name, "/expand");
    for (OutputColumn& output : projection.columns)
      if ((name == "labels" || output.column == column) && has_label(*output.field) && output.column != kId)
        output.label = true;
  }
  const auto far = [](const OutputColumn& output) {
    return output.label && output.field->type != FieldType::enumeration;
  };
  projection.labels = std::any_of(projection.columns.begin(), projection.columns.end(), far);
  return projection;
}

} // namespace onebudget::records
