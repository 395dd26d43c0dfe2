import { expect, it } from 'vitest'
import type { Field } from '@/api/types'
import { decodeCsv, mapped, matchColumns, parseCsv, writeCsv } from './csv'

const field = (name: string, zh: string, en: string): Field => ({ name, type: 'text', title: { zh, en } })
const fields = [field('code', '项目代码', 'Project code'), field('total_amount', '项目总额', 'Total amount'), field('name', '项目名称', 'Name')]

it('reads quotes, line ends inside them, and a last line without an end', () => {
  expect(parseCsv('\ufeffa,"b ""x"", y"\r\n"line\n2",\r\nlast,1')).toEqual([['a', 'b "x", y'], ['line\n2', ''], ['last', '1']])
  expect(parseCsv('')).toEqual([])
})
it('reads GB18030 where it is no UTF-8', () => {
  expect(decodeCsv(new Uint8Array([0xcf, 0xee, 0xc4, 0xbf]).buffer)).toBe('项目')
  expect(decodeCsv(new TextEncoder().encode('项目').buffer as ArrayBuffer)).toBe('项目')
})
it('matches headings by name or title, however they are written, each field once', () => {
  expect(matchColumns(['项目名称*', 'Total_Amount', '项目总额（元）', 'Project Code', '备注'], fields)).toEqual(['name', 'total_amount', null, 'code', null])
})
it('renames columns and leaves out what goes nowhere', () => {
  const rows = [['名', '别的', '额'], ['甲', 'x', '1'], ['乙']]
  expect(writeCsv(mapped(rows, ['name', null, 'total_amount']))).toBe('name,total_amount\r\n甲,1\r\n乙,\r\n')
})
