import { expect, it } from 'vitest'
import type { StatutoryDay } from '../routes'
import { daysBetween, ordered, pressing, standing } from './statutory'

const item = (kind: StatutoryDay['kind'], state: StatutoryDay['state'], due_on: string | null = null, late_days = 0): StatutoryDay =>
  ({ kind, state, due_on, late_days, subject: '', name: '', done_on: null, document_no: '', act: null })
const items = [item('notice', 'done', '2025-06-30'), item('draft', 'due'), item('publish_government', 'due', '2026-02-20'), item('special_transfer', 'due', '2026-04-01'),
  item('general_transfer', 'overdue', '2026-02-01', 4), item('central_transfer', 'overdue', '2026-01-20', 16), item('session', 'waiting')]

it('tells what is overdue first, the longest first, then what is due', () => {
  expect(ordered(items).map((one) => one.kind)).toEqual(['central_transfer', 'general_transfer', 'publish_government', 'special_transfer', 'draft', 'session', 'notice'])
})
it('presses what is overdue, due soon, or due without a day', () => {
  expect(pressing(items, '2026-02-05').map((one) => one.kind)).toEqual(['central_transfer', 'general_transfer', 'publish_government', 'draft'])
  expect(pressing(items, '2026-02-04').map((one) => one.kind)).not.toContain('publish_government')
})
it('counts the days that are left, or those behind', () => {
  expect(daysBetween('2026-02-27', '2026-03-02')).toBe(3)
  expect(standing(items[2]!, '2026-02-05')).toEqual({ key: 'statutory.left', values: { count: 15 } })
  expect(standing(items[5]!, '2026-02-05')).toEqual({ key: 'statutory.states.overdue', values: { count: 16 } })
  expect(standing(items[1]!, '2026-02-05').key).toBe('statutory.states.due')
})
