import { beforeEach, expect, test, vi } from 'vitest'

const asked: string[] = []
const may = vi.fn(() => true)
vi.mock('./session', () => ({ mayDo: () => may() }))
vi.mock('@/api/records', () => ({
  listRows: async (_: string, query: { filter: string }) => {
    asked.push(query.filter)
    if (query.filter.includes('broken')) throw new Error('unreadable')
    return { items: query.filter.match(/\((.*)\)/)![1]!.split(',').map((code) => ({ code, name: `name ${code}` })) }
  },
}))
const { namesByCode } = await import('./names_by_code')
beforeEach(() => { asked.length = 0; may.mockReturnValue(true) })

test('each code is asked for once, a hundred at a time', async () => {
  const codes = Array.from({ length: 150 }, (_, at) => `c${at}`)
  const found = await namesByCode('/x/y', [...codes, ...codes, null, '', 'a b;c'], { filter: 'list_year==2026' })
  expect(found.size).toBe(150)
  expect(found.get('c149')).toBe('name c149')
  expect(asked.length).toBe(2)
  expect(asked.every((filter) => filter.endsWith(';list_year==2026'))).toBe(true)
})
test('who may not read asks nothing, and what cannot be read keeps its code', async () => {
  may.mockReturnValue(false)
  expect((await namesByCode('/x/y', ['a'], { permission: 'x.y.read' })).size).toBe(0)
  expect(asked).toEqual([])
  may.mockReturnValue(true)
  expect((await namesByCode('/x/y', ['broken'])).size).toBe(0)
})
