/**
 * "@onebudget/ui": what a contributed page shares with the shell at run time. Additions only within major version 1.
 * Texts carry both languages; money is a decimal string in yuan with two digits; ids are opaque strings.
 */
import type { Component, ComputedRef, Ref, ShallowRef } from 'vue'

export interface Text { zh: string; en: string }
export type Locale = 'zh' | 'en'
export type Query = Record<string, string | number | boolean | null | undefined>
export type Row = Record<string, unknown> & { id: string; version: number }
export interface Page<T> { items: T[]; next_cursor: string | null; count?: number }
export interface FieldError { field?: string; code?: string; message: string; remedy?: string }
export interface Problem { type?: string; title?: string; status: number; detail?: string; code: string; request_id?: string; errors?: FieldError[] }
export interface Described { sentence: string; advice: string; requestId: string; code: string; status: number; errors: FieldError[] }
export interface Field { name: string; type: string; title: Text; help?: Text; required?: boolean; readonly?: boolean; values?: { code: string; title: Text }[]; /** Of its column in EntryGrid, in pixels; else by type. */ width?: number; [more: string]: unknown }
export interface Schema { plugin: string; entity: string; path: string; title: Text; fields: Field[]; [more: string]: unknown }

/** Every refusal of the server, and status 0 when it cannot be reached. */
export class ProblemError extends Error {
  readonly problem: Problem
  readonly retryAfter: number | null
  readonly status: number
  readonly code: string
}

/** Requests below /api/v1 with the person's session; an ended session is renewed in place. Throw ProblemError. */
export function get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T>
export function post<T>(path: string, json?: unknown, query?: Query): Promise<T>
export function request<T>(method: string, path: string, options?: {
  query?: Query; json?: unknown; body?: Blob | string; type?: string; version?: number; idempotencyKey?: string; signal?: AbortSignal
}): Promise<T>
/** Fetches and saves a file; `fallbackName` when the answer names none. */
export function download(path: string, query: Query, fallbackName: string, progress?: (bytes: number) => void, signal?: AbortSignal): Promise<void>

/** Records of any entity; `path` such as `/guestbook/entry`. */
export function listRows(path: string, query: Query, signal?: AbortSignal): Promise<Page<Row>>
export function readRow(path: string, id: string): Promise<Row>
export function createRow(path: string, values: object, idempotencyKey: string): Promise<Row>
export function updateRow(path: string, id: string, version: number, values: object): Promise<Row>
export function deleteRow(path: string, id: string, version: number): Promise<void>
export function moveRow(path: string, id: string, version: number, transition: string, comment: string): Promise<Row>
export function readHistory(path: string, id: string, cursor?: string | null): Promise<Page<Record<string, unknown>>>
export function aggregate(path: string, group: string, what: string, filter?: string): Promise<{ items: Record<string, unknown>[] }>
export function schemaOf(path: string): Promise<Schema>
export function entityPath(entity: string, plugin?: string): string
export function rowTitle(schema: Schema, row: Record<string, unknown>): string

/** A key for one intended act: the same content sent again with it is done once. */
export function newKey(): string
/** Rows as a file through the entity's import; dryRun checks only. */
export function importFile(path: string, file: Blob, options: {
  format: 'csv' | 'xlsx' | 'jsonl'; dryRun: boolean; goodRows: boolean; importState: boolean; idempotencyKey?: string
}): Promise<{ rows: number; valid: number; invalid: number; created: number; updated: number; dry_run: boolean
  errors: { line: number; field: string; code: string; message: string; remedy?: string }[] }>

/** The signed-in person and the places they work for. */
export function me(): { id: string; name: string; nodes: { id: string; code: string; name: string; kind: string }[] }

/** Unsent work on this computer, by person, page and record; keepDraft answers false where nothing can be kept. */
export interface Draft { at: string; version: number | null; values: Record<string, unknown>; labels: Record<string, string> }
export function draftKey(user: string, path: string, id: string | null): string
export function readDraft(key: string): Draft | null
export function keepDraft(key: string, draft: Draft): boolean
export function dropDraft(key: string): void

/** From a schema to a form: its fields by group, what stands there at first, what is wrong, what is to be sent. */
export interface FormField { field: Field; required: boolean; locked: boolean; wide: boolean }
export function formGroups(schema: Schema, mode: 'create' | 'edit'): { code: string; fields: FormField[] }[]
export function initialValues(schema: Schema, row: Record<string, unknown> | null): Record<string, unknown>
export function changedNames(values: Record<string, unknown>, original: Record<string, unknown>): string[]
/** A key of the shell's messages with its values, or null. */
export function complain(form: FormField, value: unknown): { key: string; values?: Record<string, string | number> } | null
/** All that is filled in, or with `original` only what differs from it. */
export function payload(values: Record<string, unknown>, original: Record<string, unknown> | null): Record<string, unknown>
/** `/amount` of a refusal as `amount`. */
export function fieldName(pointer: string | undefined): string

/** The reader's language, and a text in it. */
export function locale(): Locale
export function say(text: Text | string | null | undefined): string
/** A page's own texts in the reader's language: `export const useTexts = pageTexts({ zh, en })`, then `const { t } = useTexts()`. */
export function pageTexts(messages: { zh: object; en: object }): () => { t: (key: string, values?: Record<string, unknown>) => string }
/** Whether the signed-in person holds a permission (full code) anywhere; the server checks every request all the same. */
export function mayDo(permission: string): boolean

