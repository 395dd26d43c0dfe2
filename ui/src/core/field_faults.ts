/** What the server says about fields, put at the fields of a dialog; the rest stays as one sentence. */
import { reactive, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { ProblemError } from '@/api/client'
import { fieldName } from '@/kit/schema/form'
import { describe } from './errors'

export interface FieldFaults {
  faults: Record<string, string>; refused: ShallowRef<unknown>; busy: Ref<boolean>
  clear: () => void; refuse: (error: unknown) => void; submit: (work: () => Promise<void>) => Promise<void>
}

export function useFieldFaults(names: string[]): FieldFaults {
  const faults = reactive<Record<string, string>>({})
  const refused = shallowRef<unknown>(null)
  const busy = ref(false)
  const clear = (): void => {
    refused.value = null
    for (const name of Object.keys(faults)) delete faults[name]
  }
  const refuse = (error: unknown): void => {
    const rest = []
    for (const one of describe(error).errors) {
      const name = fieldName(one.field)
      if (names.includes(name)) faults[name] = [faults[name], one.message, one.remedy].filter(Boolean).join(' ')
      else rest.push(one)
    }
    refused.value = error instanceof ProblemError ? new ProblemError({ ...error.problem, errors: rest }, error.retryAfter) : error
  }
  /** Busy while it works; what is refused is shown. Nothing is sent while a field has a fault. */
  const submit = async (work: () => Promise<void>): Promise<void> => {
    if (Object.keys(faults).length) return
    busy.value = true
    try {
      await work()
    } catch (error) {
      refuse(error)
    } finally {
      busy.value = false
    }
  }
  return { faults, refused, busy, clear, refuse, submit }
}
