/** The server's stream of events, one for the whole window. The browser reconnects and resumes by itself. */
import { onBeforeUnmount, ref, type Ref } from 'vue'
import { kBase } from '@/api/client'

export interface JobEvent { id: string; state: string; progress: number; message?: string }
export interface ChangedEvent { plugin: string; entity: string; id: string }
/** `resync`: too much was missed to tell it one by one; what is shown is to be read anew. */
export interface Handlers { job?: (event: JobEvent) => void; changed?: (event: ChangedEvent) => void; resync?: () => void }

const live = ref(false)
const listeners = new Set<Handlers>()
let source: EventSource | null = null

/** A failing listener hides the event from none of the others. */
export function deliver(all: Iterable<Handlers>, name: keyof Handlers, text: string): void {
  let event: unknown
  try {
    event = JSON.parse(text || '{}')
  } catch (error) {
    console.warn('unreadable event', name, error)
    return
  }
  for (const one of [...all]) {
    try {
      (one[name] as ((event: unknown) => void) | undefined)?.(event)
    } catch (error) {
      console.error('event handler', name, error)
    }
  }
}

function listen(): void {
  source = new EventSource(`${kBase}/events`)
  source.onopen = () => { live.value = true }
  source.onerror = () => { live.value = false }
  for (const name of ['job', 'changed', 'resync'] as const) source.addEventListener(name, (event) => deliver(listeners, name, (event as MessageEvent<string>).data))
}

export function useEvents(handlers: Handlers): { live: Ref<boolean> } {
  listeners.add(handlers)
  if (!source || source.readyState === EventSource.CLOSED) listen()
  onBeforeUnmount(() => {
    listeners.delete(handlers)
    if (listeners.size) return
    source?.close()
    source = null
    live.value = false
  })
  return { live }
}
