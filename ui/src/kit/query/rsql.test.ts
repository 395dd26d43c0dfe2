import { describe, expect, it } from 'vitest'
import { both, build, parse, quote, type Condition } from './rsql'

describe('building a filter', () => {
  it('leaves plain values bare and quotes all others', () => {
    expect(quote('320100000-101')).toBe('320100000-101')
    expect(quote('南京市')).toBe('"南京市"')
    expect(quote('a "b" \\ c;d')).toBe('"a \\"b\\" \\\\ c;d"')
    expect(quote('5*')).toBe('"5\\*"')
  })
  it('joins with and or or, and drops conditions without a value', () => {
    const rows: Condition[] = [
      { field: 'fiscal_year', op: '==', value: '2026' },
      { field: 'name', op: '=q=', value: '教育 信息' },
      { field: 'code', op: 'prefix', value: '3205' },
      { field: 'status', op: '=in=', value: ['draft', 'returned'] },
      { field: 'unit', op: '==', value: '' },
      { field: 'category', op: '=in=', value: [] },
    ]
    expect(build(rows)).toBe('fiscal_year==2026;name=q="教育 信息";code==3205*;status=in=(draft,returned)')
    expect(build(rows.slice(0, 2), 'or')).toBe('fiscal_year==2026,name=q="教育 信息"')
  })
  it('keeps the star of a quoted beginning inside the quotes', () => {
    expect(build([{ field: 'name', op: 'prefix', value: '南京' }])).toBe('name=="南京*"')
  })
  it('puts an alternative in parentheses when something else must hold too', () => {
    expect(both('status==draft', 'a==1,b==2')).toBe('status==draft;(a==1,b==2)')
    expect(both('', 'a==1,b==2', undefined)).toBe('a==1,b==2')
    expect(both('status=in=(a,b)', 'x==1')).toBe('status=in=(a,b);x==1')
    expect(both('name=="a,b"', 'x==1')).toBe('name=="a,b";x==1')
  })
})

describe('reading a filter back', () => {
  it('gives the rows it was built from', () => {
    const rows: Condition[] = [
      { field: 'amount', op: '=ge=', value: '1000000' },
      { field: 'name', op: 'prefix', value: '南京 "新"' },
      { field: 'note', op: '==', value: 'a,b;(c)*' },
      { field: 'status', op: '=out=', value: ['x y', 'z'] },
      { field: 'special_fund', op: '=null=', value: 'true' },
    ]
    expect(parse(build(rows))).toEqual({ conditions: rows, join: 'and' })
    expect(parse(build(rows, 'or'))).toEqual({ conditions: rows, join: 'or' })
  })
  it('reads short comparisons and dotted fields', () => {
    expect(parse('amount>=10; unit.code==3205*')).toEqual({
      conditions: [{ field: 'amount', op: '=ge=', value: '10' }, { field: 'unit.code', op: 'prefix', value: '3205' }], join: 'and',
    })
  })
  it('says so when the filter is not a flat list', () => {
    expect(parse('a==1;(b==2,c==3)')).toBeNull()
    expect(parse('a==1;b==2,c==3')).toBeNull()
    expect(parse('nonsense')).toBeNull()
    expect(parse('')).toEqual({ conditions: [], join: 'and' })
  })
})
