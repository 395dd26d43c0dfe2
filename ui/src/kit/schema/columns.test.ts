import { describe, expect, it } from 'vitest'
import type { Schema } from '@/api/types'
import { alignRight, columnCandidates, columnsOf, defaultColumns, filterFields, operatorsOf, sortable } from './columns'

const text = (name: string) => ({ zh: name, en: name })
const schema = {
  plugin: 'p', entity: 'e', path: '/p/e', title: text('E'), can: {} as Schema['can'],
  fields: [
    { name: 'code', type: 'code', title: text('code'), list: true }, { name: 'amount', type: 'money', title: text('amount'), list: true },
    { name: 'plan', type: 'longtext', title: text('plan'), list: true }, { name: 'phone', type: 'text', title: text('phone'), mask: 'phone' },
    { name: 'extra', type: 'json', title: text('extra') },
  ],
  states: { field: 'status', initial: 'draft', values: [{ code: 'draft', title: text('Draft') }], transitions: [] },
} as Schema

describe('columns of a list', () => {
  it('shows what is marked, never long texts, the state behind the title', () => {
    expect(defaultColumns(schema)).toEqual(['code', 'status', 'amount'])
    expect(defaultColumns({ ...schema, title_field: 'amount' })).toEqual(['code', 'amount', 'status'])
  })
  it('takes the chosen ones in their order and forgets those that are gone', () => {
    expect(columnsOf(schema, ['status', 'gone', 'code']).map((field) => field.name)).toEqual(['status', 'code'])
    expect(columnsOf(schema, ['gone']).map((field) => field.name)).toEqual(['code', 'status', 'amount'])
    expect(columnsOf(schema, null).map((field) => field.name)).toEqual(['code', 'status', 'amount'])
  })
  it('offers times of the kernel, and nothing that does not fit a cell', () => {
    const names = columnCandidates(schema).map((field) => field.name)
    expect(names).toContain('updated_at')
    expect(names).not.toContain('plan')
    expect(names).not.toContain('extra')
  })
  it('sorts what has an order and is not masked; numbers stand right', () => {
    const byName = new Map(columnCandidates(schema).map((field) => [field.name, field]))
    expect(sortable(byName.get('amount')!)).toBe(true)
    expect(sortable(byName.get('phone')!)).toBe(false)
    expect(alignRight(byName.get('amount')!)).toBe(true)
    expect(alignRight(byName.get('code')!)).toBe(false)
  })
  it('filters the state by its values and long texts by words', () => {
    const fields = filterFields(schema)
    expect(operatorsOf(fields.find((field) => field.name === 'status')!)[0]).toBe('=in=')
    expect(operatorsOf(fields.find((field) => field.name === 'plan')!)).toContain('=q=')
    expect(fields.some((field) => field.name === 'extra')).toBe(false)
  })
})
