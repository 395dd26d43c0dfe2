import { useSession } from '@/core/session'

/** Whether the signed-in person holds a permission such as `guestbook.entry.sum` anywhere. The server checks every request all the same. */
export const mayDo = (permission: string): boolean => useSession().may(permission)
