import { expect, it } from 'vitest'
import { asOfDay, effect, fourOf, grouped, plus } from './columns'

const row = { id: '1', available: '300000.00', frozen: '5.00', reserved: '1.00', confirmed: '400000.00', paid: '100000.00', functional_class: '2050203' }

it('divides an indicator into four columns that add up', () => {
  expect(fourOf(row)).toEqual({ budget: '800006.00', taken: '400001.00', paid: '100000.00', left: '300005.00' })
  expect(plus([fourOf(row), fourOf(row)]).budget).toBe('1600012.00')
})
it('groups by an element, the largest first, nothing under an empty name', () => {
  const groups = grouped([{ ...row, available: '0.00' }, { ...row, functional_class: null, available: '9000000.00' }], 'functional_class')
  expect(groups.map((one) => [one.key, one.rows.length])).toEqual([['', 1], ['2050203', 1]])
})
it('takes the balances of a day, none where there were none', () => {
  expect(fourOf(asOfDay([row], [{ indicator: '1', available: '0.05', reserved: '0.07' }])[0]!)).toEqual({ budget: '0.12', taken: '0.07', paid: '0.00', left: '0.05' })
  expect(fourOf(asOfDay([row], [])[0]!).budget).toBe('0.00')
})
it('reads from an entry what it adds to a column', () => {
  const accounts = new Map([['2201', { code: '2201', side: 'debit' as const, bucket: 'available' }], ['2301', { code: '2301', side: 'debit' as const, bucket: 'reserved' }],
    ['1001', { code: '1001', side: 'credit' as const, bucket: 'none' }]])
  expect(effect({ debit: '2201', credit: '1001', amount: '8.00' }, accounts, 'budget')).toBe(800n)
  expect(effect({ debit: '2301', credit: '2201', amount: '5.00' }, accounts, 'budget')).toBe(0n)
  expect(effect({ debit: '2301', credit: '2201', amount: '5.00' }, accounts, 'left')).toBe(-500n)
  expect(effect({ debit: '2301', credit: '2201', amount: '5.00' }, accounts, 'taken')).toBe(500n)
})
