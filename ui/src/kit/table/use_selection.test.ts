import { expect, it } from 'vitest'
import { useSelection } from './use_selection'

it('keeps rows of several pages, newest version of each, until cleared', () => {
  const selection = useSelection<{ id: string; version: number }>()
  selection.choose([{ id: '1', version: 1 }, { id: '2', version: 1 }], true)
  selection.choose([{ id: '2', version: 2 }, { id: '3', version: 1 }], true)
  expect(selection.rows.value.map((row) => `${row.id}.${row.version}`)).toEqual(['1.1', '2.2', '3.1'])
  selection.choose([{ id: '1', version: 1 }], false)
  expect([...selection.keys.value]).toEqual(['2', '3'])
  selection.clear()
  expect(selection.rows.value).toEqual([])
})
