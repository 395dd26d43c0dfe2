/* Shared by the fixtures: spans from literals. FIXTURE_ID and FIXTURE_VERSION come from the build. */
#ifndef FIXTURE_H
#define FIXTURE_H

#include <string.h>

#include "onebudget/onebudget.h"

#define TEXT(literal) ((ob_str){(literal), (uint32_t)(sizeof(literal) - 1), 0})

static inline ob_str text_of(const char* s) {
  ob_str out = {s, (uint32_t)strlen(s), 0};
  return out;
}

static inline int same(ob_str a, const char* b) { return a.n == strlen(b) && memcmp(a.p, b, a.n) == 0; }

#endif
