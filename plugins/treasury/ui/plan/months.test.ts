import { expect, it } from 'vitest'
import { cellsOf, even, left, steps, sum } from './months'

const plan = (id: string, month: number, amount: string, status = 'draft') => ({ id, version: 1, indicator: '7', month, requested_amount: amount, status })

it('shows what is planned and not sent', () => expect(cellsOf([plan('1', 3, '5.00'), plan('2', 4, '6.00', 'approved')], '7')).toEqual({ m3: '5.00' }))
it('does only what differs', () => {
  const plans = [plan('1', 3, '5.00'), plan('2', 4, '6.00')]
  expect(steps('7', { m3: '5.00', m4: '', m5: '7.00' }, plans).map((one) => [one.month, one.plan?.id, one.amount])).toEqual([[4, '2', null], [5, undefined, '7.00']])
})
it('adds up and divides evenly to the fen', () => {
  expect(sum({ m1: '0.10', m2: '0.20' })).toBe('0.30')
  expect(left('1.00', { m1: '1.01' })).toBe(-1n)
  expect(even('100.00', 10)).toEqual({ m10: '33.33', m11: '33.33', m12: '33.34' })
})
