import type { Suggestion } from '../routes'

/** Weights of a goal's indicators in hundredths of a point, so that they add up exactly. */
export const hundredths = (value: unknown): number => {
  const match = /^(\d+)(?:\.(\d{1,2}))?$/.exec(String(value ?? '').trim())
  return match ? Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0')) : 0
}
export const points = (value: number): string => (value / 100).toFixed(2).replace(/\.?0+$/, '')
/** Execution of the budget has ten points of its own; the indicators share the other ninety. */
export const kShared = 9000
/** What a suggestion becomes as a line of the goal; the target is the declarer's own, the benchmark a beginning. */
export const lineOf = (one: Suggestion, lineNo: number): Record<string, unknown> => ({
  line_no: lineNo, first_level: one.first_level, second_level: one.second_level, name: one.name, indicator: one.indicator, nature: one.nature, target: one.benchmark || null,
  unit_of_measure: one.unit_of_measure || null, data_source: one.data_source || null,
})
/** Of `weight` points, the share that was reached. */
export const share = (got: unknown, weight: unknown): number => (hundredths(weight) ? Math.round((hundredths(got) / hundredths(weight)) * 100) : 0)
export const kGrades: Record<string, string> = { excellent: 'success', good: 'primary', fair: 'warning', poor: 'danger' }
