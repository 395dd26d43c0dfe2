import { expect, it } from 'vitest'
import type { Job } from '@/api/types'
import type { JobEvent } from '@/core/events'
import { known, over, withEvents } from './live'

const job = (id: string, progress: number, state: Job['state'] = 'running'): Job =>
  ({ id, kind: 'a.b', title: 'T', state, progress, created_at: '2026-01-01T00:00:00.000Z' })
const events = (...all: JobEvent[]): Map<string, JobEvent> => new Map(all.map((one) => [one.id, one]))

it('moves the one row that an event is about', () => {
  const rows = [job('1', 0.1), job('2', 0.2)]
  const next = withEvents(rows, events({ id: '2', state: 'running', progress: 0.6, message: 'half' }))
  expect(next.map((row) => row.progress)).toEqual([0.1, 0.6])
  expect(next[1].message).toBe('half')
  expect(next[0]).toBe(rows[0])
})
it('starts a row that waits', () => {
  expect(withEvents([job('1', 0, 'waiting')], events({ id: '1', state: 'running', progress: 0 }))[0].state).toBe('running')
})
it('does not go back on a late event, nor wake what is over', () => {
  const late = events({ id: '1', state: 'running', progress: 0.3 })
  expect(withEvents([job('1', 0.8)], late)[0].progress).toBe(0.8)
  expect(withEvents([job('1', 0.2, 'cancelled')], late)[0]).toMatchObject({ state: 'cancelled', progress: 0.2 })
})
it('tells a row it knows from one it does not, and an end from a beginning', () => {
  expect(known([job('1', 0)], '2')).toBe(false)
  expect(known([job('1', 0)], '1')).toBe(true)
  expect([over('failed'), over('running'), over('waiting')]).toEqual([true, false, false])
})
