import { expect, it } from 'vitest'
import type { MenuGroup } from '@/api/types'
import { foldMenu, isAt } from './menu_folds'

const text = (name: string) => ({ zh: name, en: name })
const list = (name: string) => ({ path: `/${name}`, title: text(name), entity: name })
const page = (name: string) => ({ path: `/p/${name}`, title: text(name) })
const many = Array.from({ length: 30 }, (_, at) => list(`standards/code-${at}`))
const menu: MenuGroup[] = [
  { plugin: 'ledger', title: text('ledger'), order: 1, items: [list('ledger/entry'), page('ledger/balance')] },
  { plugin: 'standards', title: text('standards'), order: 2, items: many },
]
const folds = (address: string, chosen = {}, words = '') => foldMenu(menu, address, chosen, words).map((group) => [group.plugin, group.open, group.listsOpen])

it('shows pages first and open, lists folded', () => {
  const [ledger] = foldMenu(menu, '/', {})
  expect(ledger!.pages.map((item) => item.path)).toEqual(['/p/ledger/balance'])
  expect(ledger!.lists.map((item) => item.path)).toEqual(['/ledger/entry'])
  expect(folds('/')).toEqual([['ledger', true, false], ['standards', false, false]])
})
it('opens what holds the address, unless the person closed it', () => {
  expect(folds('/ledger/entry/12')).toEqual([['ledger', true, true], ['standards', false, false]])
  expect(folds('/standards/code-3')[1]).toEqual(['standards', true, false])
  expect(folds('/standards/code-3', { standards: false })[1]).toEqual(['standards', false, false])
})
it('shows everything that is looked for, and a short menu whole', () => {
  expect(foldMenu(menu, '/', { standards: false }, 'CODE-7').map((group) => [group.plugin, group.open, group.pages.length])).toEqual([['standards', true, 1]])
  expect(foldMenu(menu.slice(0, 1), '/', {})[0]).toMatchObject({ open: true, listsOpen: true })
})
it('takes no path for another that only begins alike', () => {
  expect(isAt('/a/b', '/a/b-c')).toBe(false)
  expect(isAt('/a/b', '/a/b/1')).toBe(true)
})
