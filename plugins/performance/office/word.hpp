#pragma once
// Reports as .docx: generated as a whole, or put into an office's own .docx with its letterhead.
//
// In a .docx the same {{field}} stands in any paragraph, also in header and footer, and also when the word processor
// has split it into runs. A paragraph of its own takes {{@content}} (all that the text template says), {{@table name}}
// or
// {{@chart name}}.

#include "plugins/performance/domain/report/template.hpp"
#include "plugins/performance/office/archive.hpp"

namespace onebudget::performance {

std::string docx_of(const Document& document);

/// Fault performance.report_docx for what is no safe .docx: macros, DOCTYPE, external objects, no document.
Result<std::vector<Part>> read_docx(std::string_view bytes);
/// Findings at /docx by paragraph: performance.report_field.
std::vector<FieldFault> check_docx(const std::vector<Part>& parts, const Catalogue& catalogue);
/// The template with everything filled in; parts keep their order, so that equal facts give equal bytes.
std::string fill_docx(const std::vector<Part>& parts, const Catalogue& catalogue, const Facts& facts,
                      const Document& content);

} // namespace onebudget::performance
