#include "kernel/records/import/spool.hpp"

#include <cstring>

namespace onebudget::records {

namespace {

constexpr std::size_t kInMemory = std::size_t{8} << 20;
constexpr std::size_t kPiece = std::size_t{1} << 20;

void put_number(std::string& out, std::int64_t number) {
  out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

std::int64_t take_number(const std::string& text, std::size_t& at) {
  std::int64_t number = 0;
  std::memcpy(&number, text.data() + at, sizeof number);
  at += sizeof number;
  return number;
}

void put_row(std::string& out, const Row& row) {
  put_number(out, static_cast<std::int64_t>(row.size()));
  for (const storage::Value& value : row) {
    if (is_null(value)) {
      out.push_back('0');
    } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
      out.push_back('i');
      put_number(out, *number);
    } else {
      out.push_back('t');
      put_number(out, static_cast<std::int64_t>(text_of(value).size()));
      out += text_of(value);
    }
  }
}

Row take_row(const std::string& text, std::size_t& at) {
  Row row(static_cast<std::size_t>(take_number(text, at)));
  for (storage::Value& value : row) {
    const char kind = text[at++];
    if (kind == 'i') {
      value = take_number(text, at);
    } else if (kind == 't') {
      const auto size = static_cast<std::size_t>(take_number(text, at));
      value = text.substr(at, size);
      at += size;
    }
  }
  return row;
}

Fault spool_failed() {
  return fault(
      FaultKind::internal, "records.spool",
      {"服务器无法写入临时文件，导入未完成。请联系管理员检查磁盘空间。",
       "The server could not write a temporary file; nothing was imported. Ask the administrator to check the disk."});
}

} // namespace

Result<void> Spool::add(const PendingRow& row) {
  std::string record;
  put_number(record, row.expected);
  put_row(record, row.before);
  put_row(record, row.after);
  if (keys_ != nullptr) {
    OB_TRY(record, keys_->seal(record, "spool"));
  }
  put_number(text_, static_cast<std::int64_t>(record.size()));
  text_ += record;
  ++rows_;
  return text_.size() < kInMemory ? Result<void>() : spill();
}

Result<void> Spool::spill() {
  if (!file_) file_.reset(std::tmpfile());
  if (!file_ || std::fwrite(text_.data(), 1, text_.size(), file_.get()) != text_.size()) return spool_failed();
  text_.clear();
  return {};
}

Result<void> Spool::rewind() {
  at_ = 0;
  if (!file_) return {};
  if (!reading_ && !text_.empty()) OB_CHECK(spill());
  reading_ = true;
  text_.clear();
  if (std::fflush(file_.get()) != 0) return spool_failed();
  std::rewind(file_.get());
  return {};
}

/// Makes sure that `bytes` more are in text_; false at the end of the file.
Result<bool> Spool::fill(std::size_t bytes) {
  if (text_.size() - at_ >= bytes) return true;
  if (!file_) return false;
  text_.erase(0, at_);
  at_ = 0;
  while (text_.size() < bytes) {
    const std::size_t before = text_.size();
    text_.resize(before + kPiece);
    const std::size_t got = std::fread(text_.data() + before, 1, kPiece, file_.get());
    text_.resize(before + got);
    if (got > 0) continue;
    if (std::ferror(file_.get()) != 0 || !text_.empty()) return spool_failed();
    return false;
  }
  return true;
}

Result<bool> Spool::next(PendingRow& row) {
  OB_TRY(const bool head, fill(sizeof(std::int64_t)));
  if (!head) return false;
  const auto size = static_cast<std::size_t>(take_number(text_, at_));
  OB_TRY(const bool body, fill(size));
  if (!body) return spool_failed();
  std::string record = text_.substr(at_, size);
  at_ += size;
  if (keys_ != nullptr) {
    OB_TRY(record, keys_->open_sealed(record, "spool"));
  }
  std::size_t at = 0;
  row.expected = take_number(record, at);
  row.before = take_row(record, at);
  row.after = take_row(record, at);
  return true;
}

} // namespace onebudget::records
