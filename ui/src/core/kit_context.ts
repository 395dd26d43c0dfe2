/** Connects the kit to this application's requests, language and preferences. */
import { storeToRefs } from 'pinia'
import { nodes, users } from '@/api/system'
import { readFileInfo, uploadFile } from '@/api/records'
import type { Field, OrgNode } from '@/api/types'
import type { Choice, KitContext } from '@/kit/context'
import { describe } from './errors'
import { say } from './i18n'
import { usePreferences } from './preferences'
import { withVisit } from './recent'
import { labelOf, searchRows } from './schemas'
import { useSession } from './session'

async function searchNodes(words: string, kinds?: string[]): Promise<Choice[]> {
  const kind = kinds?.length === 1 ? kinds[0] : undefined
  const page = await nodes.list({ q: words.trim() || undefined, kind, limit: 50 })
  return page.items.filter((node) => !kinds?.length || kinds.includes(node.kind)).slice(0, 30)
    .map((node) => ({ value: node.id, label: `${node.code} ${node.name}` }))
}

async function searchUsers(words: string): Promise<Choice[]> {
  const page = await users.list({ q: words.trim() || undefined, limit: 30 })
  return page.items.map((user) => ({ value: user.id, label: user.display_name, hint: user.username }))
}

const kMostChildren = 1000
const kDeepest = 32

async function childNodes(parent: string): Promise<OrgNode[]> {
  const page = await nodes.list({ parent, limit: kMostChildren })
  return page.items
}

async function nodePath(id: string): Promise<OrgNode[]> {
  const path: OrgNode[] = []
  for (let next: string | null = id; next && path.length < kDeepest; next = path[0].parent) path.unshift(await nodes.read(next))
  return path
}

const names = new Map<string, Promise<string | null>>()

function nameOf(field: Field, plugin: string, id: string): Promise<string | null> {
  if (field.type === 'ref' && field.entity) return labelOf(field.entity, plugin, id)
  if (field.type !== 'org') return Promise.resolve(null) // persons may be looked up by administrators only
  let found = names.get(id)
  if (!found) names.set(id, (found = nodes.read(id).then((node) => node.name, () => null)))
  return found
}

/** Which group of the menu an address belongs to. */
function section(path: string): string {
  const group = useSession().menu.find((one) => one.items.some((item) => path === item.path || path.startsWith(`${item.path}/`)))
  return say(group?.title)
}
function visited(path: string, title: string): void {
  const user = useSession().user?.id
  if (!user || path === '/' || /\/(new|edit|import|entry)$/.test(path)) return
  const preferences = usePreferences()
  preferences.keepRecent(user, withVisit(preferences.recent(user), { path, title }))
}

export function kitContext(): KitContext {
  const { locale, unit } = storeToRefs(usePreferences())
  return { locale, unit, say, searchRows, searchNodes, searchUsers, childNodes, nodePath, nameOf, upload: uploadFile, fileUrl: readFileInfo, section, visited, describe }
}
