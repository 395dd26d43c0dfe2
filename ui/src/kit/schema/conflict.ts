/** Two people changed one record: which fields both touched, and what a merge of their choices is. */
import { type Values, same } from './form'

export type Side = 'mine' | 'theirs'
/** `clash`: both changed it to different values, so a choice is needed; else `kept` says whose change stands. */
export interface Difference { name: string; base: unknown; mine: unknown; theirs: unknown; clash: boolean; kept: Side }

export function differences(base: Values, mine: Values, theirs: Values): Difference[] {
  const found: Difference[] = []
  for (const name of Object.keys(mine)) {
    const mineChanged = !same(base[name], mine[name])
    const theirsChanged = !same(base[name], theirs[name])
    if (!mineChanged && !theirsChanged) continue
    const clash = mineChanged && theirsChanged && !same(mine[name], theirs[name])
    found.push({ name, base: base[name], mine: mine[name], theirs: theirs[name], clash, kept: mineChanged ? 'mine' : 'theirs' })
  }
  return found
}

/** The values to go on with: clashes by choice, all else by whoever changed it. */
export function merged(theirs: Values, found: Difference[], choices: Record<string, Side>): Values {
  const values = { ...theirs }
  for (const one of found) values[one.name] = (one.clash ? choices[one.name] ?? 'mine' : one.kept) === 'mine' ? one.mine : one.theirs
  return values
}
