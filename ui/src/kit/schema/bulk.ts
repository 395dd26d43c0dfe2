/** What may be done with several rows at once, and what came of it. */
import type { Row, Schema, Transition } from '@/api/types'

export interface BulkAct { name: string; transition?: Transition; rows: Row[] }
export interface BulkFailure { id: string; name: string; sentence: string }

/** A transition from a state to itself carries what a step of an approval fills in; nobody makes it by hand. */
export const byHand = (one: Transition): boolean => one.from.some((state) => state !== one.to)

/** Transitions that the person may do and that fit at least one of the rows; each with the rows that it fits. */
export function bulkTransitions(schema: Schema, rows: Row[]): BulkAct[] {
  const states = schema.states
  if (!states) return []
  return states.transitions.filter((one) => byHand(one) && schema.can.transitions.includes(one.name))
    .map((transition) => ({ name: transition.name, transition, rows: rows.filter((row) => transition.from.includes(String(row[states.field]))) }))
    .filter((act) => act.rows.length > 0)
}

/** One after another, so that the server's rules see each by itself; a refusal stops none of the others. */
export async function eachRow(rows: Row[], act: (row: Row) => Promise<unknown>, told: { progress: (done: number) => void; stopped: () => boolean },
                              fail: (row: Row, error: unknown) => BulkFailure): Promise<{ done: number; failures: BulkFailure[] }> {
  const failures: BulkFailure[] = []
  let done = 0
  for (const [at, row] of rows.entries()) {
    if (told.stopped()) break
    try {
      await act(row)
      done += 1
    } catch (error) {
      failures.push(fail(row, error))
    }
    told.progress(at + 1)
  }
  return { done, failures }
}
