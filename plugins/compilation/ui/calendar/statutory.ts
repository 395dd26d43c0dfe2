/** The days that the law gives a region's budget: which press, and in what order they are told. */
import type { StatutoryDay } from '../routes'

export type Tone = 'info' | 'warning' | 'danger' | 'success'
export const kTones: Record<StatutoryDay['state'], Tone> = { overdue: 'danger', due: 'warning', late: 'warning', waiting: 'info', exempt: 'info', done: 'success' }

const kDay = 86_400_000
const kSoonDays = 15
const kOrder: StatutoryDay['state'][] = ['overdue', 'due', 'waiting', 'late', 'done', 'exempt']

/** Whole days from one day to another, both YYYY-MM-DD. */
export const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / kDay)

/** What is overdue first, the latest first; then what is due, the nearest first; then the rest. */
export function ordered(items: StatutoryDay[]): StatutoryDay[] {
  return [...items].sort((a, b) => kOrder.indexOf(a.state) - kOrder.indexOf(b.state) || b.late_days - a.late_days || (a.due_on ?? '9').localeCompare(b.due_on ?? '9'))
}
/** Overdue, or due within half a month; a draft or a reserve without a day of its own presses as soon as it is due. */
export function pressing(items: StatutoryDay[], today: string): StatutoryDay[] {
  return ordered(items.filter((item) => item.state === 'overdue' || (item.state === 'due' && (item.due_on === null || daysBetween(today, item.due_on) <= kSoonDays))))
}
/** The key and values of how a matter stands. */
export function standing(item: StatutoryDay, today: string): { key: string; values: Record<string, number> } {
  if (item.state === 'due' && item.due_on) return { key: 'statutory.left', values: { count: daysBetween(today, item.due_on) } }
  return { key: `statutory.states.${item.state}`, values: { count: item.late_days } }
}
