/** Which rows are chosen, with the rows themselves, over the pages of one list. */
import { computed, shallowRef, type ComputedRef } from 'vue'

export interface Selection<R> {
  keys: ComputedRef<Set<string>>; rows: ComputedRef<R[]>
  choose: (rows: R[], on: boolean) => void; clear: () => void
}

export function useSelection<R extends { id: string }>(): Selection<R> {
  const chosen = shallowRef(new Map<string, R>())
  return {
    keys: computed(() => new Set(chosen.value.keys())),
    rows: computed(() => [...chosen.value.values()]),
    choose: (rows, on) => {
      const next = new Map(chosen.value)
      for (const row of rows) {
        if (on) next.set(row.id, row)
        else next.delete(row.id)
      }
      chosen.value = next
    },
    clear: () => { chosen.value = new Map() },
  }
}
