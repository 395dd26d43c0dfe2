/** A way of looking at a list that a person gave a name: what is looked for, in which order, with which columns. */
import type { Density } from '../table/density'

export type Looked = Partial<Record<'q' | 'filter' | 'state' | 'sort', string>>
/** `kept`: where the server keeps it; without it the view lives in this browser alone. */
export interface SavedView { name: string; looked: Looked; columns: string[] | null; density: Density; kept?: Kept }
export interface Kept { id: string; version: number; mine: boolean; role: string | null; owner: string; start: boolean; removable: boolean }

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

const kLooked = ['q', 'filter', 'state', 'sort'] as const
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
/** What the server keeps of a view, and a view from what it kept: whatever does not fit is left out. */
export const viewBody = (view: SavedView): Record<string, unknown> => ({ looked: view.looked, columns: view.columns, density: view.density })
/** The columns that a kept view names; null = as the list's author has them. */
export const columnsIn = (body: Record<string, unknown>): string[] | null =>
  (Array.isArray(body.columns) ? body.columns.filter((one): one is string => typeof one === 'string') : null)
export function viewFrom(name: string, body: Record<string, unknown>, kept: Kept): SavedView {
  const given = (body.looked ?? {}) as Record<string, unknown>
  const looked = Object.fromEntries(kLooked.map((one) => [one, text(given[one])]).filter(([, value]) => value)) as Looked
  return { name, looked, columns: columnsIn(body), density: body.density === 'compact' || body.density === 'spacious' ? body.density : 'comfortable', kept }
}
/** The view that a list opens with: one's own before a shared one. */
export const startView = (views: SavedView[]): SavedView | undefined => views.find((one) => one.kept?.start && one.kept.mine) ?? views.find((one) => one.kept?.start)
