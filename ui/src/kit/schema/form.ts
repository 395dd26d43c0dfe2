/** From a schema to a form: what is asked, in which groups, what may be sent, and what can be told before the server is asked. */
import type { Field, Schema } from '@/api/types'

export type Mode = 'create' | 'edit'
export type Values = Record<string, unknown>
export interface FormField { field: Field; required: boolean; locked: boolean; wide: boolean }
export interface FormGroup { code: string; fields: FormField[] }
/** A complaint as a message key with its parameters; the page puts it into words. */
export interface Complaint { key: string; values?: Record<string, string | number> }

const kWide = ['longtext', 'json', 'file']

function asked(schema: Schema, field: Field, mode: Mode): boolean {
  if (field.computed || field.readonly || field.name === schema.states?.field) return false
  // The kernel fills provenance; an immutable field is shown on edit so that the reader knows which row this is.
  return mode === 'create' || !field.immutable || !field.mask
}

export function formGroups(schema: Schema, mode: Mode): FormGroup[] {
  const groups: FormGroup[] = []
  for (const field of schema.fields) {
    if (!asked(schema, field, mode)) continue
    const code = field.group ?? 'other'
    let group = groups.find((one) => one.code === code)
    if (!group) groups.push((group = { code, fields: [] }))
    group.fields.push({
      field,
      required: !!field.required && field.type !== 'bool',
      locked: mode === 'edit' && !!field.immutable,
      wide: kWide.includes(field.type),
    })
  }
  return groups
}

function blank(field: Field): unknown {
  if (field.default !== undefined && field.default !== null) return field.default
  return field.type === 'bool' ? false : null
}

export function initialValues(schema: Schema, row: Values | null): Values {
  const values: Values = {}
  for (const { fields } of formGroups(schema, row ? 'edit' : 'create')) {
    for (const { field } of fields) values[field.name] = row ? row[field.name] ?? null : blank(field)
  }
  return values
}

const empty = (value: unknown): boolean => value === null || value === undefined || value === ''
export const same = (a: unknown, b: unknown): boolean => (empty(a) && empty(b)) || JSON.stringify(a) === JSON.stringify(b)

/** What is sent: everything filled in on create; only what changed on edit, an emptied field as null. */
export function payload(values: Values, original: Values | null): Values {
  const sent: Values = {}
  for (const [name, value] of Object.entries(values)) {
    if (original) {
      if (!same(value, original[name])) sent[name] = empty(value) ? null : value
    } else if (!empty(value)) {
      sent[name] = value
    }
  }
  return sent
}

export const changedNames = (values: Values, original: Values): string[] => Object.keys(values).filter((name) => !same(values[name], original[name]))

function number(value: unknown): number { return typeof value === 'number' ? value : Number(String(value)) }

function checkRange(field: Field, value: unknown): Complaint | null {
  if (field.min !== undefined && number(value) < number(field.min)) return { key: 'form.atLeast', values: { min: field.min } }
  if (field.max !== undefined && number(value) > number(field.max)) return { key: 'form.atMost', values: { max: field.max } }
  return null
}

function checkText(field: Field, text: string): Complaint | null {
  const longest = typeof field.max === 'number' ? field.max : field.type === 'text' ? 200 : null
  const length = Array.from(text).length
  if (longest !== null && length > longest) return { key: 'form.tooLong', values: { max: longest, length } }
  if (field.pattern) {
    try {
      if (!new RegExp(field.pattern, 'u').test(text)) return { key: 'form.pattern' }
    } catch {
      return null // a pattern this browser cannot read is left to the server
    }
  }
  return null
}

export function complain(form: FormField, value: unknown): Complaint | null {
  const { field } = form
  if (empty(value)) return form.required ? { key: ['enum', 'ref', 'org', 'user', 'date', 'time'].includes(field.type) ? 'form.choose' : 'form.required' } : null
  switch (field.type) {
    case 'text': case 'code': case 'longtext': return checkText(field, String(value))
    case 'int': case 'year': case 'ratio': case 'money': case 'decimal': return checkRange(field, value)
    default: return null
  }
}

/** Server errors name a field as `/amount` (JSON pointer) or plainly `amount`. */
export function fieldName(pointer: string | undefined): string { return (pointer ?? '').replace(/^\//, '').split('/')[0] }
