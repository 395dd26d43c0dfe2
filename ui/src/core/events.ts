/** The server's stream of events while a page wants it. The browser reconnects and resumes by itself. */
import { onBeforeUnmount, ref, type Ref } from 'vue'
import { kBase } from '@/api/client'

export interface JobEvent { id: string; state: string; progress: number; message?: string }
export interface ChangedEvent { plugin: string; entity: string; id: string }
export interface Handlers { job?: (event: JobEvent) => void; changed?: (event: ChangedEvent) => void }

export function useEvents(handlers: Handlers): { live: Ref<boolean> } {
  const live = ref(false)
  const source = new EventSource(`${kBase}/events`)
  const listen = <T>(name: string, handler?: (event: T) => void): void => {
    if (!handler) return
    source.addEventListener(name, (event) => {
      try {
        handler(JSON.parse((event as MessageEvent<string>).data) as T)
      } catch (error) {
        console.warn('unreadable event', name, error)
      }
    })
  }
  source.onopen = () => { live.value = true }
  source.onerror = () => { live.value = false }
  listen('job', handlers.job)
  listen('changed', handlers.changed)
  onBeforeUnmount(() => source.close())
  return { live }
}
