import { describe, expect, it } from 'vitest'
import { rowFilter } from './conditions'
import { arrange } from './layout'
import { deviation, fen, gone, homeOf, large, nothing, regionFilter, share, sumsBy, tileOf, toneOf, yuan } from './sums'

const figures = (changes: object) => ({ ...nothing(), projects: 1, ...changes })

describe('money', () => {
  it('is whole fen both ways, and nonsense is nothing', () => {
    for (const text of ['0.00', '12.34', '-0.05', '90071992547409.93']) expect(yuan(fen(text))).toBe(text)
    expect([fen(null), fen('abc'), fen('1.234')]).toEqual([0n, 0n, 0n])
    expect([share(1n, 3n), share(1n, 0n)]).toEqual([0.333, null])
    expect([large(123_456_789n), large(4_779_177_000_000n), large(0n)]).toEqual([['123.45', 'wan'], ['477.91', 'yi'], ['0.00', 'wan']])
  })
})
describe('colours', () => {
  it('follow the part of the year that is gone', () => {
    expect([gone(2025, '2026-03-01'), gone(2027, '2026-03-01'), gone(2026, '2026-12-31')]).toEqual([1, 0, 1])
    const half = figures({ indicator: 100n, paid: 50n })
    expect(deviation(half, 0.5)).toBe(0)
    expect([0.5, 0.6, 0.7].map((even) => toneOf(half, 'execution', even))).toEqual(['success', 'warning', 'danger'])
    expect(toneOf(figures({}), 'execution', 0.5)).toBe('info')
  })
  it('follow the gravest open alert', () => {
    expect([{ red: 1 }, { grey: 1, yellow: 2 }, { orange: 1 }, { blue: 3 }].map((one) => toneOf(figures(one), 'alerts', 0))).toEqual(['danger', 'danger', 'warning', 'success'])
  })
})
describe('places', () => {
  it('begin where the reader sees more than one', () => {
    expect([homeOf([]), homeOf(['320500000', '320583000', '320100000']), homeOf(['320583000', '320582000']), homeOf(['320583000']), homeOf(['320583000', '320583100']), homeOf(['320000000'])])
      .toEqual(['', '', '3205', '320583', '320583', ''])
  })
  it('are cities from above and budget levels within a city', () => {
    expect([tileOf('', '320583000'), tileOf('', '320500000'), tileOf('', '320000000'), tileOf('3205', '320583000')]).toEqual(['3205', '3205', '320000000', '320583'])
    expect(['', '3205', '320583000'].map(regionFilter)).toEqual(['', 'region_code==3205*', 'region_code==320583000'])
    const sums = sumsBy([{ region_code: '320583000', count: 2, sum_paid_amount: '1.50' }, { region_code: '320500000', count: 1, sum_paid_amount: '0.50' }], (one) => tileOf('', String(one.region_code)))
    expect([...sums].map(([key, sum]) => [key, sum.projects, yuan(sum.paid)])).toEqual([['3205', 3, '2.00']])
  })
  it('stand where the arrangement puts them, else in the order of their codes', () => {
    expect(arrange(['3205', '3201']).spots.map((one) => [one.key, one.row, one.column])).toEqual([['3201', 4, 1], ['3205', 4, 5]])
    expect(arrange(['3302', '3301'])).toEqual({ spots: [{ key: '3301' }, { key: '3302' }], columns: 0 })
  })
})
describe('the address of the one table', () => {
  it('becomes a filter, and what is malformed is left out', () => {
    const filter = (query: Record<string, string>) => rowFilter((name) => query[name] ?? '')
    expect(filter({ year: '2026', region: '3205', function: '205', alert: 'red', guarantees: 'true' })).toBe('fiscal_year==2026;region_code==3205*;function_group==205;three_guarantees==true;alert_level=in=(red,grey)')
    expect(filter({ year: '26', region: '32;x', function: "205'", grade: 'a;b', alert: 'all' })).toBe('')
  })
})
