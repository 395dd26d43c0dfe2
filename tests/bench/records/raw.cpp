#include "tests/bench/records/raw.hpp"

#include <libpq-fe.h>
#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>
#include <map>

namespace onebudget::bench {

namespace {

[[noreturn]] void give_up(const char* why) {
  std::fprintf(stderr, "bench: %s\n", why);
  std::exit(1);
}

void append_csv(std::string& out, const char* text) {
  for (const char* c = text; c != nullptr && *c != 0; ++c) {
    if (*c == '"' || *c == ',' || *c == '\n') {
      out += '"';
      for (c = text; *c != 0; ++c) {
        if (*c == '"') out += '"';
        out += *c;
      }
      out += '"';
      return;
    }
  }
  if (text != nullptr) out += text;
}

class Sqlite final : public Raw {
 public:
  explicit Sqlite(const std::string& file) {
    if (sqlite3_open(file.c_str(), &database_) != SQLITE_OK) give_up("sqlite");
    run("PRAGMA synchronous=FULL");
  }
  ~Sqlite() override {
    for (auto& [sql, statement] : kept_) sqlite3_finalize(statement);
    sqlite3_close(database_);
  }
  Sqlite(const Sqlite&) = delete;
  Sqlite& operator=(const Sqlite&) = delete;

