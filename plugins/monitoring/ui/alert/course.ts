/** The course of an alert (说明 → 认定 → 整改 → 办结) and what each step is waiting for. */
export const kLevels = ['grey', 'red', 'orange', 'yellow', 'blue'] as const
export type Level = (typeof kLevels)[number]
export const kTones: Record<string, string> = { grey: 'danger', red: 'danger', orange: 'warning', yellow: 'warning', blue: 'primary' }
export const kSteps = ['raised', 'explained', 'found', 'rectified', 'closed'] as const
export type Step = (typeof kSteps)[number]

/** How many steps are behind: an alert found normal, or whose cause is gone, needs no more. */
export function behind(status: string): Step[] {
  const done: Record<string, number> = { open: 1, explained: 2, violation: 3, rectified: 4, closed: 5, normal: 3, lapsed: 1 }
  return kSteps.slice(0, done[status] ?? 1)
}
/** The steps that this alert takes or took. */
export const stepsOf = (status: string): Step[] => (status === 'normal' ? ['raised', 'explained', 'found'] : status === 'lapsed' ? ['raised'] : [...kSteps])
export const over = (status: string): boolean => ['normal', 'closed', 'lapsed'].includes(status)
export const kOpen = ['open', 'explained', 'violation', 'rectified']

/** Days from `today` to the deadline; below zero it is late. */
export function daysLeft(due: unknown, today: string): number | null {
  const day = Date.parse(`${String(due ?? '')}T00:00:00Z`)
  return Number.isNaN(day) ? null : Math.round((day - Date.parse(`${today}T00:00:00Z`)) / 86_400_000)
}
export interface Evidence { name: string; value: string; name_en?: string; value_en?: string }
/** Name and value in the language of the page; what has no English stands as it was told. */
export const spoken = (one: Evidence, english: boolean): { name: string; value: string } => (english ? { name: one.name_en ?? one.name, value: one.value_en ?? one.value } : { name: one.name, value: one.value })
export const evidenceOf = (value: unknown): Evidence[] => (Array.isArray(value) ? value.filter((one): one is Evidence => !!one && typeof one === 'object' && 'name' in one) : [])
export const light: Record<string, string> = { green: 'success', yellow: 'warning', orange: 'warning', red: 'danger', unknown: 'info' }
