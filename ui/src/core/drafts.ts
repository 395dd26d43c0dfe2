/** Unsent work of one person on this computer: it outlives a closed window, a dead battery and an ended session. */
import type { Values } from '@/kit/schema/form'

export interface Draft { at: string; version: number | null; values: Values; labels: Record<string, string> }
export interface Shelf { getItem(key: string): string | null; setItem(key: string, value: string): void; removeItem(key: string): void; keys(): string[] }

const kPrefix = 'onebudget.draft.'
const kOldDays = 30

const browserShelf: Shelf = {
  getItem: (key) => localStorage.getItem(key),
  setItem: (key, value) => localStorage.setItem(key, value),
  removeItem: (key) => localStorage.removeItem(key),
  keys: () => Object.keys(localStorage),
}
export const draftKey = (user: string, path: string, id: string | null): string => `${kPrefix}${user}.${path}.${id ?? 'new'}`

export function readDraft(key: string, shelf: Shelf = browserShelf): Draft | null {
  try {
    const found = JSON.parse(shelf.getItem(key) ?? 'null') as Draft | null
    return found && typeof found === 'object' && found.values ? found : null
  } catch {
    return null // storage switched off, or written by something else: there is no draft
  }
}
/** Answers whether it is kept: a full or forbidden storage must not end the work itself. */
export function keepDraft(key: string, draft: Draft, shelf: Shelf = browserShelf): boolean {
  try {
    shelf.setItem(key, JSON.stringify(draft))
    return true
  } catch {
    return false
  }
}
export function dropDraft(key: string, shelf: Shelf = browserShelf): void {
  try {
    shelf.removeItem(key)
  } catch (error) {
    console.info('draft not removed', error) // storage is switched off: nothing was kept either
  }
}
export function dropOldDrafts(now: Date, shelf: Shelf = browserShelf): void {
  const oldest = new Date(now.getTime() - kOldDays * 86_400_000).toISOString()
  for (const key of shelf.keys()) {
    if (key.startsWith(kPrefix) && (readDraft(key, shelf)?.at ?? '') < oldest) dropDraft(key, shelf)
  }
}
