/** Which columns a list of this entity shows, and what may be filtered how: read from the schema, the same for every entity. */
import type { Field, FieldType, Schema } from '@/api/types'
import type { Operator } from '../query/rsql'

const kDefaultCount = 6
const kNeverInLists: FieldType[] = ['longtext', 'json', 'file']
const kRight: FieldType[] = ['money', 'decimal', 'int', 'ratio']

/** Fields that the kernel gives every row; people may want them as columns or in filters. */
export function systemFields(): Field[] {
  return [
    { name: 'created_at', type: 'time', title: { zh: '创建时间', en: 'Created' }, readonly: true },
    { name: 'updated_at', type: 'time', title: { zh: '修改时间', en: 'Changed' }, readonly: true },
  ]
}

/** All declared fields with the state as an enumeration, whether or not the declaration repeats it among its fields. */
export function allFields(schema: Schema): Field[] {
  const states = schema.states
  const fields = schema.fields.map((field) =>
    states && field.name === states.field ? { ...field, type: 'enum' as const, values: states.values } : field)
  if (states && !fields.some((field) => field.name === states.field)) {
    fields.push({ name: states.field, type: 'enum', title: { zh: '状态', en: 'State' }, readonly: true, list: true, values: states.values })
  }
  return fields
}

export function columnCandidates(schema: Schema): Field[] {
  return [...allFields(schema), ...systemFields()].filter((field) => !kNeverInLists.includes(field.type))
}

/** What the declaration marks for lists (or its first few fields), the state right behind the title, where no narrow screen cuts it off. */
export function defaultColumns(schema: Schema): string[] {
  const fields = allFields(schema).filter((field) => !kNeverInLists.includes(field.type))
  const marked = fields.filter((field) => field.list)
  const chosen = (marked.length ? marked : fields.slice(0, kDefaultCount)).map((field) => field.name)
  const state = schema.states?.field
  const rest = chosen.filter((name) => name !== state)
  const behind = Math.max(rest.indexOf(schema.title_field ?? 'name'), 0) + 1
  return state ? [...rest.slice(0, behind), state, ...rest.slice(behind)] : rest
}

/** The chosen columns as fields, in the chosen order; names that no longer exist are left out. */
export function columnsOf(schema: Schema, chosen: string[] | null): Field[] {
  const byName = new Map(columnCandidates(schema).map((field) => [field.name, field]))
  const known = (chosen ?? []).filter((name) => byName.has(name))
  return (known.length ? known : defaultColumns(schema)).map((name) => byName.get(name)!)
}

export const alignRight = (field: Field): boolean => kRight.includes(field.type)

const kSortable: FieldType[] = ['text', 'code', 'bool', 'int', 'decimal', 'money', 'ratio', 'date', 'time', 'year', 'enum']
export const sortable = (field: Field): boolean => kSortable.includes(field.type) && !field.mask && !field.encrypted

const kOrdered: Operator[] = ['==', '!=', '=ge=', '=le=', '=gt=', '=lt=', '=null=']
const kOperators: Partial<Record<FieldType, Operator[]>> = {
  text: ['=q=', '==', '!=', 'prefix', '=null='],
  longtext: ['=q=', '=null='],
  code: ['prefix', '==', '!=', '=in=', '=null='],
  bool: ['=='],
  enum: ['=in=', '=out=', '=null='],
  ref: ['==', '!=', '=null='],
  org: ['==', '!=', '=null='],
  user: ['==', '!=', '=null='],
  file: ['=null='],
}

/** An encrypted field is found by its whole value alone. */
export const operatorsOf = (field: Field): Operator[] =>
  field.encrypted ? ['==', '!=', '=null='] : (kOperators[field.type] ?? kOrdered)

export function filterFields(schema: Schema): Field[] {
  return [...allFields(schema), ...systemFields()].filter((field) => field.type !== 'json')
}
