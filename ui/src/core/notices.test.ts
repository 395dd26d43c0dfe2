import { expect, it } from 'vitest'
import { keptNotices, withJob } from './notices'

it('tells of a job once, when it ends', () => {
  expect(withJob([], { id: '1', state: 'running', progress: 0.4 }, 'now')).toEqual([])
  const ended = withJob([], { id: '1', state: 'failed', progress: 0.4, message: 'why' }, 'now')
  expect(ended).toEqual([{ id: 'job 1 failed', at: 'now', kind: 'failed', text: 'why', read: false }])
  expect(withJob(ended, { id: '1', state: 'failed', progress: 0.4 }, 'later')).toBe(ended)
  expect(withJob(ended, { id: '2', state: 'done', progress: 1 }, 'later').map((one) => one.id)).toEqual(['job 2 done', 'job 1 failed'])
})
it('keeps those of the same person, and nothing else that stands there', () => {
  const one = { id: 'job 1 done', at: '', kind: 'done' as const, text: '', read: true }
  const text = JSON.stringify({ user: '7', all: [one, null, { kind: 'x' }] })
  expect([keptNotices(text, '7').length, keptNotices(text, '8').length, keptNotices('{', '7').length, keptNotices(null, '7').length]).toEqual([1, 0, 0, 0])
})