  void each(const std::string& sql, const std::vector<std::string>& params,
            const std::function<void(const char* const*)>& row) override {
    sqlite3_stmt* statement = prepared(sql);
    bind(statement, params);
    const int columns = sqlite3_column_count(statement);
    std::vector<const char*> cells(static_cast<std::size_t>(columns));
    while (sqlite3_step(statement) == SQLITE_ROW) {
      for (int i = 0; i < columns; ++i)
        cells[static_cast<std::size_t>(i)] = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
      row(cells.data());
    }
    sqlite3_reset(statement);
  }
  void bulk(const std::string& table, int columns, std::int64_t rows,
            const std::function<void(std::int64_t, std::vector<std::string>&)>& fill) override {
    std::string sql = "INSERT INTO " + table + " VALUES (?";
    for (int i = 1; i < columns; ++i) sql += ",?";
    sqlite3_stmt* statement = prepared(sql + ")");
    run("BEGIN");
    std::vector<std::string> cells(static_cast<std::size_t>(columns));
    for (std::int64_t i = 0; i < rows; ++i) {
      fill(i, cells);
      bind(statement, cells);
      if (sqlite3_step(statement) != SQLITE_DONE) give_up(sqlite3_errmsg(database_));
      sqlite3_reset(statement);
    }
    run("COMMIT");
  }
  std::int64_t csv(const std::string& select) override {
    std::int64_t bytes = 0;
    std::string line;
    const int columns = sqlite3_column_count(prepared(select));
    each(select, {}, [&](const char* const* cells) {
      for (int i = 0; i < columns; ++i) {
        if (i > 0) line += ',';
        append_csv(line, cells[i]);
      }
      line += '\n';
      if (line.size() < 65536) return;
      bytes += static_cast<std::int64_t>(line.size());
      line.clear();
    });
    return bytes + static_cast<std::int64_t>(line.size());
  }
  void run(const std::string& sql) override {
    if (sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
      give_up(sqlite3_errmsg(database_));
  }

 private:
  sqlite3_stmt* prepared(const std::string& sql) {
    sqlite3_stmt*& statement = kept_[sql];
    if (statement == nullptr && sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
      give_up(sqlite3_errmsg(database_));
    return statement;
  }
  static void bind(sqlite3_stmt* statement, const std::vector<std::string>& params) {
    for (std::size_t i = 0; i < params.size(); ++i)
      sqlite3_bind_text(statement, static_cast<int>(i) + 1, params[i].data(), static_cast<int>(params[i].size()),
                        SQLITE_STATIC);
  }

  sqlite3* database_ = nullptr;
  std::map<std::string, sqlite3_stmt*> kept_;
};

class Postgres final : public Raw {
 public:
  explicit Postgres(const std::string& url) : connection_(PQconnectdb(url.c_str())) {
    if (PQstatus(connection_) != CONNECTION_OK) give_up(PQerrorMessage(connection_));
  }
  ~Postgres() override { PQfinish(connection_); }
  Postgres(const Postgres&) = delete;
  Postgres& operator=(const Postgres&) = delete;

  void each(const std::string& sql, const std::vector<std::string>& params,
            const std::function<void(const char* const*)>& row) override {
    std::string& name = kept_[sql];
    if (name.empty()) {
      name = "s" + std::to_string(kept_.size());
      check(PQprepare(connection_, name.c_str(), numbered(sql).c_str(), 0, nullptr));
    }
    std::vector<const char*> values;
    values.reserve(params.size());
    for (const std::string& param : params) values.push_back(param.c_str());
    PGresult* result =
        PQexecPrepared(connection_, name.c_str(), static_cast<int>(values.size()), values.data(), nullptr, nullptr, 0);
    const int columns = PQnfields(result);
    std::vector<const char*> cells(static_cast<std::size_t>(columns));
    for (int r = 0; r < PQntuples(result); ++r) {
      for (int i = 0; i < columns; ++i)
        cells[static_cast<std::size_t>(i)] = PQgetisnull(result, r, i) != 0 ? nullptr : PQgetvalue(result, r, i);
      row(cells.data());
    }
    check(result);
  }
  void bulk(const std::string& table, int columns, std::int64_t rows,
            const std::function<void(std::int64_t, std::vector<std::string>&)>& fill) override {
    check(PQexec(connection_, ("COPY " + table + " FROM STDIN WITH (FORMAT csv)").c_str()), PGRES_COPY_IN);
    std::vector<std::string> cells(static_cast<std::size_t>(columns));
    std::string text;
    for (std::int64_t i = 0; i < rows; ++i) {
      fill(i, cells);
      for (int c = 0; c < columns; ++c) {
        if (c > 0) text += ',';
        append_csv(text, cells[static_cast<std::size_t>(c)].c_str());
      }
      text += '\n';
      if (text.size() < 65536 && i + 1 < rows) continue;
      PQputCopyData(connection_, text.data(), static_cast<int>(text.size()));
      text.clear();
    }
    PQputCopyEnd(connection_, nullptr);
    check(PQgetResult(connection_));
    PQclear(PQgetResult(connection_));
  }
  std::int64_t csv(const std::string& select) override {
    check(PQexec(connection_, ("COPY (" + select + ") TO STDOUT WITH (FORMAT csv)").c_str()), PGRES_COPY_OUT);
    std::int64_t bytes = 0;
    char* text = nullptr;
    for (int size = 0; (size = PQgetCopyData(connection_, &text, 0)) > 0; PQfreemem(text)) bytes += size;
    check(PQgetResult(connection_));
    PQclear(PQgetResult(connection_));
    return bytes;
  }
  void run(const std::string& sql) override { check(PQexec(connection_, sql.c_str())); }

 private:
  void check(PGresult* result, ExecStatusType wanted = PGRES_COMMAND_OK) {
    const ExecStatusType status = PQresultStatus(result);
    if (status != wanted && status != PGRES_TUPLES_OK) give_up(PQerrorMessage(connection_));
    PQclear(result);
  }
  static std::string numbered(const std::string& sql) {
    std::string out;
    int number = 0;
    for (const char c : sql) {
      if (c == '?')
        out += "$" + std::to_string(++number);
      else
        out += c;
    }
    return out;
  }

  PGconn* connection_;
  std::map<std::string, std::string> kept_;
};

} // namespace

std::unique_ptr<Raw> Raw::open(const std::string& url) {
  if (url.rfind("sqlite:", 0) == 0) return std::make_unique<Sqlite>(url.substr(7));
  return std::make_unique<Postgres>(url);
}

} // namespace onebudget::bench
