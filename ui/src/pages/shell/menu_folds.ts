/** What of the menu stands open: people's pages do, plain lists wait in a fold until they are asked for, unless the whole menu is short. */
import type { MenuGroup, MenuItem } from '@/api/types'

/** A menu with at most so many entries is shown whole. */
export const kShortMenu = 24

export interface FoldedGroup { plugin: string; title: MenuGroup['title']; pages: MenuItem[]; lists: MenuItem[]; open: boolean; listsOpen: boolean }

export const isAt = (path: string, address: string): boolean => address === path || address.startsWith(`${path}/`)

/** `chosen`: what the person opened or closed, by "<plugin>" and "<plugin>/lists"; what holds `address` is open unless they closed it. */
export function foldMenu(menu: readonly MenuGroup[], address: string, chosen: Readonly<Record<string, boolean>>, words = ''): FoldedGroup[] {
  const wanted = words.trim().toLowerCase()
  const short = menu.reduce((count, group) => count + group.items.length, 0) <= kShortMenu
  return menu.map((group) => {
    const found = group.items.filter((item) => !wanted || `${item.title.zh} ${item.title.en}`.toLowerCase().includes(wanted))
    const own = found.filter((item) => !item.entity)
    const pages = own.length ? own : found, lists = own.length ? found.filter((item) => item.entity) : []
    const holds = (items: MenuItem[]): boolean => items.some((item) => isAt(item.path, address))
    const open = (key: string, items: MenuItem[], otherwise: boolean): boolean => Boolean(wanted) || (chosen[key] ?? (short || otherwise || holds(items)))
    return {
      plugin: group.plugin, title: group.title, pages, lists,
      open: open(group.plugin, found, own.length > 0), listsOpen: open(`${group.plugin}/lists`, lists, false),
    }
  }).filter((group) => group.pages.length)
}
