/** Operators as message keys: the signs themselves would not do as keys. */
import type { Field } from '@/api/types'
import type { Condition, Operator } from './rsql'

const kWords: Record<Operator, string> = {
  '==': 'eq', '!=': 'ne', '=lt=': 'lt', '=le=': 'le', '=gt=': 'gt', '=ge=': 'ge', '=in=': 'in', '=out=': 'out', '=null=': 'empty', '=q=': 'contains', prefix: 'prefix',
}
export const operatorKey = (op: Operator): string => `filter.op.${kWords[op]}`

export const manyValues = (op: Operator): boolean => op === '=in=' || op === '=out='

/** The value in the form that `op` takes, keeping what can be kept when the operator changes. */
export function shaped(op: Operator, value: string | string[]): string | string[] {
  if (manyValues(op)) return Array.isArray(value) ? value : value ? [value] : []
  const one = Array.isArray(value) ? value[0] ?? '' : value
  if (op === '=null=') return one === 'false' ? 'false' : 'true'
  return one
}

/** The input to fill the value in with: a condition is never longer than a line, and knows no limits. */
export function valueField(field: Field, op: Operator): Field {
  const plain = { ...field, min: undefined, max: undefined, default: undefined, pattern: undefined, readonly: false }
  return field.type === 'longtext' || field.type === 'code' || op === '=q=' || op === 'prefix' ? { ...plain, type: 'text' } : plain
}

export const complete = (one: Condition): boolean => (Array.isArray(one.value) ? one.value.length > 0 : one.value !== '')
