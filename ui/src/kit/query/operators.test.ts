import { describe, expect, it } from 'vitest'
import { complete, operatorKey, shaped, valueField } from './operators'

describe('operators in a filter row', () => {
  it('have a message key without signs', () => {
    expect(operatorKey('=ge=')).toBe('filter.op.ge')
    expect(operatorKey('prefix')).toBe('filter.op.prefix')
  })
  it('keep the value as far as the new operator can take it', () => {
    expect(shaped('=in=', 'draft')).toEqual(['draft'])
    expect(shaped('=in=', '')).toEqual([])
    expect(shaped('==', ['draft', 'returned'])).toBe('draft')
    expect(shaped('=null=', 'abc')).toBe('true')
    expect(shaped('=null=', 'false')).toBe('false')
  })
  it('take long texts in one line and forget the limits of the form', () => {
    const field = valueField({ name: 'plan', type: 'longtext', title: { zh: '方案', en: 'Plan' }, max: 5 }, '=q=')
    expect(field.type).toBe('text')
    expect(field.max).toBeUndefined()
    expect(valueField({ name: 'year', type: 'year', title: { zh: '年', en: 'Year' } }, '==').type).toBe('year')
  })
  it('know which rows are filled in', () => {
    expect(complete({ field: 'a', op: '==', value: '' })).toBe(false)
    expect(complete({ field: 'a', op: '=in=', value: [] })).toBe(false)
    expect(complete({ field: 'a', op: '=in=', value: ['x'] })).toBe(true)
  })
})
