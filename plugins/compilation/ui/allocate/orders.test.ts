import { expect, it } from 'vitest'
import { type Gap, short, stepsOf } from './orders'

it('lists spending in its order and tells what is committed', () => {
  const gap = { spending: { 8: '3.00', 1: '1.00', 5: '2.00' } } as unknown as Gap
  expect(stepsOf(gap)).toEqual([{ order: 1, amount: '1.00', committed: true }, { order: 5, amount: '2.00', committed: true }, { order: 8, amount: '3.00', committed: false }])
})
it('tells what lacks', () => {
  expect([short('-0.01'), short('0.00'), short('5.00')]).toEqual([true, false, false])
})
