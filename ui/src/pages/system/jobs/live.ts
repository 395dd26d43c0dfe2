/** Events of jobs put into the rows that are shown. */
import type { Job } from '@/api/types'
import type { JobEvent } from '@/core/events'

const kOver = ['done', 'failed', 'cancelled']
export const over = (state: string): boolean => kOver.includes(state)
export const known = (rows: readonly Job[], id: string): boolean => rows.some((row) => row.id === id)

/**
 * The rows as the latest events have them. An event may come before the list that it belongs to, and may be older than it:
 * progress never runs backwards within one attempt, and what is over stays over.
 */
export function withEvents(rows: readonly Job[], events: ReadonlyMap<string, JobEvent>): Job[] {
  return rows.map((row) => {
    const event = events.get(row.id)
    if (!event || over(row.state) || (row.state === 'running' && event.progress < row.progress)) return row
    return { ...row, state: event.state as Job['state'], progress: event.progress, message: event.message ?? row.message }
  })
}
