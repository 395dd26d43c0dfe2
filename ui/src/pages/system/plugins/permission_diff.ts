import type { Plugin, PluginPlan, Text } from '@/api/types'

export interface Asked { code: string; title?: Text; risk?: string }
type Listed = Plugin['permissions'][number] | PluginPlan['permissions'][number]
const asked = (one: Listed): Asked => (typeof one === 'string' ? { code: one } : one)
const byCode = (a: Asked, b: Asked): number => a.code.localeCompare(b.code)

/** What another version asks for in addition, and what it asks for no more. */
export function permissionDiff(before: Listed[], after: Listed[]): { more: Asked[]; less: Asked[] } {
  const [was, will] = [before.map(asked), after.map(asked)]
  const absent = (from: Asked[], among: Asked[]): Asked[] => from.filter((one) => !among.some((other) => other.code === one.code)).sort(byCode)
  return { more: absent(will, was), less: absent(was, will) }
}
