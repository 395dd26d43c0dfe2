/** The zero-base score sheet as the person fills it in; the server's rule decides on class and limit when it is saved. */
export const kItems = [
  { name: 'policy_basis', most: 20 }, { name: 'necessity', most: 15 }, { name: 'duty_match', most: 10 }, { name: 'estimate_basis', most: 15 },
  { name: 'feasibility', most: 10 }, { name: 'performance', most: 15 }, { name: 'execution', most: 10 }, { name: 'funding', most: 5 },
] as const
/** The rows with the points that the policy value `zero_base_points` gives them ("25 15 …"); as shipped without one. */
export const itemsBy = (points: unknown): { name: string; most: number }[] => {
  const set = typeof points === 'string' ? points.split(' ').map(Number) : []
  return kItems.map((one, at) => ({ name: one.name, most: set.length === kItems.length && Number.isInteger(set[at]) ? set[at]! : one.most }))
}
export const kStops = ['no_basis', 'duplicate', 'poor_last_year', 'no_goal', 'policy_lapsed'] as const
export type Sheet = Record<string, unknown>

export const pointsOf = (sheet: Sheet): number => kItems.reduce((sum, one) => sum + (typeof sheet[one.name] === 'number' ? sheet[one.name] as number : 0), 0)
export const stopped = (sheet: Sheet): boolean => kStops.some((one) => sheet[one] === true)
export const blankSheet = (project: string, year: number, measured: string): Sheet => ({
  project, fiscal_year: year, ...Object.fromEntries(kItems.map((one) => [one.name, null])), ...Object.fromEntries(kStops.map((one) => [one, false])),
  measured_amount: measured, disposition: 'keep', merge_into: null, approved_amount: null, cut_reason: null, sunset_year: null,
})
export const unscored = (sheet: Sheet): string[] => kItems.filter((one) => typeof sheet[one.name] !== 'number').map((one) => one.name)
