/* The note that ties a library to its manifest. */
#include <stdint.h>

#ifndef FIXTURE_NOTE
#define FIXTURE_NOTE FIXTURE_ID " " FIXTURE_VERSION " 0.1"
#endif
__attribute__((section(".note.onebudget"), used, aligned(4))) static const struct {
  uint32_t owner_size, text_size, type;
  char owner[12];
  char text[sizeof(FIXTURE_NOTE) - 1];
} kNote = {10, sizeof(FIXTURE_NOTE) - 1, 1, {'O', 'n', 'e', 'B', 'u', 'd', 'g', 'e', 't'}, FIXTURE_NOTE};
