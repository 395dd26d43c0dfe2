import { expect, it } from 'vitest'
import type { Field, FieldType } from '@/api/types'
import { csvOf, readCell, showCell } from './cell'

const field = (type: FieldType, more: Partial<Field> = {}): Field => ({ name: 'x', type, title: { zh: '', en: '' }, ...more })
const text = (type: FieldType, typed: string, unit: 'yuan' | 'wan' | 'yi' = 'yuan'): string => {
  const cell = readCell(field(type), typed, unit)
  return cell.fault ? `!${cell.fault}` : cell.text
}

it.each([
  ['1,234,567.8', 'yuan', '1234567.80'], ['１２，３４５．６', 'yuan', '12345.60'], ['12万', 'yuan', '120000.00'], ['12.5', 'wan', '125000.00'], ['12.345678', 'wan', '123456.78'],
  ['3亿元', 'wan', '300000000.00'], ['５００元', 'wan', '500.00'], ['0.5', 'yi', '50000000.00'], ['abc', 'yuan', '!grid.money'], ['1.234', 'yuan', '!grid.money'], ['', 'wan', ''],
  ['1.0000001', 'wan', '!grid.money'],
] as const)('reads the amount %s in %s', (typed, unit, wanted) => expect(text('money', typed, unit)).toBe(wanted))

it.each([
  ['int', '１，０２４', '1024'], ['int', '3.0', '3'], ['int', '3.5', '!grid.int'], ['year', '2026年', '2026'], ['decimal', '1,000.25', '1000.25'], ['ratio', '12.5%', '0.125'], ['ratio', '0.4', '0.4'],
  ['date', '2026/3/1', '2026-03-01'], ['date', '2026年12月31日', '2026-12-31'], ['date', '20260228', '2026-02-28'], ['date', '2026-02-30', '!grid.date'], ['bool', '是', 'true'], ['bool', '也许', '!grid.bool'],
  ['code', '３２０１', '3201'], ['text', '  a b ', 'a b'],
] as const)('reads the %s %s', (type, typed, wanted) => expect(text(type, typed)).toBe(wanted))

it('takes an enumeration by code or title in either language, and shows the title', () => {
  const kind = field('enum', { values: [{ code: 'specific', title: { zh: '特定目标类', en: 'Specific goal' } }] })
  for (const typed of ['specific', '特定目标类', 'SPECIFIC GOAL']) expect(readCell(kind, typed)).toEqual({ text: 'specific' })
  expect(readCell(kind, '别的').fault).toBe('grid.choice')
  expect(showCell(kind, 'specific', 'zh')).toBe('特定目标类')
})
it('tells a text that is too long with its length', () => {
  expect(readCell(field('text', { max: 3 }), '预算项目').values).toEqual({ max: 3, length: 4 })
})
it('writes what a file import reads', () => {
  expect(csvOf(['a', 'b'], [{ a: 'x,"y"', b: '1' }, { b: '=2' }])).toBe('a,b\r\n"x,""y""",1\r\n,=2\r\n')
})
