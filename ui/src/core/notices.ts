/** What happened to the person's own work lately: fed by the server's events while the shell is open, kept until the window is closed. */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { JobEvent } from './events'

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

export const useNotices = defineStore('notices', () => {
  const all = ref<Notice[]>([])
  return {
    all,
    unread: computed(() => all.value.filter((one) => !one.read).length),
    job: (event: JobEvent): void => { all.value = withJob(all.value, event, new Date().toISOString()) },
    readAll: (): void => { all.value = all.value.map((one) => ({ ...one, read: true })) },
  }
})
