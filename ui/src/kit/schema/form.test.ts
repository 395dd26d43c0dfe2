import { describe, expect, it } from 'vitest'
import type { Field, Schema } from '@/api/types'
import { columnsOf, defaultColumns, operatorsOf } from './columns'
import { changedNames, complain, fieldName, formGroups, initialValues, payload } from './form'

const title = { zh: '名', en: 'Name' }
const field = (name: string, type: Field['type'], more: Partial<Field> = {}): Field => ({ name, type, title, ...more })

const schema: Schema = {
  plugin: 'compilation', entity: 'project', path: '/compilation/project', title, title_field: 'name',
  can: { create: true, read: true, update: true, delete: false, import: true, export: true, transitions: ['submit'] },
  fields: [
    field('code', 'code', { immutable: true, list: true, group: 'basic' }),
    field('name', 'text', { max: 5, required: true, list: true, group: 'basic' }),
    field('amount', 'money', { min: '0.00', required: true, group: 'money', default: '0.00', list: true }),
    field('term', 'int', { computed: true, group: 'basic' }),
    field('urgent', 'bool', { required: true, group: 'marks' }),
    field('phone', 'text', { mask: 'phone', immutable: true }),
    field('plan', 'longtext', { group: 'content', list: true }),
    field('status', 'enum', { readonly: true }),
  ],
  states: {
    field: 'status', initial: 'draft',
    values: [{ code: 'draft', title }, { code: 'submitted', title }],
    transitions: [{ name: 'submit', title, from: ['draft'], to: 'submitted', permission: 'submit' }],
  },
}

describe('a form from a schema', () => {
  it('asks for what a person may fill in, by groups in declared order', () => {
    const groups = formGroups(schema, 'create')
    expect(groups.map((group) => [group.code, group.fields.map((one) => one.field.name)])).toEqual([
      ['basic', ['code', 'name']], ['money', ['amount']], ['marks', ['urgent']], ['other', ['phone']], ['content', ['plan']],
    ])
  })
  it('locks immutable fields on edit and never offers a masked immutable one', () => {
    const fields = formGroups(schema, 'edit').flatMap((group) => group.fields)
    expect(fields.find((one) => one.field.name === 'code')?.locked).toBe(true)
    expect(fields.some((one) => one.field.name === 'phone')).toBe(false)
  })
  it('starts with declared defaults, and an unticked box', () => {
    expect(initialValues(schema, null)).toMatchObject({ amount: '0.00', urgent: false, name: null })
  })
  it('sends all that is filled in on create and only changes on edit', () => {
    expect(payload({ name: '甲', plan: '', urgent: false }, null)).toEqual({ name: '甲', urgent: false })
    expect(payload({ name: '乙', plan: '', urgent: false, amount: '1.00' }, { name: '甲', plan: 'x', urgent: false, amount: '1.00' }))
      .toEqual({ name: '乙', plan: null })
    expect(changedNames({ a: null, b: 2 }, { a: '', b: 1 })).toEqual(['b'])
  })
  it('complains before the server has to', () => {
    const [code, name] = formGroups(schema, 'create')[0].fields
    const amount = formGroups(schema, 'create')[1].fields[0]
    expect(complain(name, '')).toEqual({ key: 'form.required' })
    expect(complain(name, '一二三四五六')).toEqual({ key: 'form.tooLong', values: { max: 5, length: 6 } })
    expect(complain(amount, '-0.01')).toEqual({ key: 'form.atLeast', values: { min: '0.00' } })
    expect(complain({ ...code, field: { ...code.field, pattern: '^[0-9]{3}$' } }, '12a')).toEqual({ key: 'form.pattern' })
    expect(complain(code, '')).toBeNull()
  })
  it('finds the field that a server error names', () => {
    expect(fieldName('/amount')).toBe('amount')
    expect(fieldName('amount')).toBe('amount')
    expect(fieldName(undefined)).toBe('')
  })
})

describe('columns from a schema', () => {
  it('takes the fields marked for lists, never long text, and puts the state behind the title', () => {
    expect(defaultColumns(schema)).toEqual(['code', 'name', 'status', 'amount'])
  })
  it('keeps a chosen order and forgets columns that no longer exist', () => {
    expect(columnsOf(schema, ['amount', 'gone', 'name']).map((one) => one.name)).toEqual(['amount', 'name'])
    expect(columnsOf(schema, []).map((one) => one.name)).toEqual(['code', 'name', 'status', 'amount'])
  })
  it('offers operators that fit the type', () => {
    expect(operatorsOf(schema.fields[0])[0]).toBe('prefix')
    expect(operatorsOf(schema.fields[2])).toContain('=ge=')
    expect(operatorsOf(schema.fields[7])).toEqual(['=in=', '=out=', '=null='])
  })
})
