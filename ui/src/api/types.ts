/** Shapes of the server's answers; the words are those of the interface description. */

export type Locale = 'zh' | 'en'
export interface Text { zh: string; en: string }

export type FieldType =
  | 'text' | 'longtext' | 'code' | 'bool' | 'int' | 'decimal' | 'money' | 'ratio' | 'date' | 'time' | 'year'
  | 'enum' | 'ref' | 'org' | 'user' | 'file' | 'json'

export interface EnumValue { code: string; title: Text; color?: string; editable?: boolean }

export interface Field {
  name: string
  type: FieldType
  title: Text
  help?: Text
  group?: string
  list?: boolean
  required?: boolean
  unique?: boolean
  indexed?: boolean
  readonly?: boolean
  immutable?: boolean
  computed?: boolean
  default?: unknown
  mask?: string | null
  encrypted?: boolean
  /** Of its column in a sheet, in pixels; else by type. */
  width?: number
  pattern?: string
  max?: number | string
  min?: number | string
  scale?: number
  precision?: number
  values?: EnumValue[]
  entity?: string
  filter?: string
  kinds?: string[]
}

export interface Transition {
  name: string
  title: Text
  from: string[]
  to: string
  permission: string
  comment?: 'none' | 'optional' | 'required'
  not_maker?: boolean
}

export interface States { field: string; initial: string; values: EnumValue[]; transitions: Transition[] }

export interface Can {
  create: boolean; read: boolean; update: boolean; delete: boolean; import: boolean; export: boolean; transitions: string[]
}

export interface Schema {
  plugin: string
  entity: string
  path: string
  title: Text
  description?: Text
  source?: string
  owner?: string
  key?: string[]
  title_field?: string
  search?: string[]
  history?: boolean
  provenance?: boolean
  fields: Field[]
  groups?: Record<string, Text>
  states?: States
  can: Can
}

export type Row = Record<string, unknown> & { id: string; version: number }
export interface RowCan { update: boolean; delete: boolean; transitions: string[] }
export interface Page<T> { items: T[]; next_cursor: string | null; count?: number }

export interface HistoryEntry {
  version: number
  at: string
  by: string | null
  by_name?: string | null
  action: string
  transition?: string | null
  comment?: string | null
  changes: { field: string; before: unknown; after: unknown }[]
}

export interface FieldError { field?: string; code?: string; message: string; remedy?: string }
export interface Problem {
  type?: string; title?: string; status: number; detail?: string; code: string; request_id?: string; errors?: FieldError[]
}

export interface RowError { line: number; field: string; value: unknown; code: string; message: string; remedy?: string }
export interface ImportReport {
  rows: number; valid: number; invalid: number; created: number; updated: number; dry_run: boolean
  errors: RowError[]; error_total: number; error_report?: string
}

export interface NodeRef { id: string; code: string; name: string; kind: string; gov_level: string }
export interface Scope { role: string; role_title: string; node: NodeRef; reach: string; departments: string[] }
export interface MenuItem { entity?: string; path: string; title: Text; icon?: string | null; group?: string | null; module?: string }
export interface MenuGroup { plugin: string; title: Text; order: number; items: MenuItem[] }
export interface ShellPart { plugin: string; name: string; place: 'bar' | 'record' | 'home'; module: string }
export interface SessionUser { id: string; username: string; display_name: string; must_change_password: boolean }
export interface SessionInfo {
  token?: string; expires_at: string; csrf: string; user: SessionUser; permissions: string[]; scopes: Scope[]; menu: MenuGroup[]; parts?: ShellPart[]
}

export interface OrgNode extends NodeRef {
  parent: string | null; parent_code: string | null; path?: string; valid_from: string | null; valid_to: string | null; version: number; children: number
}

export interface Plugin {
  id: string; version: string; title: Text; description?: Text | string; vendor: string
  state: 'available' | 'enabled' | 'disabled' | 'failed'
  reason: Text | null; remedy?: Text | null
  entities: string[]; permissions: (string | { code: string; title: Text; risk?: string })[]; requires: unknown[]; enabled_at: string | null; calls?: number; failures?: number
  versions?: string[]; previous_version?: string | null; signature?: { state: 'signed' | 'unsigned' | 'refused'; key: string | null }
}
export interface Setting { id: string; plugin: string; key: string; title: Text; type: 'text' | 'int' | 'bool' | 'number' | 'json'; value: unknown; default: unknown; version: number }
export interface Backup { id: string; database?: string; bytes?: number; sm3?: string; created_at?: string | null; ok?: boolean; problem?: Text }
export interface DeadLetter { id: string; receiver: string; topic: string; key: string; at: string; reason: string; attempts: number }
export interface PluginPlan {
  actions: string[]; migrations: string[]; permissions: (string | { code: string; title?: Text; risk?: string })[]
  refusals: { code: string; message: string | Text; remedy?: string | Text }[]
}
export interface User {
  id: string; username: string; display_name: string; phone?: string | null; state: 'active' | 'locked' | 'disabled'
  node?: NodeRef | string | null; last_sign_in?: string | null; must_change_password?: boolean; version?: number
}
export interface Role {
  id: string; code: string; title: Text; permissions: string[]; builtin: boolean; category: string; version?: number
}
export interface Permission { code: string; title: Text; risk: 'low' | 'medium' | 'high' }
export interface Grant {
  id: string; user: string; username: string; role: string; role_code: string; role_title?: Text | null; node: string; node_code: string; node_name: string
  reach: 'self' | 'level' | 'subtree'; departments: string[]; where: string | null; valid_from: string | null; valid_to: string | null
  delegated_by: string | null; revoked?: boolean
}
export interface Explanation { allowed: boolean; grants: string[]; reasons: Text[] }
export interface Job {
  id: string; kind: string; title: string | Text; state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'; progress: number
  message?: string | Text | null; result?: unknown; error?: string | Text | null
  created_at: string; started_at?: string | null; finished_at?: string | null; attempt?: number; owner?: string
}
export interface Schedule { id: string; title: string; cron: string; job: string; next_run: string | null; enabled: boolean }
export interface AuditEntry {
  id: string; seq: number; at: string; actor: string | null; actor_name?: string | null; action: string; subject?: string | null; subject_id?: string | null
  outcome: 'ok' | 'denied' | 'failed'; reason?: string | null; detail?: unknown; ip?: string | null; request_id?: string | null
}
export interface AuditVerdict { ok: boolean; entries: number; sealed: number; unsealed: number; head: string; first_bad: number | null }
export interface Token { id: string; title: string; token?: string; expires_at: string | null; created_at?: string; last_used_at?: string | null; revoked?: boolean }
export interface StoredFile { id: string; name: string; size: number; media_type: string; sm3?: string }
