/** The base and up to two scenarios beside each other, row by row. */
import type { ScenarioRun } from '../routes'

export interface Sum { code: string; base: string; now: string }
export interface Line extends Sum { project: string; name: string; reason: string }
export type Outcome = ScenarioRun
export interface Side { key: string; name: string; base: string; left: string; right: string; project?: string; reasons: string[] }

/** Keys of either side; what one side does not have stays as the base. */
export function beside(left: (Sum & Partial<Line>)[], right: (Sum & Partial<Line>)[] | null): Side[] {
  const rows = new Map<string, Side>()
  for (const one of left) rows.set(one.project ?? one.code, { key: one.project ?? one.code, name: one.name ?? one.code, base: one.base, left: one.now, right: one.base, project: one.project, reasons: [one.reason ?? ''].filter(Boolean) })
  for (const one of right ?? []) {
    const key = one.project ?? one.code
    const there = rows.get(key)
    if (there) {
      there.right = one.now
      if (one.reason && !there.reasons.includes(one.reason)) there.reasons.push(one.reason)
    } else rows.set(key, { key, name: one.name ?? one.code, base: one.base, left: one.base, right: one.now, project: one.project, reasons: [one.reason ?? ''].filter(Boolean) })
  }
  return [...rows.values()]
}
export const differs = (one: Side): boolean => one.left !== one.base || one.right !== one.base
