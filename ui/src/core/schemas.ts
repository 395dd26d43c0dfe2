/** Schemas are asked for once per session; they change only when a plugin is switched on or off. */
import { entityPath, loadSchema, listRows, readRow } from '@/api/records'
import type { Schema } from '@/api/types'

const kept = new Map<string, Promise<Schema>>()
const labels = new Map<string, Promise<string | null>>()

export function forgetSchemas(): void {
  kept.clear()
  labels.clear()
}

export function schemaOf(path: string): Promise<Schema> {
  let found = kept.get(path)
  if (!found) {
    found = loadSchema(path)
    kept.set(path, found)
    found.catch(() => kept.delete(path))
  }
  return found
}

/** What a row is called: its title, with its code in front where it has one. */
export function rowTitle(schema: Schema, row: Record<string, unknown>): string {
  const title = row[schema.title_field ?? 'name'] ?? row.name
  const code = schema.fields.some((field) => field.name === 'code') ? row.code : null
  return [code, title === code ? null : title].filter(Boolean).map(String).join(' ') || String(row.id ?? '')
}

/** What a row's own page is headed with: what has no title is told by the parts of its key, in words; a bare number tells nobody anything. */
export function rowHeading(schema: Schema, row: Record<string, unknown>): string {
  const title = rowTitle(schema, row)
  if (title !== String(row.id)) return title
  const parts = (schema.key ?? []).map((name) => row[`${name}__label`] ?? row[name]).filter((part) => part !== null && part !== undefined && part !== '')
  return parts.length ? parts.map(String).join(' · ') : title
}

export function labelOf(entity: string, plugin: string, id: string): Promise<string | null> {
  const key = `${plugin}/${entity}/${id}`
  let found = labels.get(key)
  if (!found) {
    const path = entityPath(entity, plugin)
    found = Promise.all([schemaOf(path), readRow(path, id)]).then(([schema, row]) => rowTitle(schema, row))
      .catch(() => null) // not visible to this person: the bare id stays
    labels.set(key, found)
  }
  return found
}

/** What tells rows of the same code apart: the other parts of their key, as far as they differ among what was found. */
export function keyHints(schema: Schema, rows: Record<string, unknown>[]): string[] {
  const parts = (schema.key ?? []).filter((name) => name !== 'code' && name !== schema.title_field && new Set(rows.map((row) => String(row[name] ?? ''))).size > 1)
  return rows.map((row) => parts.map((name) => String(row[name] ?? '')).filter(Boolean).join(' · '))
}

export async function searchRows(entity: string, plugin: string, words: string, filter?: string): Promise<{ value: string; label: string; hint?: string }[]> {
  const path = entityPath(entity, plugin)
  const schema = await schemaOf(path)
  const page = await listRows(path, { q: words.trim() || undefined, filter, limit: 30 })
  const hints = keyHints(schema, page.items)
  return page.items.map((row, at) => ({ value: row.id, label: rowTitle(schema, row), hint: hints[at] || undefined }))
}
