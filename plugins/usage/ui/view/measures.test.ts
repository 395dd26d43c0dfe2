import { expect, test } from 'vitest'
import { gridOf, kMeasures, measureOf, monthsOf, ranked, valueOf, type Figures, type Item } from './measures'

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
test('a cell stands in the line of its region and the column of its month', () => {
  const grid = gridOf([item('320583000/2026-03', '2.00'), item('320500000/2026-01', '4.00'), item('320583000/2026-01')], [{ ...item('320583000'), name: 'Kunshan' }])
  expect(grid.months).toEqual(['2026-01', '2026-02', '2026-03'])
  expect(grid.lines.map((line) => line.name)).toEqual(['320500000', 'Kunshan'])
  expect(grid.lines[1]!.cells.get('2026-03')?.declaration.workdays).toBe('2.00')
})
