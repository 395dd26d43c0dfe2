#include "kernel/storage/odbc/database.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "kernel/storage/odbc/session.hpp"
#include "kernel/storage/pooled.hpp"

namespace onebudget::storage::odbc {
namespace {

/// Connections that are opened when they are first needed. Thread-safe.
class Connections {
 public:
  class Lease {
   public:
    Lease(Connections& pool, std::unique_ptr<Connection> connection)
        : pool_(&pool), connection_(std::move(connection)) {}
    Lease(Lease&& other) noexcept
        : pool_(std::exchange(other.pool_, nullptr)), connection_(std::move(other.connection_)) {}
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (pool_ != nullptr) pool_->give_back(discarded_ ? nullptr : std::move(connection_));
    }
    Connection* operator->() const { return connection_.get(); }
    Connection& operator*() const { return *connection_; }
    void discard() const { discarded_ = true; }

   private:
    Connections* pool_;
    mutable bool discarded_ = false;
    std::unique_ptr<Connection> connection_;
  };

  Connections(SQLHANDLE environment, std::string text, int size)
      : environment_(environment), text_(std::move(text)), turns_(std::max(1, size)) {}

  Result<Lease> lease(const Clock& clock, std::int64_t deadline_ns) {
    std::unique_ptr<Connection> idle;
    {
      std::unique_lock lock(mutex_);
      if (!turn_.wait_for(lock, patience(clock, deadline_ns), [this] { return turns_ > 0; }))
        return deadline_ns != 0 && clock.mono_ns() >= deadline_ns ? deadline_fault() : busy_fault();
      --turns_;
      if (!idle_.empty()) {
        idle = std::move(idle_.back());
        idle_.pop_back();
      }
    }
    if (idle) return Lease(*this, std::move(idle));
    auto made = Connection::open(environment_, text_);
    if (made) return Lease(*this, *std::move(made));
    give_back(nullptr);
    return std::move(made).fault();
  }

 private:
  void give_back(std::unique_ptr<Connection> connection) {
    {
      const std::lock_guard lock(mutex_);
      ++turns_;
      if (connection) idle_.push_back(std::move(connection));
    }
    turn_.notify_one();
  }

  SQLHANDLE environment_;
  const std::string text_;
  std::mutex mutex_;
  std::condition_variable turn_;
  int turns_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

/// The driver manager; before the connections that live in it.
struct Environment {
  Environment() : handle(SQL_HANDLE_ENV, nullptr) {
    SQLSetEnvAttr(handle.get(), SQL_ATTR_ODBC_VERSION, reinterpret_cast<SQLPOINTER>(SQL_OV_ODBC3),
                  0); // NOLINT(performance-no-int-to-ptr)
  }
  Handle handle;
};

class OdbcDatabase final : private Environment, public PooledDatabase<Connections> {
 public:
  OdbcDatabase(const std::string& text, const DatabaseConfig& config, const Clock& clock)
      : PooledDatabase(config, clock) {
    readers_ = std::make_unique<Connections>(handle.get(), text, config.readers);
    writers_ = std::make_unique<Connections>(handle.get(), text, config.writers);
  }

  Result<void> backup_to(const std::string&) override {
    return fault(FaultKind::rule, "storage.backup_by_tool",
                 {"请使用数据库自带的工具备份(达梦:dexp 或联机备份)。",
                  "Back up with the tools of the database itself (DM: dexp or its online backup)."});
  }
};

} // namespace

Result<std::unique_ptr<Database>> open_database(const std::string& text, const DatabaseConfig& config,
                                                const Clock& clock) {
  auto database = std::make_unique<OdbcDatabase>(text, config, clock);
  OB_CHECK(database->read(Context(), [](Session&) -> Result<void> { return {}; }));
  return std::unique_ptr<Database>(std::move(database));
}

} // namespace onebudget::storage::odbc
