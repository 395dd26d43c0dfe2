import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'

export interface Acts { busy: Ref<string>; refused: ShallowRef<unknown>; act: (what: () => Promise<unknown>, name?: string) => Promise<boolean> }

/** One act at a time: the name of that which runs, and the refusal that it met, kept until the next try. A second press while it runs does nothing. */
export function useAct(): Acts {
  const busy = ref('')
  const refused = shallowRef<unknown>(null)
  async function act(what: () => Promise<unknown>, name = 'act'): Promise<boolean> {
    if (busy.value) return false
    busy.value = name
    refused.value = null
    try {
      await what()
      return true
    } catch (error) {
      refused.value = error
      return false
    } finally {
      busy.value = ''
    }
  }
  return { busy, refused, act }
}
