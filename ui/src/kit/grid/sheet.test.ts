import { expect, it } from 'vitest'
import { kMostRows, Sheet } from './sheet'

it('takes a paste back as one step, and does it again', () => {
  const sheet = new Sheet(3)
  expect(sheet.put([{ row: 0, name: 'a', text: '1' }, { row: 1, name: 'a', text: '2' }])).toBe(2)
  sheet.put([{ row: 0, name: 'a', text: '3' }])
  sheet.undo()
  expect(sheet.rows[0]).toEqual({ a: '1' })
  sheet.undo()
  expect(sheet.filled()).toEqual([])
  expect(sheet.undo()).toBe(false)
  sheet.redo()
  expect(sheet.filled().map(({ at }) => at)).toEqual([0, 1])
  sheet.put([{ row: 2, name: 'b', text: 'x' }])
  expect(sheet.canRedo).toBe(false)
})
it('counts only what changes', () => {
  const sheet = new Sheet(1)
  expect(sheet.put([{ row: 0, name: 'a', text: '' }, { row: 5, name: 'a', text: 'beyond' }])).toBe(0)
  expect(sheet.canUndo).toBe(false)
})
it('undoes two changes of one cell within a step in the right order', () => {
  const sheet = new Sheet(1)
  sheet.put([{ row: 0, name: 'a', text: '1' }, { row: 0, name: 'a', text: '2' }])
  sheet.undo()
  expect(sheet.rows[0]!.a).toBe('')
})
it('grows to the most rows and no further', () => {
  const sheet = new Sheet(10)
  expect(sheet.grow(5)).toBe(false)
  expect(sheet.grow(1e9)).toBe(true)
  expect(sheet.rows).toHaveLength(kMostRows)
})
