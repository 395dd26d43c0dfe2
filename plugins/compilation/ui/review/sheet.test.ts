import { expect, it } from 'vitest'
import { blankSheet, itemsBy, kItems, pointsOf, stopped, unscored } from './sheet'

it('adds up to a hundred and begins empty, not with last year', () => {
  expect(kItems.reduce((sum, one) => sum + one.most, 0)).toBe(100)
  const sheet = blankSheet('7', 2027, '50000.00')
  expect([pointsOf(sheet), stopped(sheet), unscored(sheet).length, sheet.measured_amount, sheet.approved_amount]).toEqual([0, false, 8, '50000.00', null])
})
it('takes the points of its rows from the policy in force', () => {
  expect(itemsBy('25 15 10 15 10 15 5 5').map((one) => one.most)).toEqual([25, 15, 10, 15, 10, 15, 5, 5])
  for (const none of [undefined, null, '', '25 15', 'a b c d e f g h']) expect(itemsBy(none).map((one) => one.most)).toEqual(kItems.map((one) => one.most))
})
it('knows a hard stop and what is not scored yet', () => {
  const sheet = { ...blankSheet('7', 2027, '0.00'), policy_basis: 18, necessity: 12, no_goal: true }
  expect([pointsOf(sheet), stopped(sheet), unscored(sheet)[0]]).toEqual([30, true, 'duty_match'])
})
