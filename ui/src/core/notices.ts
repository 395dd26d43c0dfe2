/** What happened to the person's own work lately: fed by the server's events while the shell is open, kept for the window, also over a reload. */
import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import type { JobEvent } from './events'
import { useSession } from './session'

export interface Notice { id: string; at: string; kind: 'done' | 'failed' | 'cancelled'; text: string; read: boolean }

const kMost = 30
const kEnds = ['done', 'failed', 'cancelled']

/** A job is told of once, when it ends; a repeated event of the same end changes nothing. */
export function withJob(notices: Notice[], event: JobEvent, at: string): Notice[] {
  if (!kEnds.includes(event.state)) return notices
  const id = `job ${event.id} ${event.state}`
  if (notices.some((one) => one.id === id)) return notices
  return [{ id, at, kind: event.state as Notice['kind'], text: event.message ?? '', read: false }, ...notices].slice(0, kMost)
}

const kKey = 'onebudget.notices'
/** Of this window and this person alone; anything else that stands there is no notice. */
export function keptNotices(text: string | null, user: string): Notice[] {
  try {
    const kept = JSON.parse(text ?? 'null') as { user?: string; all?: Notice[] } | null
    return kept?.user === user && Array.isArray(kept.all) ? kept.all.filter((one) => kEnds.includes(one?.kind)).slice(0, kMost) : []
  } catch {
    return []
  }
}

export const useNotices = defineStore('notices', () => {
  const user = useSession().user?.id ?? ''
  const all = ref<Notice[]>(keptNotices(sessionStorage.getItem(kKey), user))
  watch(all, (notices) => {
    try {
      sessionStorage.setItem(kKey, JSON.stringify({ user, all: notices }))
    } catch (error) {
      console.info('notices not kept', error) // private mode or full: they last until a reload
    }
  })
  return {
    all,
    unread: computed(() => all.value.filter((one) => !one.read).length),
    job: (event: JobEvent): void => { all.value = withJob(all.value, event, new Date().toISOString()) },
    clear: (): void => { all.value = [] },
    readAll: (): void => { all.value = all.value.map((one) => ({ ...one, read: true })) },
  }
})
