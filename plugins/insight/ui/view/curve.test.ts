import { expect, it } from 'vitest'
import { curve, monthsBegun } from './curve'

it('adds up month by month, and what has not begun has no payment', () => {
  const points = curve([{ month: 1, sum_paid_amount: '1.00', sum_planned_amount: '8.00' }, { month: 3, sum_paid_amount: '0.50' }], 1200n, 3)
  expect(points.slice(0, 4).map((one) => [one.planned, one.paid, one.even])).toEqual([[800n, 100n, 100n], [800n, 100n, 200n], [800n, 150n, 300n], [800n, null, 400n]])
  expect(points).toHaveLength(12)
  const few = curve([{ month: 1, sum_paid_amount: '9.00', sum_planned_amount: '2.00' }], 1200n, 3)
  expect(few.every((one) => one.planned === 0n)).toBe(true) // plans of one unit say nothing about a province
})
it('counts the months that have begun', () => {
  expect([monthsBegun(2025, '2026-03-01'), monthsBegun(2026, '2026-03-01'), monthsBegun(2027, '2026-03-01')]).toEqual([12, 3, 0])
})
