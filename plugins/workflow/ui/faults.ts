import { describe, ProblemError } from '@onebudget/ui'
import { fieldOf } from './faults_field'

/** What a refusal says of each field, by the field's name, for the rows of a form. */
export function faultsOf(error: unknown): Record<string, string> {
  const said: Record<string, string> = {}
  for (const one of error instanceof ProblemError ? describe(error).errors : []) {
    const name = fieldOf(one.field)
    said[name] = [said[name], one.message, one.remedy].filter(Boolean).join(' ')
  }
  return said
}
