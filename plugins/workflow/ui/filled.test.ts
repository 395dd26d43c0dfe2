import type { Schema } from '@onebudget/ui'
import { describe, expect, it } from 'vitest'
import { fieldOf } from './faults_field'
import { filledOf } from './filled'

const schema = { fields: [{ name: 'grade', type: 'text' }, { name: 'cut', type: 'money' }] } as unknown as Schema

describe('what was filled in', () => {
  it('comes in the order of the record', () => {
    expect(filledOf({ cut: '1.00', old: 'x', grade: 'A' }, schema).map((one) => [one.name, one.field?.type ?? null, one.value]))
      .toEqual([['grade', 'text', 'A'], ['cut', 'money', '1.00'], ['old', null, 'x']])
  })
  it('is nothing where nothing was', () => {
    expect(filledOf(null, schema)).toEqual([])
    expect(filledOf({ b: 1, a: 2 }, null).map((one) => one.name)).toEqual(['a', 'b'])
  })
})

describe('the field that a refusal is about', () => {
  it('is the same whether the workflow or the record refused', () => {
    expect(fieldOf('/fields/cut')).toBe('cut')
    expect(fieldOf('/cut')).toBe('cut')
    expect(fieldOf('/fields')).toBe('fields')
    expect(fieldOf(undefined)).toBe('')
  })
})
