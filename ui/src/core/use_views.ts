/**
 * The views of one list, one's own and those shared with one's role, and the columns that a person last chose: kept by the server, so that
 * they are the same at every computer; by the browser alone where the server keeps none.
 */
import { ref, type Ref } from 'vue'
import { ProblemError } from '@/api/client'
import { type KeptView, keptViews } from '@/api/system'
import { columnsIn, type SavedView, viewBody, viewFrom, withoutView, withView } from '@/kit/query/views'
import { usePreferences } from './preferences'
import { useSession } from './session'

const fromServer = (one: KeptView): SavedView =>
  viewFrom(one.title, one.query, { id: one.id, version: one.version, mine: one.mine, role: one.role, owner: one.owner_name, start: one.default, removable: one.can_delete })

export interface Views {
  all: Ref<SavedView[]>
  /** Whether views are kept by the server, so that they can be shared with a role. */
  kept: Ref<boolean>
  /** The columns as this person arranged them last; null = as the list's author has them. */
  columns: Ref<string[] | null>
  load: () => Promise<void>
  keepColumns: (names: string[] | null) => Promise<void>
  keep: (view: SavedView, role: string | null, start: boolean) => Promise<void>
  drop: (view: SavedView) => Promise<void>
}

export function useViews(user: string, path: string): Views {
  const preferences = usePreferences()
  const session = useSession()
  const all = ref(preferences.views(user, path))
  const kept = ref(false)
  const columns = ref(preferences.columns(user, path))
  /** The view without a title: how the list was left. */
  let left: KeptView | undefined
  async function load(): Promise<void> {
    try {
      const { items } = await keptViews.list(path)
      const own = items.filter((one) => one.title).map(fromServer)
      kept.value = true
      left = items.find((one) => one.mine && !one.title)
      if (left) columns.value = columnsIn(left.query)
      // What this browser kept before stays until it is kept anew under its name.
      all.value = [...preferences.views(user, path).filter((one) => !own.some((other) => other.name === one.name)), ...own]
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      console.info('views are kept by this browser alone', error.code) // an older server; the list stands without them
    }
  }
  async function keepColumns(names: string[] | null): Promise<void> {
    columns.value = names
    preferences.keepColumns(user, path, names)
    if (!kept.value) return
    const query = { columns: names }
    left = left ? await keptViews.change(left.id, left.version, { query }) : await keptViews.create({ path, query })
  }
  async function keep(view: SavedView, role: string | null, start: boolean): Promise<void> {
    if (!kept.value) {
      all.value = withView(all.value, view)
      preferences.keepViews(user, path, all.value)
      return
    }
    const before = all.value.find((one) => one.name === view.name && one.kept?.mine)?.kept
    // Shared where one holds the role, and below: nobody may share with all the world.
    const node = session.info?.scopes.find((one) => one.role === role)?.node.id
    const values = { title: view.name, query: viewBody(view), role, default: start, ...(role && node ? { node } : {}) }
    if (before) await keptViews.change(before.id, before.version, values)
    else await keptViews.create({ path, ...values, ...(role ? {} : { role: undefined }) })
    preferences.keepViews(user, path, withoutView(preferences.views(user, path), view.name))
    await load()
  }
  async function drop(view: SavedView): Promise<void> {
    if (view.kept) {
      await keptViews.remove(view.kept.id, view.kept.version)
      await load()
      return
    }
    preferences.keepViews(user, path, withoutView(preferences.views(user, path), view.name))
    all.value = withoutView(all.value, view.name)
  }
  return { all, kept, columns, load, keepColumns, keep, drop }
}
