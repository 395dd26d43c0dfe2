import { download, get, post, problemOf, request, type Query } from './client'
import type {
  AuditEntry, AuditVerdict, Backup, DeadLetter, Explanation, Grant, Job, OrgNode, Page, Permission, Plugin, PluginPlan, Role, Schedule, Setting, Text, Token, User,
} from './types'

const one = (kind: string, id: string): string => `/system/${kind}/${encodeURIComponent(id)}`
const list = <T>(kind: string) => (query: Query = {}, signal?: AbortSignal): Promise<Page<T>> => get<Page<T>>(`/system/${kind}`, query, signal)
const remove = (kind: string) => (id: string): Promise<void> => request<void>('DELETE', one(kind, id))
const change = <T>(kind: string) => (id: string, values: object, version?: number): Promise<T> =>
  request<T>('PATCH', one(kind, id), { json: values, version })

export const plugins = {
  list: list<Plugin>('plugin'),
  /** What enabling, or going to the version `to`, would change. */
  plan: (id: string, to?: string): Promise<PluginPlan> => get<PluginPlan>(`${one('plugin', id)}/plan`, { to }),
  upgrade: (id: string, to: string): Promise<Plugin> => post<Plugin>(`${one('plugin', id)}/upgrade`, { to }),
  rollback: (id: string): Promise<Plugin> => post<Plugin>(`${one('plugin', id)}/rollback`),
  upload: (file: Blob): Promise<Plugin> => request<Plugin>('POST', '/system/plugin', { body: file, type: 'application/gzip' }),
  turn: (id: string, to: 'enable' | 'disable'): Promise<Plugin> => post<Plugin>(`${one('plugin', id)}/${to}`),
}
export const users = {
  list: list<User>('user'),
  create: (values: object): Promise<User> => post<User>('/system/user', values),
  change: change<User>('user'),
  resetPassword: (id: string): Promise<{ password: string }> => post(`${one('user', id)}/reset-password`),
}
export const roles = {
  list: list<Role>('role'),
  create: (values: object): Promise<Role> => post<Role>('/system/role', values),
  change: change<Role>('role'),
  remove: remove('role'),
}
export const permissions = { list: list<Permission>('permission') }
export const grants = {
  list: list<Grant>('grant'),
  create: (values: object): Promise<Grant> => post<Grant>('/system/grant', values),
  revoke: remove('grant'),
  explain: (query: Query): Promise<Explanation> => get<Explanation>('/system/grant/explain', query),
}
export const nodes = {
  list: list<OrgNode>('node'),
  read: (id: string): Promise<OrgNode> => get<OrgNode>(one('node', id)),
  create: (values: object): Promise<OrgNode> => post<OrgNode>('/system/node', values),
  change: change<OrgNode>('node'),
}
export const jobs = {
  list: list<Job>('job'),
  cancel: (id: string): Promise<Job> => post<Job>(`${one('job', id)}/cancel`),
  retry: (id: string): Promise<Job> => post<Job>(`${one('job', id)}/retry`),
}
export const schedules = { list: list<Schedule>('schedule') }
export const audit = {
  list: list<AuditEntry>('audit'),
  verify: (): Promise<AuditVerdict> => post<AuditVerdict>('/system/audit/verify'),
}
export const settings = { list: list<Setting>('setting'), change: change<Setting>('setting') }
export const backups = {
  list: list<Backup>('backup'),
  make: (): Promise<{ job: string }> => post<{ job: string }>('/system/backup'),
  verify: (id: string): Promise<Backup> => post<Backup>(`${one('backup', id)}/verify`),
  download: (id: string): Promise<void> => download(`${one('backup', id)}/file`, {}, `onebudget-${id}`),
}
export const deadLetters = { list: list<DeadLetter>('event/dead-letter'), replay: (id: string): Promise<void> => request<void>('POST', `${one('event/dead-letter', id)}/replay`, { json: {} }) }
/** A view of a list as the server keeps it; `query` is ours alone (kit/query/views). */
export interface KeptView {
  id: string; version: number; path: string; title: string; query: Record<string, unknown>; owner_name: string; mine: boolean; role: string | null; node: string | null; node_name: string | null
  default: boolean; can_change: boolean; can_delete: boolean
}
export const keptViews = {
  list: (path: string): Promise<Page<KeptView>> => get<Page<KeptView>>('/system/view', { path }),
  create: (values: object): Promise<KeptView> => post<KeptView>('/system/view', values),
  change: (id: string, version: number, values: object): Promise<KeptView> => request<KeptView>('PATCH', one('view', id), { json: values, version }),
  remove: (id: string, version: number): Promise<void> => request<void>('DELETE', one('view', id), { version }),
}
export interface Preview {
  user: { id: string; username: string; display_name: string }
  grants: (Grant & { in_force: boolean })[]
  entities: { entity: string; path: string; title: Text; public: boolean; can: { read: boolean; create: boolean; update: boolean; delete: boolean; import: boolean; export: boolean; transitions: string[] }
    rows: { count: number; items: Record<string, unknown>[] } | null }[]
}
/** What a person would see: of every entity, or with `entity` its first rows as far as both may see them. */
export const previewOf = (query: Query, signal?: AbortSignal): Promise<Preview> => get<Preview>('/system/grant/preview', query, signal)
export const tokens = {
  list: list<Token>('token'),
  create: (values: object): Promise<Token> => post<Token>('/system/token', values),
  remove: remove('token'),
}

export interface HealthReport { state: string; checks: Record<string, { state: string; reason: Text | string | null }> }
/** Outside the API: the answer of 503 is a report as well. */
export async function readHealth(): Promise<HealthReport> {
  const response = await fetch('/health/ready', { credentials: 'same-origin', cache: 'no-store' })
  if (!response.ok && response.status !== 503) throw await problemOf(response)
  return await response.json() as HealthReport
}
