#pragma once
// ZIP archives for office documents, by libzip: written without clock, so that equal parts are equal bytes; read with
// limits.

#include <string>
#include <string_view>
#include <vector>

#include "sdk/values/result.hpp"

namespace onebudget::performance {

struct Part {
  std::string name, bytes;
};

/// Empty when the archive cannot be made.
std::string zip_of(const std::vector<Part>& parts);

/// The entries of an archive. Fault performance.report_docx for what is damaged, encrypted, larger than 4 MiB when
/// inflated, of more than 200 entries, or with names that leave the archive.
Result<std::vector<Part>> unzip(std::string_view bytes);

Fault bad_docx(const char* zh, const char* en);

} // namespace onebudget::performance
