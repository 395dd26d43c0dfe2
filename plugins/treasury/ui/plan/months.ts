/** Usage plans as a sheet: a row for an indicator, a column for a month. */
import { fenOf, type Row, yuanOf } from '@onebudget/ui'

export const kMonths = Array.from({ length: 12 }, (_, at) => at + 1)
export const columnOf = (month: number): string => `m${month}`
const kOpen = ['draft', 'returned']
export const isOpen = (plan: Row): boolean => kOpen.includes(String(plan.status))

export type Cells = Record<string, string>
/** What of an indicator is planned and not yet sent: one plan a month, its newest. */
export function openPlans(plans: Row[], indicator: string): Map<number, Row> {
  const found = new Map<number, Row>()
  for (const plan of plans) if (String(plan.indicator) === indicator && isOpen(plan)) found.set(Number(plan.month), plan)
  return found
}
export const cellsOf = (plans: Row[], indicator: string): Cells =>
  Object.fromEntries([...openPlans(plans, indicator)].map(([month, plan]) => [columnOf(month), String(plan.requested_amount)]))

export interface Step { indicator: string; month: number; plan?: Row; amount: string | null }
/** What is to be done so that the server holds what the sheet says: amounts that are new, other, or gone. */
export function steps(indicator: string, cells: Cells, plans: Row[]): Step[] {
  const open = openPlans(plans, indicator)
  return kMonths.flatMap((month): Step[] => {
    const amount = (cells[columnOf(month)] ?? '').trim() || null
    const plan = open.get(month)
    if (!plan && amount) return [{ indicator, month, amount }]
    return plan && String(plan.requested_amount) !== amount ? [{ indicator, month, plan, amount }] : []
  })
}
export const sum = (cells: Cells): string => yuanOf(kMonths.reduce((all, month) => all + fenOf(cells[columnOf(month)]), 0n))
export const left = (available: unknown, cells: Cells): bigint => fenOf(available) - fenOf(sum(cells))
/** The same for every month from `from` on; what does not divide goes to the last. */
export function even(total: unknown, from: number): Cells {
  const months = kMonths.filter((month) => month >= from)
  const each = fenOf(total) / BigInt(months.length)
  return Object.fromEntries(months.map((month, at) => [columnOf(month), yuanOf(at === months.length - 1 ? fenOf(total) - each * BigInt(months.length - 1) : each)]))
}
