/** Who is signed in, what they may do, and the way back in when the session ends in the middle of work. */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { ProblemError } from '@/api/client'
import { closeSession, openSession, readSession } from '@/api/session'
import type { MenuGroup, MenuItem, SessionInfo, ShellPart } from '@/api/types'
import { keepSignedIn, mayBeSignedIn } from './preferences'
import { forgetSchemas } from './schemas'

export const useSession = defineStore('session', () => {
  const info = ref<SessionInfo | null>(null)
  const asked = ref(false)
  /** Set while the dialog "your session has ended" waits for a password; the page underneath keeps its unsaved work. */
  const expired = ref(false)
  let waiting: ((again: boolean) => void)[] = []

  const user = computed(() => info.value?.user ?? null)
  /** Pages of a plugin stand before its lists: they are made for what is done most. */
  const menu = computed<MenuGroup[]>(() => [...(info.value?.menu ?? [])].sort((a, b) => a.order - b.order)
    .map((group) => ({ ...group, items: [...group.items].sort((a, b) => Number(!!b.module) - Number(!!a.module)) })))
  const parts = (place: ShellPart['place']): ShellPart[] => (info.value?.parts ?? []).filter((one) => one.place === place)
  const entities = computed<(MenuItem & { plugin: string })[]>(() =>
    menu.value.filter((group) => group.plugin !== 'system').flatMap((group) => group.items.filter((item) => item.entity).map((item) => ({ ...item, plugin: group.plugin }))))

  async function load(): Promise<boolean> {
    if (asked.value) return info.value !== null
    if (!mayBeSignedIn()) {
      asked.value = true
      return false
    }
    try {
      info.value = await readSession()
    } catch (error) {
      if (!(error instanceof ProblemError) || error.status !== 401) throw error
      info.value = null
    }
    asked.value = true
    keepSignedIn(info.value !== null)
    return info.value !== null
  }

  async function reread(): Promise<void> {
    const read = await readSession()
    info.value = { ...read, csrf: read.csrf || info.value?.csrf || '' }
  }

  async function refresh(): Promise<void> {
    forgetSchemas()
    await reread()
  }

  async function signIn(username: string, password: string): Promise<SessionInfo> {
    const before = info.value?.user.id
    const opened = await openSession(username, password)
    delete opened.token // the cookie carries it; a script has no use for it
    info.value = opened
    asked.value = true
    keepSignedIn(true)
    if (before !== opened.user.id) forgetSchemas()
    if (expired.value) {
      expired.value = false
      const sameUser = before === opened.user.id
      if (sameUser) release(true)
      else window.location.assign('/') // another person: nothing of the first one's page may stay
    }
    return opened
  }

  async function signOut(): Promise<void> {
    try {
      await closeSession()
    } catch (error) {
      if (!(error instanceof ProblemError) || error.status !== 401) throw error
    }
    forget()
  }

  function forget(): void {
    info.value = null
    asked.value = true
    keepSignedIn(false)
    expired.value = false
    forgetSchemas()
    release(false)
  }

  function release(again: boolean): void {
    const all = waiting
    waiting = []
    all.forEach((resolve) => resolve(again))
  }

  /** Called by the client on 401. Resolves when the person has signed in again, or given up. */
  function unauthorised(): Promise<boolean> {
    if (!info.value) return Promise.resolve(false)
    expired.value = true
    return new Promise((resolve) => waiting.push(resolve))
  }

  function may(permission: string): boolean {
    const [plugin] = permission.split('.')
    return (info.value?.permissions ?? []).some((one) => one === permission || one === `${plugin}.*`
      || (one.endsWith('.*') && permission.startsWith(one.slice(0, -1))))
  }

  return { info, user, menu, parts, entities, expired, load, reread, refresh, signIn, signOut, forget, unauthorised, may }
})
