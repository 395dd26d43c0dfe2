import { computed, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import type { Page } from '@/api/types'
import { isAbort } from './errors'

export interface Pages<T> {
  items: ShallowRef<T[]>; error: ShallowRef<unknown>; loading: Ref<boolean>; number: ComputedRef<number>
  hasNext: ComputedRef<boolean>; hasPrevious: ComputedRef<boolean>
  first: () => Promise<void>; next: () => Promise<void>; previous: () => Promise<void>; reload: () => Promise<void>
}

/** Keyset pages: the server only knows the way forward, so the way back is remembered here. */
export function usePages<T>(fetchPage: (cursor: string | null, signal: AbortSignal) => Promise<Page<T>>): Pages<T> {
  const items = shallowRef<T[]>([])
  const error = shallowRef<unknown>(null)
  const loading = ref(false)
  const trail = ref<(string | null)[]>([null])
  const following = ref<string | null>(null)
  let current: AbortController | null = null

  async function show(wanted: (string | null)[]): Promise<void> {
    current?.abort()
    const mine = new AbortController()
    current = mine
    loading.value = true
    error.value = null
    try {
      const page = await fetchPage(wanted[wanted.length - 1], mine.signal)
      if (current !== mine) return
      items.value = page.items
      following.value = page.next_cursor ?? null
      trail.value = wanted
    } catch (caught) {
      if (current === mine && !isAbort(caught)) error.value = caught
    } finally {
      if (current === mine) loading.value = false
    }
  }

  return {
    items, error, loading,
    number: computed(() => trail.value.length),
    hasNext: computed(() => following.value !== null),
    hasPrevious: computed(() => trail.value.length > 1),
    first: () => show([null]),
    next: () => (following.value === null ? Promise.resolve() : show([...trail.value, following.value])),
    previous: () => show(trail.value.length > 1 ? trail.value.slice(0, -1) : [null]),
    reload: () => show(trail.value),
  }
}