/** An error in a sentence; shown at the top of the window; a success shown there; a question before an act. */
export function describe(error: unknown): Described
export function tell(error: unknown): void
export function done(message: string): void
export function confirmed(sentence: string, act: string, options?: { warn?: boolean; back?: string }): Promise<boolean>
/** The server's events while the calling component lives. */
export function useEvents(handlers: {
  job?: (event: { id: string; state: string; progress: number; message?: string }) => void
  changed?: (event: { plugin: string; entity: string; id: string }) => void
  /** Too much was missed to tell it one by one: read anew what is shown. */
  resync?: () => void
}): { live: Ref<boolean> }

/** What codes of an entity are called (code → name), read a hundred at a time; whoever may not read it, and what cannot be read, keeps its code. */
export function namesByCode(path: string, codes: Iterable<unknown>, options?: { filter?: string; permission?: string; signal?: AbortSignal }): Promise<Map<string, string>>
/** Loads something and keeps what a page shows about it; a newer run makes an older answer void. */
export function useAsync<T>(load: (signal: AbortSignal) => Promise<T>): { data: ShallowRef<T | null>; error: ShallowRef<unknown>; loading: Ref<boolean>; run: () => Promise<void> }
/** One act at a time: the name of that which runs (empty: none), and the refusal that it met, kept until the next try. Answers whether it was done. */
export function useAct(): { busy: Ref<string>; refused: ShallowRef<unknown>; act: (what: () => Promise<unknown>, name?: string) => Promise<boolean> }

export function formatMoney(value: unknown, unit?: 'yuan' | 'wan' | 'yi'): string
/** Understands full-width digits, thousands separators, 万 and 亿; null when it is no amount. */
export function parseMoney(typed: string): string | null
/** A decimal string as fen (nothing: none), and fen, as routes of plugins answer them, as a decimal string. */
export function fenOf(value: unknown): bigint
export function yuanOf(fen: bigint | number | string): string
export function formatDay(value: unknown, locale: Locale): string
export function formatTime(value: unknown, locale: Locale): string

/** title, crumbs?: {title, to?}[], hint?; default slot: buttons on the right. Sets the window's title: one per page. */
export const PageHead: Component
/** columns: {key, title, right?, sortable?, primary?}[], rows, rowKey, caption, sort?, loading?; slots cell {row, column}, actions {row}. */
export const DataTable: Component
/** Rows chosen over the pages of one list; keys() fits DataTable's `selected`. */
export function useSelection<R extends { id: string }>(): {
  keys: ComputedRef<Set<string>>; rows: ComputedRef<R[]>; choose: (rows: R[], on: boolean) => void; clear: () => void
}
/** Rows of texts with undo: what EntryGrid shows and edits. */
export class Sheet {
  constructor(count: number)
  readonly rows: Record<string, string>[]
  readonly canUndo: boolean
  readonly canRedo: boolean
  grow(count: number): boolean
  put(cells: { row: number; name: string; text: string }[]): number
  undo(): boolean
  redo(): boolean
  filled(): { at: number; row: Record<string, string> }[]
}
export function csvOf(names: string[], rows: Record<string, string>[]): string
/** fields, required (names), locked? (names of columns that are only shown), sheet, unit, faults (Map of "row name" → sentence), label; emits changed; exposes undo, redo, refresh, ownFaults. */
export const EntryGrid: Component
/** entries (of readHistory), schema, more?, loading?; emits more: what changed, from what to what. */
export const HistoryList: Component
/**
 * path, parent (field that points to the record), id, title, hint?, shown (names of fields), edits?, most?, starts?(rows), fixed?; emits loaded(rows),
 * changed(rows); default slot beside the title: lines that hang on a record, listed and edited.
 */
export const LineList: Component
/** path, title, file?, method?: a page of the server in a frame in which nothing runs; printed on its own, or kept as a file. */
export const HtmlReport: Component
/** value, unit?, withUnit?: in the unit that the reader chose. */
export const MoneyText: Component
/** code, values?, tone?, label? */
export const StateTag: Component
/** field, value, label?, plugin?, dense? */
export const FieldValue: Component
/** modelValue, field, plugin?, id?, disabled? */
export const FieldInput: Component
/** id, label, required?, error?, help?; slot: the input. */
export const FormRow: Component
/** modelValue (decimal string or null), id?, disabled?; emits invalid(message | null). */
export const MoneyInput: Component
/** modelValue, search(words) → {value, label, hint?}[], initial?, id?, label?; emits picked(choice | null). */
export const RemotePicker: Component
/** modelValue (file id or null), id?, disabled? */
export const FileInput: Component
/** modelValue (node id or null), kinds?, id? */
export const OrgPicker: Component
/** open, title, confirm, busy?, error?, disabled?; emits cancel, confirm. */
export const FormDialog: Component
/** title, hint? */
export const EmptyState: Component
/** error, retry?; emits retry. */
export const ErrorPanel: Component
/** rows? */
export const SkeletonRows: Component
