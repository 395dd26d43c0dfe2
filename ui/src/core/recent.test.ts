import { expect, it } from 'vitest'
import { withVisit } from './recent'

it('puts the newest first, each page once, and forgets the oldest', () => {
  const first = withVisit([{ path: '/a', title: 'A' }, { path: '/b', title: 'B' }], { path: '/b', title: 'B2' })
  expect(first).toEqual([{ path: '/b', title: 'B2' }, { path: '/a', title: 'A' }])
  const many = Array.from({ length: 20 }, (_, at) => ({ path: `/${at}`, title: '' }))
  expect(withVisit(many, { path: '/new', title: '' })).toHaveLength(12)
})
