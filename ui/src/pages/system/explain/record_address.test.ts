import { expect, it } from 'vitest'
import { recordOf } from './record_address'

it('takes the address bar, a path, or the short form', () => {
  expect(recordOf('https://budget.example.gov/compilation/project/8251?tab=history')).toBe('compilation/project/8251')
  expect(recordOf(' /standards/functional-class/12/edit ')).toBe('standards/functional-class/12')
  expect(recordOf('compilation/project/1')).toBe('compilation/project/1')
})
it('knows what names no record', () => {
  for (const typed of ['', '8251', '/compilation/project', '/compilation/project/new', '/a/b/c/d', 'compilation/project/../../1']) expect(recordOf(typed)).toBeNull()
})
