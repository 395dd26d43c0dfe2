#include "kernel/storage/postgresql/connection.hpp"

#include <Poco/Data/PostgreSQL/SessionHandle.h>
#include <Poco/Data/PostgreSQL/Utility.h>
#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>
#include <utility>

#include "kernel/storage/faults.hpp"
#include "kernel/storage/text/sql_text.hpp"

namespace onebudget::storage::postgresql {
namespace {

constexpr const char* kReading = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
constexpr const char* kWriting = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
constexpr Oid kBytea = 17, kInt8 = 20, kFloat8 = 701;
constexpr std::int64_t kEarly = 100, kOften = 10'000; ///< uses after which a statement is planned anew

std::string real_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  return fmt::format("{}", value); // shortest text that reads back the same
}

PGconn* handle_of(Poco::Data::Session& session) {
  return static_cast<PGconn*>(*Poco::Data::PostgreSQL::Utility::handle(session));
}

void say_nothing(void*, const char*) {}

} // namespace

Result<void> Packed::pack(const Params& params) {
  const std::size_t count = params.size();
  if (count > 60'000) return text_fault("too many parameters");
  numbers_.resize(count);
  pointers_.assign(count, nullptr);
  lengths_.assign(count, 0);
  formats_.assign(count, 0);
  types_.assign(count, 0);
  for (std::size_t i = 0; i < count; ++i) {
    if (const auto* number = std::get_if<std::int64_t>(&params[i])) {
      numbers_[i] = std::to_string(*number);
      pointers_[i] = numbers_[i].c_str();
      types_[i] = kInt8;
    } else if (const auto* real = std::get_if<double>(&params[i])) {
      numbers_[i] = real_text(*real);
      pointers_[i] = numbers_[i].c_str();
      types_[i] = kFloat8;
    } else if (const auto* text = std::get_if<std::string>(&params[i])) {
      if (text->find('\0') != std::string::npos) return text_fault("NUL in text");
      pointers_[i] = text->c_str();
    } else if (const auto* bytes = std::get_if<Bytes>(&params[i])) {
      if (bytes->data.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()) / 2)
        return text_fault("bytes too long");
      pointers_[i] = bytes->data.data();
      lengths_[i] = static_cast<int>(bytes->data.size());
      formats_[i] = 1;
      types_[i] = kBytea;
    }
  }
  return {};
}

void* Connection::native(Poco::Data::Session& session) { return handle_of(session); }

Connection::Connection(Poco::Data::Session& session, SchemaEpoch& epoch)
    : connection_(handle_of(session)), epoch_(epoch), seen_epoch_(epoch) {
  PQsetNoticeProcessor(connection_, &say_nothing, nullptr);
}

Fault Connection::fault_of(const PGresult* answer) {
  const char* state = answer != nullptr ? PQresultErrorField(answer, PG_DIAG_SQLSTATE) : nullptr;
  state_ = state != nullptr ? state : "";
  const char* primary = answer != nullptr ? PQresultErrorField(answer, PG_DIAG_MESSAGE_PRIMARY) : nullptr;
  const char* constraint = answer != nullptr ? PQresultErrorField(answer, PG_DIAG_CONSTRAINT_NAME) : nullptr;
  std::string detail = primary != nullptr ? primary : PQerrorMessage(connection_);
  if (constraint != nullptr) detail += std::string(" (") + constraint + ")";
  if (state_ == "0A000" && detail.find("cached plan") != std::string::npos) {
    stale_ = true;
    return busy_fault();
  }
  if (gone()) return postgresql_fault("", detail);
  return postgresql_fault(state_.empty() ? "XX000" : state_, detail);
}

bool Connection::may_repeat() const { return retryable(state_) || stale_; }

Result<std::string> Connection::prepare(std::string_view sql, const Packed& params) {
  const auto range = by_sql_.equal_range(sql);
  std::int64_t uses = 0;
  for (auto at = range.first; at != range.second; ++at) {
    const std::vector<Oid>& types = at->second->types;
    bool fits = types.size() == params.types().size();
    for (std::size_t i = 0; fits && i < types.size(); ++i) fits = params.null(i) || types[i] == params.types()[i];
    if (!fits) continue;
    // The server plans a kept statement once, perhaps while its tables were empty: let it look again as they fill.
    uses = ++at->second->uses;
    if (uses == kEarly || uses % kOften == 0) {
      forget(at);
      break;
    }
    kept_.splice(kept_.begin(), kept_, at->second);
    return at->second->name;
  }
  int count = 0;
  const std::string text = numbered(sql, count);
  if (count != params.count()) {
    return postgresql_fault("42601", "the number of parameters does not fit the statement");
  }
  std::string name = "ob" + std::to_string(++made_);
  OB_TRY(const Answer answer, run(pipelined() && PQsendPrepare(connection_, name.c_str(), text.c_str(), params.count(),
                                                               params.types().data()) == 1));
  if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK) return fault_of(answer.get());
  kept_.push_front(Kept{std::string(sql), name, params.types(), uses});
  by_sql_.emplace(kept_.front().sql, kept_.begin());
  shrink();
  return name;
}

void Connection::shrink() {
  while (kept_.size() > kKept) {
    const auto last = std::prev(kept_.end());
    auto at = by_sql_.equal_range(last->sql).first;
    while (at->second != last) ++at;
    forget(at);
  }
}

