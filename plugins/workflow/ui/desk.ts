/** The routes of the plugin and what they answer. */
import { get, request } from '@onebudget/ui'

export type Box = 'todo' | 'done' | 'started' | 'watched'
export const kBoxes: Box[] = ['todo', 'done', 'started', 'watched']
export interface Granted { name: string; required: boolean }
export interface Item {
  id: string; version: number; case?: string; subject_title?: string; title: string; subject_entity: string; subject_id: string; amount: string | null; step?: string
  state: string; holder?: string | null; due?: string | null; due_assumed?: boolean; opened_at?: string; acted_at?: string | null; started_at?: string; opinion?: string | null
  changed?: boolean; urged?: number | null; escalated?: boolean | null; fields?: Granted[]
}
export interface Counts { todo: number; late: number; returned: number; running: number; watched: number }
export interface Inbox { box: Box; items: Item[]; counts: Counts; truncated: boolean }
export interface Step {
  id: string; version: number; number: number; step: string; title: string; round: number; mode: string; state: string; added: boolean; added_by: string | null
  role: string; office: string | null; holder: string | null; opened_at: string | null; due: string | null; due_assumed: boolean; acted_at: string | null; actor: string | null
  actor_name: string | null; principal_name: string | null; opinion: string | null; wait_ms: number | null; urged: number | null; note: string | null; is_new: boolean; filled: Record<string, unknown> | null
}
export interface Track {
  id: string; version: number; title: string; unit: string; subject_entity: string; subject_id: string; amount: string | null; state: string; starter: string; round: number
  position: number; way: string[][]; started_at: string; seen_at: string | null; watched: boolean; changed: boolean; tasks: Step[]
}
export interface Person { id: string; name: string; post: string; node: string }

export const kRecallMinutes = 10
export const readInbox = (box: Box, limit: number): Promise<Inbox> => get<Inbox>('/workflow/inbox', { box, limit })
export const readTrack = (id: string): Promise<Track> => get<Track>(`/workflow/case/${id}/track`)
export const look = (id: string, watch?: boolean): Promise<unknown> => request('POST', `/workflow/case/${id}/look`, { json: watch === undefined ? {} : { watch } })
export const onStep = (step: { id: string; version: number }, verb: string, json: object): Promise<unknown> =>
  request('POST', `/workflow/step/${step.id}/${verb}`, { json, version: step.version })
export const onCase = (one: { id: string; version: number }, verb: string, json: object): Promise<{ urged?: number }> =>
  request('POST', `/workflow/case/${one.id}/${verb}`, { json, version: one.version })
export const approveAll = (items: Item[], opinion: string): Promise<unknown> =>
  request('POST', '/workflow/batch', { json: { items: items.map(({ id, version }) => ({ step: id, version })), opinion } })
export const colleagues = (query: { step?: string; office?: string }): Promise<{ items: Person[] }> => get('/workflow/colleague', query)
