/** A way of looking at a list that a person gave a name: what is looked for, in which order, with which columns. */
import type { Density } from '../table/density'

export type Looked = Partial<Record<'q' | 'filter' | 'state' | 'sort', string>>
export interface SavedView { name: string; looked: Looked; columns: string[] | null; density: Density }

const kMost = 30

/** With `view` in it under its name, in place of an older one of that name; the newest last. */
export function withView(views: SavedView[], view: SavedView): SavedView[] {
  return [...views.filter((one) => one.name !== view.name), view].slice(-kMost)
}
export const withoutView = (views: SavedView[], name: string): SavedView[] => views.filter((one) => one.name !== name)

const plain = (looked: Looked): [string, string][] => Object.entries(looked).filter(([, value]) => !!value).sort() as [string, string][]
/** The view that shows what is shown now, if one does. */
export const currentView = (views: SavedView[], looked: Looked): SavedView | undefined =>
  views.find((one) => JSON.stringify(plain(one.looked)) === JSON.stringify(plain(looked)))

/** What another person's browser needs to show the same: the address with the columns in it. */
export function sharedAddress(base: string, looked: Looked, columns: string[] | null): string {
  const query = new URLSearchParams(plain(looked))
  if (columns?.length) query.set('columns', columns.join(','))
  const tail = query.toString()
  return tail ? `${base}?${tail}` : base
}
