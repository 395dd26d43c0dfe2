#include "kernel/storage/postgresql/rows.hpp"

#include <charconv>
#include <cstdlib>
#include <utility>

#include "kernel/storage/faults.hpp"

namespace onebudget::storage::postgresql {
namespace {

constexpr Oid kBool = 16, kBytea = 17, kInt8 = 20, kInt2 = 21, kInt4 = 23, kOid = 26, kFloat4 = 700, kFloat8 = 701,
              kNumeric = 1700;

bool whole_number(std::string_view text, std::int64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

} // namespace

PostgresRows::~PostgresRows() {
  row_.reset();
  for (int drained = 0; streaming_ && drained < kMostDrained; ++drained) {
    auto more = fetch();
    if (!more || !*more) break;
  }
  if (streaming_) {
    // Too much is left to read: stop the statement at the server. Its transaction ends with it.
    char error[256];
    PGcancel* cancel = PQgetCancel(connection_.native());
    if (cancel != nullptr && PQcancel(cancel, error, sizeof error) == 0) session_.doomed(connection_fault(error));
    PQfreeCancel(cancel);
    connection_.to_sync();
    session_.doomed(aborted_fault());
    end_stream();
  }
}

void PostgresRows::end_stream() {
  streaming_ = false;
  session_.stream_ended(this);
}

Result<Answer> PostgresRows::fetch() {
  Answer answer(PQgetResult(connection_.native()));
  switch (PQresultStatus(answer.get())) {
    case PGRES_SINGLE_TUPLE:
      return answer;
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
      connection_.to_sync();
      end_stream();
      if (PQntuples(answer.get()) > 0) return answer; // not in single-row mode: all rows
      if (!shape_) shape_ = std::move(answer);
      return Answer();
    default: {
      Fault why = connection_.fault_of(answer.get());
      connection_.to_sync();
      end_stream();
      return session_.doomed(std::move(why));
    }
  }
}

Result<void> PostgresRows::begin() {
  OB_TRY(Answer first, fetch());
  if (first) {
    shape_.reset(PQcopyResult(first.get(), PG_COPYRES_ATTRS));
    waiting_.push_back(std::move(first));
  }
  decoded_.resize(static_cast<std::size_t>(columns()));
  return {};
}

Result<void> PostgresRows::buffer_rest() {
  while (streaming_) {
    OB_TRY(Answer row, fetch());
    if (!row) break;
    if (waiting_.size() >= kMostBuffered) {
      return fault(FaultKind::internal, "storage.too_many_rows",
                   {"一条查询尚未读完又发出另一条,且剩余行过多;请先读完前一条。",
                    "A statement was sent while too many rows of another were unread; read those first."});
    }
    waiting_.push_back(std::move(row));
  }
  return {};
}

Result<bool> PostgresRows::next() {
  if (row_ && ++at_ < PQntuples(row_.get())) return true;
  at_ = 0;
  if (!waiting_.empty()) {
    row_ = std::move(waiting_.front());
    waiting_.pop_front();
    return true;
  }
  row_.reset();
  if (!streaming_) return false;
  OB_TRY(Answer row, fetch());
  row_ = std::move(row);
  return row_ != nullptr;
}

std::string_view PostgresRows::raw(int column) const {
  return {PQgetvalue(row_.get(), at_, column), static_cast<std::size_t>(PQgetlength(row_.get(), at_, column))};
}

std::int64_t PostgresRows::integer(int column) const {
  if (null(column)) return 0;
  const std::string_view text = raw(column);
  std::int64_t number = 0;
  if (whole_number(text, number)) return number;
  if (PQftype(shape_.get(), column) == kBool) return text == "t" ? 1 : 0;
  return static_cast<std::int64_t>(real(column));
}

double PostgresRows::real(int column) const {
  if (null(column)) return 0;
  if (PQftype(shape_.get(), column) == kBool) return raw(column) == "t" ? 1 : 0;
  return std::strtod(PQgetvalue(row_.get(), at_, column), nullptr); // knows NaN and Infinity; the text ends in NUL
}

std::string_view PostgresRows::text(int column) const {
  if (null(column)) return {};
  if (PQftype(shape_.get(), column) != kBytea) return raw(column);
  std::size_t size = 0;
  unsigned char* bytes =
      PQunescapeBytea(reinterpret_cast<const unsigned char*>(PQgetvalue(row_.get(), at_, column)), &size);
  std::string& kept = decoded_[static_cast<std::size_t>(column)];
  kept.assign(reinterpret_cast<const char*>(bytes), bytes != nullptr ? size : 0);
  PQfreemem(bytes);
  return kept;
}

Value PostgresRows::value(int column) const {
  if (null(column)) return std::monostate{};
  switch (PQftype(shape_.get(), column)) {
    case kBool:
    case kInt2:
    case kInt4:
    case kInt8:
    case kOid:
      return integer(column);
    case kFloat4:
    case kFloat8:
      return real(column);
    case kNumeric: { // sums of integers are numeric here; they are integers to us
      std::int64_t number = 0;
      if (whole_number(raw(column), number)) return number;
      return real(column);
    }
    case kBytea:
      return Bytes{std::string(text(column))};
    default:
      return std::string(raw(column));
  }
}

} // namespace onebudget::storage::postgresql
