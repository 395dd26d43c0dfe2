import { expect, test } from 'vitest'
import { kMeasures, measureOf, monthsOf, ranked, valueOf, type Figures, type Item } from './measures'

const figures = (workdays: string): Figures => ({
  declaration: { count: 0, calendar_days: '', workdays, behind: '' }, approval: { count: 0, calendar_days: '', workdays: '', behind: '' }, project_approval: { count: 0, calendar_days: '', workdays: '', behind: '' },
  evaluation: { goals: 0, evaluated: 0, coverage: '', behind: '' }, alerts: { count: 0, by_rule: {}, behind: '' }, findings: { count: 0, amount: '0.00', behind: '' }, payments: { count: 0, amount: '0.00', behind: '' },
  results: { count: 0, amount: '0.00', behind: '' }, imports: { files: 0, refused_files: 0, rows: 0, bad_rows: 0, error_rate: '', behind: '' }, adoption: { units: 0, active: 0, rate: '', behind: '' },
})
const item = (key: string, workdays = ''): Item => ({ key, played: false, figures: figures(workdays) })

test('nothing counted is no figure, and zero is one', () => {
  expect(valueOf(measureOf('declaration'), figures(''))).toBeNull()
  expect(valueOf(measureOf('declaration'), figures('0.00'))).toBe(0)
  expect(kMeasures.every((one) => one.of(figures('')) !== undefined)).toBe(true)
})
test('the longest stand first and what has no figure last', () => {
  const order = ranked([item('a'), item('b', '3.50'), item('c', '12.00'), item('d', '0.00')], measureOf('declaration')).map((one) => one.item.key)
  expect(order).toEqual(['c', 'b', 'd', 'a'])
})
test('months without a figure between others are there, over the turn of a year', () => {
  expect(monthsOf([item('2026-02'), item('2025-11'), item('')])).toEqual(['2025-11', '2025-12', '2026-01', '2026-02'])
  expect(monthsOf([])).toEqual([])
})
