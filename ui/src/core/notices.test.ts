import { expect, it } from 'vitest'
import { withJob } from './notices'

it('tells of a job once, when it ends', () => {
  expect(withJob([], { id: '1', state: 'running', progress: 0.4 }, 'now')).toEqual([])
  const ended = withJob([], { id: '1', state: 'failed', progress: 0.4, message: 'why' }, 'now')
  expect(ended).toEqual([{ id: 'job 1 failed', at: 'now', kind: 'failed', text: 'why', read: false }])
  expect(withJob(ended, { id: '1', state: 'failed', progress: 0.4 }, 'later')).toBe(ended)
  expect(withJob(ended, { id: '2', state: 'done', progress: 1 }, 'later').map((one) => one.id)).toEqual(['job 2 done', 'job 1 failed'])
})
