import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { isAbort } from './errors'

export interface Async<T> {
  data: ShallowRef<T | null>; error: ShallowRef<unknown>; loading: Ref<boolean>; run: () => Promise<void>
}

/** Loads something and keeps what a page shows about it. A newer run makes an older answer void. */
export function useAsync<T>(load: (signal: AbortSignal) => Promise<T>): Async<T> {
  const data = shallowRef<T | null>(null)
  const error = shallowRef<unknown>(null)
  const loading = ref(false)
  let current: AbortController | null = null
  const run = async (): Promise<void> => {
    current?.abort()
    const mine = new AbortController()
    current = mine
    loading.value = true
    error.value = null
    try {
      const answer = await load(mine.signal)
      if (current === mine) data.value = answer
    } catch (caught) {
      if (current === mine && !isAbort(caught)) error.value = caught
    } finally {
      if (current === mine) loading.value = false
    }
  }
  return { data, error, loading, run }
}
