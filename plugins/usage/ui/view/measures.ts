/** What is measured, how it reads, and which recorded events it opens. */
export interface Spans { count: number; calendar_days: string; workdays: string; behind: string; returned?: number }
export interface Figures {
  declaration: Spans; approval: Spans; project_approval: Spans
  evaluation: { goals: number; evaluated: number; coverage: string; behind: string }
  alerts: { count: number; by_rule: Record<string, number>; behind: string }
  findings: { count: number; amount: string; behind: string }
  payments: { count: number; amount: string; behind: string }
  results: { count: number; amount: string; behind: string }
  imports: { files: number; refused_files: number; rows: number; bad_rows: number; error_rate: string; behind: string }
  adoption: { units: number; active: number; rate: string; behind: string }
}
export interface Item { key: string; name?: string; played: boolean; label?: string; regime?: string; figures: Figures }
export interface Answer { year: number; by: string; items: Item[]; total: Omit<Item, 'key'> }

/** `kind`: how the number is written; "" of the server is no figure, which is not zero. */
export interface Measure { code: string; kind: 'days' | 'percent' | 'count' | 'money'; group: keyof Figures; of: (figures: Figures) => string | number }
export const kMeasures: Measure[] = [
  { code: 'declaration', kind: 'days', group: 'declaration', of: (it) => it.declaration.workdays },
  { code: 'projectApproval', kind: 'days', group: 'project_approval', of: (it) => it.project_approval.workdays },
  { code: 'approval', kind: 'days', group: 'approval', of: (it) => it.approval.workdays },
  { code: 'coverage', kind: 'percent', group: 'evaluation', of: (it) => it.evaluation.coverage },
  { code: 'adoption', kind: 'percent', group: 'adoption', of: (it) => it.adoption.rate },
  { code: 'errorRate', kind: 'percent', group: 'imports', of: (it) => it.imports.error_rate },
  { code: 'alerts', kind: 'count', group: 'alerts', of: (it) => it.alerts.count },
  { code: 'findings', kind: 'count', group: 'findings', of: (it) => it.findings.count },
  { code: 'findingsAmount', kind: 'money', group: 'findings', of: (it) => it.findings.amount },
  { code: 'payments', kind: 'count', group: 'payments', of: (it) => it.payments.count },
]
export const measureOf = (code: string): Measure => kMeasures.find((one) => one.code === code) ?? kMeasures[0]!

/** As a number for the length of a bar; null where nothing was counted. */
export function valueOf(measure: Measure, figures: Figures): number | null {
  const told = measure.of(figures)
  return told === '' ? null : Number(told)
}

/** The list of recorded events behind a number. */
export const eventsOf = (filter: string): { path: string; query: { filter: string } } => ({ path: '/usage/event', query: { filter } })

/** Longest bars first; what has no figure comes last, by code. */
export function ranked(items: Item[], measure: Measure): { item: Item; value: number | null }[] {
  return items.map((item) => ({ item, value: valueOf(measure, item.figures) }))
    .sort((one, other) => (other.value ?? -1) - (one.value ?? -1) || one.item.key.localeCompare(other.item.key))
}

/** All months from the first to the last that have a figure, so that a gap is seen as one. */
export function monthsOf(items: Item[]): string[] {
  const known = items.map((item) => item.key).filter((key) => /^\d{4}-\d{2}$/.test(key)).sort()
  const out: string[] = []
  for (let at = known[0]; at && at <= known.at(-1)!; at = after(at)) out.push(at)
  return out
}
/** Cells of regions and months, by "code/month"; the regions in the order of their codes. */
export function gridOf(cells: Item[], regions: Item[]): { months: string[]; lines: { key: string; name: string; cells: Map<string, Figures> }[] } {
  const names = new Map(regions.map((one) => [one.key, one.name || one.key]))
  const lines = new Map<string, Map<string, Figures>>()
  for (const cell of cells) {
    const [region, month] = cell.key.split('/') as [string, string]
    if (!lines.has(region)) lines.set(region, new Map())
    lines.get(region)!.set(month, cell.figures)
  }
  return {
    months: monthsOf(cells.map((one) => ({ ...one, key: one.key.split('/')[1] ?? '' }))),
    lines: [...lines].map(([key, found]) => ({ key, name: names.get(key) || key, cells: found })).sort((one, other) => one.key.localeCompare(other.key)),
  }
}
function after(month: string): string {
  const [year, number] = month.split('-').map(Number) as [number, number]
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`
}
