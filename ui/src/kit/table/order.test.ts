import { expect, it } from 'vitest'
import { moved } from './order'

it('moves one entry and leaves the list it was given as it is', () => {
  const list = ['a', 'b', 'c']
  expect(moved(list, 0, 2)).toEqual(['b', 'c', 'a'])
  expect(moved(list, 2, 1)).toEqual(['a', 'c', 'b'])
  expect(moved(list, 0, -1)).toEqual(list)
  expect(moved(list, 3, 0)).toEqual(list)
  expect(list).toEqual(['a', 'b', 'c'])
})
