#include "kernel/storage/faults.hpp"

#include <sqlite3.h>

namespace onebudget::storage {
namespace {

std::string with(std::string_view lead, std::string_view detail) { return std::string(lead) + std::string(detail); }

Fault unique_fault(std::string_view detail) {
  return fault(FaultKind::conflict, "storage.unique",
               {with("唯一性冲突,请改用未被使用的值:", detail),
                with("A value that must be unique is already used; choose another: ", detail)});
}

Fault constraint_fault(std::string_view detail) {
  return fault(FaultKind::conflict, "storage.constraint",
               {with("数据库约束不允许此修改,请检查引用与取值:", detail),
                with("A database constraint refuses this change; check references and values: ", detail)});
}

Fault read_only_fault(std::string_view detail) {
  return fault(FaultKind::internal, "storage.read_only",
               {with("只读快照中不能写入,请使用写事务:", detail),
                with("A read-only snapshot cannot write; use a write transaction: ", detail)});
}

Fault sql_fault(std::string_view detail) {
  return fault(FaultKind::internal, "storage.sql",
               {with("数据库拒绝了语句,请查看日志并报告:", detail),
                with("The database refused a statement; see the log and report it: ", detail)});
}

Fault full_fault(std::string_view detail) {
  Fault made = fault(FaultKind::unavailable, "storage.full",
                     {with("磁盘空间不足,无法写入;请清理磁盘后重试:", detail),
                      with("The disk is full and nothing was written; free some space and try again: ", detail)});
  made.retry_after_s = 60;
  return made;
}

Fault io_fault(std::string_view detail) {
  return fault(FaultKind::unavailable, "storage.io",
               {with("读写数据库文件失败,请检查磁盘:", detail),
                with("Reading or writing the database file failed; check the disk: ", detail)});
}

Fault malformed_fault(std::string_view detail) {
  return fault(FaultKind::malformed, "storage.value",
               {with("数据库无法接受该值,请检查其格式与范围:", detail),
                with("The database cannot take a value; check its form and range: ", detail)});
}

} // namespace

Fault busy_fault() {
  Fault made = fault(FaultKind::unavailable, "storage.busy",
                     {"数据库繁忙,请稍后重试。", "The database is busy; try again in a moment."});
  made.retry_after_s = 1;
  return made;
}

Fault deadline_fault() {
  return fault(FaultKind::deadline, "storage.deadline",
               {"数据库操作超出了请求时限,请缩小范围后重试。",
                "The database work went past the request's deadline; narrow it and try again."});
}

Fault aborted_fault() {
  return fault(
      FaultKind::internal, "storage.aborted",
      {"本事务中已有语句失败,其余语句不再执行。", "A statement of this transaction has failed; the rest is not run."});
}

Fault broken_fault(std::string_view detail) {
  return fault(
      FaultKind::unavailable, "storage.broken",
      {with("写盘失败后已停止写入;请检查磁盘并重新启动服务:", detail),
       with("Writing has stopped after a failed flush to disk; check the disk and restart the service: ", detail)});
}

Fault exception_fault(std::string_view detail) {
  return fault(FaultKind::internal, "storage.exception",
               {with("存储层发生意外错误,请查看日志并报告:", detail),
                with("Something unexpected happened in storage; see the log and report it: ", detail)});
}

Fault url_fault(std::string_view detail) {
  return fault(FaultKind::malformed, "storage.url",
               {with("数据库地址无效,应为 sqlite:/路径、postgresql://用户@主机:端口/库 或 odbc:连接串:", detail),
                with("The database address is invalid; write sqlite:/path, postgresql://user@host:port/name or "
                     "odbc:CONNECTION STRING: ",
                     detail)});
}

Fault text_fault(std::string_view detail) { return malformed_fault(detail); }

Fault connection_fault(std::string_view detail) {
  Fault made =
      fault(FaultKind::unavailable, "storage.connection",
            {with("无法连接数据库,请检查其是否运行、地址与账号:", detail),
             with("The database cannot be reached; check that it runs, its address and the account: ", detail)});
  made.retry_after_s = 5;
  return made;
}

Fault unknown_outcome_fault() {
  return fault(
      FaultKind::unavailable, "storage.unknown_outcome",
      {"提交时与数据库的连接中断,不知是否已生效;请先查询再决定是否重做。",
       "The connection broke while committing, so the outcome is unknown; look first, then decide whether to repeat."});
}

Fault sqlite_fault(int code, std::string_view detail) {
  if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLITE_CONSTRAINT_ROWID) {
    return unique_fault(detail);
  }
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
      return constraint_fault(detail);
    case SQLITE_INTERRUPT:
      return deadline_fault();
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return busy_fault();
    case SQLITE_READONLY:
      return read_only_fault(detail);
    case SQLITE_FULL:
      return full_fault(detail);
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CANTOPEN:
      return io_fault(detail);
    case SQLITE_TOOBIG:
    case SQLITE_MISMATCH:
      return malformed_fault(detail);
    default:
      return sql_fault(detail);
  }
}

bool retryable(std::string_view state) { return state == "40001" || state == "40P01"; }

Fault postgresql_fault(std::string_view state, std::string_view detail) {
  if (state.empty() || state.starts_with("08") || state == "57P01" || state == "57P02" || state == "57P03") {
    return connection_fault(detail);
  }
  if (state == "23505") return unique_fault(detail);
  if (state.starts_with("23")) return constraint_fault(detail);
  if (state == "57014") return deadline_fault();
  if (state == "25006") return read_only_fault(detail);
  if (state == "25P02") return aborted_fault();
  if (retryable(state) || state == "55P03" || state == "53300") return busy_fault();
  if (state == "53100") return full_fault(detail);
  if (state.starts_with("22")) return malformed_fault(detail);
  if (state.starts_with("58")) return io_fault(detail);
  return sql_fault(detail);
}

} // namespace onebudget::storage
