/** What the server says about fields, put at the fields of a dialog; the rest stays as one sentence. */
import { reactive, shallowRef, type ShallowRef } from 'vue'
import { ProblemError } from '@/api/client'
import { fieldName } from '@/kit/schema/form'
import { describe } from './errors'

export interface FieldFaults {
  faults: Record<string, string>; refused: ShallowRef<unknown>; clear: () => void; refuse: (error: unknown) => void
}

export function useFieldFaults(names: string[]): FieldFaults {
  const faults = reactive<Record<string, string>>({})
  const refused = shallowRef<unknown>(null)
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
  return { faults, refused, clear, refuse }
}
