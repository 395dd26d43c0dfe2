/** Records of any entity: nothing here knows one from another. */
import { download, get, newKey, request, saveAs, send, type Query } from './client'
import type { HistoryEntry, ImportReport, Page, Row, RowCan, Schema, StoredFile } from './types'

export interface ListQuery {
  filter?: string; sort?: string; q?: string; limit?: number; cursor?: string | null; fields?: string; expand?: string; count?: 'exact'
}
export type SingleRow = Row & { _can?: RowCan }
export type Format = 'csv' | 'xlsx' | 'jsonl'

export const loadSchema = (path: string): Promise<Schema> => get<Schema>(`${path}/schema`)

export const listRows = (path: string, query: ListQuery, signal?: AbortSignal): Promise<Page<Row>> =>
  get<Page<Row>>(path, { ...query }, signal)

export const countRows = (path: string, query: Pick<ListQuery, 'filter' | 'q'>, signal?: AbortSignal): Promise<number | null> =>
  get<Page<Row>>(path, { ...query, limit: 1, count: 'exact' }, signal).then((page) => page.count ?? null)

export const readRow = (path: string, id: string): Promise<SingleRow> =>
  get<SingleRow>(`${path}/${encodeURIComponent(id)}`, { expand: 'labels' })

export const createRow = (path: string, values: object, idempotencyKey: string): Promise<Row> =>
  request<Row>('POST', path, { json: values, idempotencyKey })

export const updateRow = (path: string, id: string, version: number, values: object): Promise<Row> =>
  request<Row>('PATCH', `${path}/${encodeURIComponent(id)}`, { json: values, version })

export const deleteRow = (path: string, id: string, version: number): Promise<void> =>
  request<void>('DELETE', `${path}/${encodeURIComponent(id)}`, { version })

export const moveRow = (path: string, id: string, version: number, transition: string, comment: string): Promise<Row> =>
  request<Row>('POST', `${path}/${encodeURIComponent(id)}/transitions/${transition.replace(/_/g, '-')}`,
               { json: comment ? { comment } : {}, version, idempotencyKey: newKey() })

export const readHistory = (path: string, id: string, cursor?: string | null): Promise<Page<HistoryEntry>> =>
  get<Page<HistoryEntry>>(`${path}/${encodeURIComponent(id)}/history`, { cursor })

export const aggregate = (path: string, group: string, what: string, filter?: string): Promise<{ items: Record<string, unknown>[] }> =>
  get(`${path}/aggregate`, { group, aggregate: what, filter })

/** Sums over everything that is looked for, by field; nothing when no field is named. */
export async function totalsOf(path: string, names: string[], query: Pick<ListQuery, 'filter' | 'q'>): Promise<Record<string, string>> {
  if (!names.length) return {}
  const answer = await get<{ items: Record<string, unknown>[] }>(`${path}/aggregate`, { aggregate: names.map((name) => `sum:${name}`).join(','), ...query })
  const found = answer.items[0] ?? {}
  return Object.fromEntries(names.filter((name) => found[`sum_${name}`] !== null && found[`sum_${name}`] !== undefined).map((name) => [name, String(found[`sum_${name}`])]))
}

const kMediaTypes: Record<Format, string> = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  jsonl: 'application/x-ndjson',
}

export interface ImportOptions { format: Format; dryRun: boolean; goodRows: boolean; importState: boolean; idempotencyKey?: string }

export const importFile = (path: string, file: Blob, options: ImportOptions): Promise<ImportReport> =>
  request<ImportReport>('POST', `${path}/import`, {
    query: { format: options.format, dry_run: options.dryRun, good_rows: options.goodRows, import_state: options.importState || undefined },
    body: file, type: kMediaTypes[options.format], idempotencyKey: options.dryRun ? undefined : options.idempotencyKey,
  })

/** The same file back with what is wrong said beside each wrong row; nothing is changed. */
export async function importReport(path: string, file: Blob, format: Format, name: string): Promise<void> {
  const response = await send('POST', `${path}/import`, { query: { format, dry_run: true, report: 'xlsx' }, body: file, type: kMediaTypes[format] })
  saveAs(await response.blob(), name)
}

export const downloadTemplate = (path: string, format: 'csv' | 'xlsx', name: string): Promise<void> =>
  download(`${path}/import/template`, { format }, name)

export const exportRows = (path: string, query: Query, name: string, progress: (bytes: number) => void, signal: AbortSignal): Promise<void> =>
  download(`${path}/export`, query, name, progress, signal)

export const uploadFile = (file: File): Promise<StoredFile> =>
  request<StoredFile>('POST', '/system/file', { query: { name: file.name }, body: file, type: file.type || 'application/octet-stream' })

export const readFileInfo = (id: string): string => `/api/v1/system/file/${encodeURIComponent(id)}`

/** `standards.functional_class` (or a name in the same plugin) as the path of its records. */
export function entityPath(entity: string, plugin = ''): string {
  const [owner, name] = entity.includes('.') ? entity.split('.', 2) : [plugin, entity]
  return `/${owner}/${name.replace(/_/g, '-')}`
}

