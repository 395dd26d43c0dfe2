/** What was filled in with an approval, in the words of the record's fields. */
import type { Field, Schema } from '@onebudget/ui'

export interface Filled { name: string; field: Field | null; value: unknown }

/** In the order of the record's fields; what the schema does not know (any more) comes last, by its name. */
export function filledOf(filled: Record<string, unknown> | null | undefined, schema: Schema | null): Filled[] {
  const names = Object.keys(filled ?? {})
  const place = (name: string): number => {
    const at = schema?.fields.findIndex((one) => one.name === name) ?? -1
    return at < 0 ? Number.MAX_SAFE_INTEGER : at
  }
  return names.sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1))
    .map((name) => ({ name, field: schema?.fields.find((one) => one.name === name) ?? null, value: filled![name] }))
}
