import { useSession } from '@/core/session'

/** Whether the signed-in person holds a permission such as `guestbook.entry.sum` anywhere. The server checks every request all the same. */
export const mayDo = (permission: string): boolean => useSession().may(permission)

/** The signed-in person and the places they work for. */
export function me(): { id: string; name: string; nodes: { id: string; code: string; name: string; kind: string }[] } {
  const { user, info } = useSession()
  return { id: user?.id ?? '', name: user?.display_name ?? '', nodes: [...new Map((info?.scopes ?? []).map((scope) => [scope.node.id, scope.node])).values()] }
}
