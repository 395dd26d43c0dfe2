/** Looks for words in all records that the person may read, a few kinds at a time; what is found is told as it comes. */
import { listRows } from '@/api/records'
import type { Text } from '@/api/types'
import { isAbort } from './errors'
import { rowTitle, schemaOf } from './schemas'

export interface Hit { path: string; title: string; group: Text }
const kEach = 5
const kAtOnce = 4

export async function searchEverywhere(entities: { path: string; title: Text }[], words: string, found: (hits: Hit[]) => void, signal: AbortSignal): Promise<void> {
  const waiting = [...entities]
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next && !signal.aborted; next = waiting.shift()) {
      try {
        const schema = await schemaOf(next.path)
        if (!schema.search?.length) continue
        const page = await listRows(next.path, { q: words, limit: kEach }, signal)
        const { path, title } = next
        if (!signal.aborted && page.items.length) found(page.items.map((row) => ({ path: `${path}/${row.id}`, title: rowTitle(schema, row), group: title })))
      } catch (error) {
        if (!isAbort(error)) console.info('not searched', next.path, error) // one kind that fails must not hide the others
      }
    }
  }
  await Promise.all(Array.from({ length: kAtOnce }, work))
}
