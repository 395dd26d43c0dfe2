#include "kernel/records/schema/sealed.hpp"

#include <fmt/format.h>

#include "sdk/text/utf8.hpp"

namespace onebudget::records {

namespace {

constexpr char kMark = '\x01';
constexpr std::size_t kBlobAt = 9; ///< behind the mark and the key's id

const Field& field_of(const Served& served, int column) {
  return *served.columns[static_cast<std::size_t>(column)].field;
}

std::string place_of(const Served& served, int column, std::int64_t id) {
  return fmt::format("{}.{}/{}", served.name, field_of(served, column).name, id);
}

Fault broken(const std::string& place) {
  return fault(FaultKind::internal, "records.sealed",
               {fmt::format("{} 的密文解不开：密钥不符，或内容被改动。请管理员检查密钥文件，或从备份恢复该行。", place),
                fmt::format("The sealed value of {} does not open: another key, or it was changed. Ask the "
                            "administrator to look at the key file, or to restore the row from a backup.",
                            place)});
}

} // namespace

bool is_sealed(std::string_view text) { return !text.empty() && text.front() == kMark; }

bool Vault::stale(std::string_view stored) const {
  return !is_sealed(stored) || stored.substr(1, kBlobAt - 1) != keys_->current_id();
}

std::string Vault::digest(const Served& served, int column, std::string_view text) const {
  return digests(served, column, text).front();
}

std::vector<std::string> Vault::digests(const Served& served, int column, std::string_view text) const {
  const std::string bytes = fmt::format("{}.{}\n{}", served.name, field_of(served, column).name, text);
  std::vector<std::string> list;
  for (const std::string& id : keys_->ids()) list.push_back(keys_->digest(id, bytes));
  return list;
}

Result<storage::Value> Vault::seal(const Served& served, int column, std::int64_t id,
                                   const storage::Value& value) const {
  if (!field_of(served, column).encrypted || is_null(value)) return value;
  const std::string place = place_of(served, column, id);
  OB_TRY(const std::string blob, keys_->seal(text_of(value), place));
  return storage::Value(fmt::format("{}{}{} {}", kMark, blob.substr(2, kBlobAt - 1), base64url(blob), place));
}

Result<void> Vault::open(const Served& served, int column, std::int64_t id, storage::Value& value) const {
  const std::string_view text = text_of(value);
  if (!is_sealed(text)) return {};
  const std::size_t blank = std::min(text.find(' '), text.size());
  const std::string place(text.substr(std::min(blank + 1, text.size())));
  // A view shows values of rows that are not its own.
  const std::string here = served.entity.view.empty() ? place_of(served, column, id) : place;
  std::string blob;
  if (keys_ != nullptr && place == here && blank > kBlobAt &&
      from_base64url(text.substr(kBlobAt, blank - kBlobAt), blob)) {
    if (auto plain = keys_->open_sealed(blob, place)) {
      value = *std::move(plain);
      return {};
    }
  }
  if (broken_) broken_(here);
  return broken(here);
}

Result<void> Vault::open_row(const Served& served, Row& row) const {
  for (const int column : served.encrypted)
    OB_CHECK(open(served, column, integer_of(row[kId]), row[static_cast<std::size_t>(column)]));
  return {};
}

Result<storage::Params> Vault::stored(const Served& served, Row cells) const {
  for (const int column : served.encrypted) {
    storage::Value& cell = cells[static_cast<std::size_t>(column)];
    storage::Value found;
    if (!is_null(cell)) found = digest(served, column, text_of(cell));
    OB_TRY(cell, seal(served, column, integer_of(cells[kId]), cell));
    cells.push_back(std::move(found));
  }
  return cells;
}

Result<bool> prepare_sealed(storage::Session& session, const Vault& vault, const Served& served, std::int64_t number) {
  if (served.encrypted.empty()) return false;
  if (vault.keys() == nullptr)
    return fault(FaultKind::internal, "records.no_keys",
                 {fmt::format("{} 有加密字段，而服务没有密钥。", served.name),
                  fmt::format("{} has encrypted fields, and the server has no keys.", served.name)});
  OB_TRY(const auto known, session.scalar("SELECT key_id FROM records_sealed WHERE entity = ? AND fields = ?",
                                          {served.name, served.encrypted_names()}));
  served.plain = !known.has_value();
  if (known) return text_of(*known) != vault.keys()->current_id();
  OB_TRY(const auto row, session.scalar(fmt::format("SELECT 1 FROM {} LIMIT 1", served.table)));
  OB_TRY(const auto line, session.scalar("SELECT 1 FROM records_history WHERE entity = ? LIMIT 1", {number}));
  if (row || line) return true;
  served.plain = false;
  OB_CHECK(note_sealed(session, vault, served));
  return false;
}

Result<void> note_sealed(storage::Session& session, const Vault& vault, const Served& served) {
  return session.send(
      "INSERT INTO records_sealed (entity, fields, key_id) VALUES (?, ?, ?) ON CONFLICT (entity) "
      "DO UPDATE SET fields = excluded.fields, key_id = excluded.key_id",
      {served.name, served.encrypted_names(), vault.keys()->current_id()});
}

Result<void> check_keys(storage::Session& session, const crypto::KeyRing& keys) {
  const auto proof = [&](const std::string& id) { return keys.digest(id, "proof"); };
  {
    OB_TRY(const auto rows, session.query("SELECT id, proof FROM records_keys ORDER BY id", {}));
    while (true) {
      OB_TRY(const bool more, rows->next());
      if (!more) break;
      const std::string id(rows->text(0));
      if (proof(id) == rows->text(1)) continue;
      return fault(
          FaultKind::internal, "records.key_lost",
          {fmt::format("密钥文件中没有数据库用过的密钥 {}，用它加密的值无法读取。请从密钥备份恢复该文件后再启动。", id),
           fmt::format("The key file lacks the key {}, with which values of the database are sealed. Restore the "
                       "file from its copy, then start again.",
                       id)});
    }
  }
  for (const std::string& id : keys.ids())
    OB_CHECK(session.send("INSERT INTO records_keys (id, proof) VALUES (?, ?) ON CONFLICT (id) DO NOTHING",
                          {id, proof(id)}));
  return {};
}

storage::Migration sealed_migration() {
  return {
      "kernel.records", 4, "keys",
      "CREATE TABLE records_keys (id ${text} PRIMARY KEY, proof ${text} NOT NULL);\n"
      "CREATE TABLE records_sealed (entity ${text} PRIMARY KEY, fields ${text} NOT NULL, key_id ${text} NOT NULL);\n"};
}

} // namespace onebudget::records