void Connection::forget(ByText::iterator one) {
  const auto kept = one->second;
  by_sql_.erase(one);
  forgotten_.push_back(std::move(kept->name));
  kept_.erase(kept);
}

void Connection::forget_all() {
  by_sql_.clear();
  kept_.clear();
  forgotten_.clear();
  stale_ = false;
}

Result<void> Connection::begin(bool writing, std::int64_t limit_ms) {
  state_.clear();
  // The answer to a ROLLBACK, or the last words of a server and the end of the stream.
  pollfd socket{PQsocket(connection_), POLLIN, 0};
  for (int looks = 0; looks < 3 && poll(&socket, 1, 0) > 0; ++looks)
    if (PQconsumeInput(connection_) == 0) break;
  if (gone()) return fault_of(nullptr);
  OB_CHECK(queue(sent(writing ? kWriting : kReading), Owed::success));
  open_ = true;
  if (limit_ms > 0) OB_CHECK(queue(sent("SET LOCAL statement_timeout = " + std::to_string(limit_ms)), Owed::success));
  const std::int64_t epoch = epoch_;
  if (stale_ || epoch != seen_epoch_) {
    forget_all();
    seen_epoch_ = epoch;
    OB_CHECK(queue(sent("DEALLOCATE ALL"), Owed::success));
  }
  for (const std::string& name : forgotten_) OB_CHECK(queue(sent("DEALLOCATE " + name), Owed::success));
  forgotten_.clear();
  return {};
}

bool Connection::pipelined() {
  return PQpipelineStatus(connection_) != PQ_PIPELINE_OFF || PQenterPipelineMode(connection_) == 1;
}

bool Connection::sent(const std::string& sql) {
  return pipelined() && PQsendQueryParams(connection_, sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0) == 1;
}

bool Connection::sent(const std::string& name, const Packed& params) {
  return pipelined() && PQsendQueryPrepared(connection_, name.c_str(), params.count(), params.pointers(),
                                            params.lengths(), params.formats(), 0) == 1;
}

Result<void> Connection::queue(bool sent, Owed owed) {
  if (!sent) return fault_of(nullptr);
  owed_.push_back(owed);
  return {};
}

Result<void> Connection::send(const std::string& name, const Packed& params, Owed owed) {
  constexpr std::size_t kMostOwed = 256; // neither side may wait for the other to read
  if (owed_.size() >= kMostOwed) OB_CHECK(finish());
  return queue(sent(name, params), owed);
}

Result<void> Connection::finish() {
  OB_CHECK(queue(PQpipelineSync(connection_) == 1, Owed::sync));
  return settle();
}

Result<void> Connection::settle() {
  std::optional<Fault> first;
  for (; !owed_.empty(); owed_.pop_front()) {
    const Answer answer(PQgetResult(connection_));
    const ExecStatusType status = PQresultStatus(answer.get());
    if (status == PGRES_PIPELINE_SYNC) continue;
    const bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (!good && status != PGRES_PIPELINE_ABORTED && owed_.front() != Owed::nothing && !first)
      first = fault_of(answer.get());
    if (gone()) {
      owed_.clear();
      return first ? *std::move(first) : fault_of(nullptr);
    }
    if (good && owed_.front() == Owed::number && PQntuples(answer.get()) > 0)
      number_ = std::strtoll(PQgetvalue(answer.get(), 0, 0), nullptr, 10);
    while (PGresult* more = PQgetResult(connection_)) PQclear(more);
  }
  if (first) return *std::move(first);
  return {};
}

void Connection::to_sync() {
  while (!gone()) {
    const Answer answer(PQgetResult(connection_));
    if (PQresultStatus(answer.get()) == PGRES_PIPELINE_SYNC) return;
  }
}

Result<void> Connection::send_last(bool sent) {
  if (!sent || PQpipelineSync(connection_) == 0) return fault_of(nullptr);
  auto before = settle();
  if (!before) to_sync();
  return before;
}

Result<Answer> Connection::run(bool sent) {
  OB_CHECK(send_last(sent));
  Answer answer(PQgetResult(connection_));
  to_sync();
  return answer;
}

Result<void> Connection::plain() {
  if (PQpipelineStatus(connection_) == PQ_PIPELINE_OFF) return {};
  OB_CHECK(finish());
  if (PQexitPipelineMode(connection_) == 0) return fault_of(nullptr);
  return {};
}

Result<std::int64_t> Connection::number() {
  if (std::find(owed_.begin(), owed_.end(), Owed::number) != owed_.end()) OB_CHECK(finish());
  return number_;
}

Result<void> Connection::commit() {
  auto answer = run(sent("COMMIT"));
  if (!answer || PQresultStatus(answer->get()) != PGRES_COMMAND_OK) {
    const Fault why = answer ? fault_of(answer->get()) : std::move(answer).fault();
    return gone() ? unknown_outcome_fault() : why;
  }
  open_ = false;
  if (std::string_view(PQcmdStatus(answer->get())) != "COMMIT") return aborted_fault();
  return {};
}

void Connection::rollback() {
  if (!open_ || gone()) return;
  // One that fails leaves it open, and the pool drops it.
  open_ = !queue(sent("ROLLBACK"), Owed::nothing) || !queue(PQpipelineSync(connection_) == 1, Owed::sync);
}

} // namespace onebudget::storage::postgresql
