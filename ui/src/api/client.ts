/** One door to the server: language, CSRF, problem documents, and one more try after a renewed session. */
import type { Locale, Problem } from './types'

export const kBase = '/api/v1'

export class ProblemError extends Error {
  constructor(readonly problem: Problem, readonly retryAfter: number | null = null) {
    super(problem.detail || problem.title || problem.code)
    this.name = 'ProblemError'
  }
  get status(): number { return this.problem.status }
  get code(): string { return this.problem.code }
}

export interface Surroundings {
  locale(): Locale
  csrf(): string
  /** The session is over. Answers true when the person has signed in again and the request is worth repeating. */
  unauthorised(): Promise<boolean>
}

let surroundings: Surroundings = { locale: () => 'zh', csrf: () => '', unauthorised: () => Promise.resolve(false) }

export function configureClient(given: Surroundings): void { surroundings = given }

export type Query = Record<string, string | number | boolean | null | undefined>

export interface RequestOptions {
  query?: Query
  json?: unknown
  body?: Blob | string
  type?: string
  version?: number
  idempotencyKey?: string
  signal?: AbortSignal
  /** Session routes answer 401 for a wrong password; asking for a new session would be wrong there. */
  anonymous?: boolean
}

export function address(path: string, query: Query = {}): string {
  const pairs = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') pairs.set(name, String(value))
  }
  const tail = pairs.toString()
  return kBase + path + (tail ? `?${tail}` : '')
}

/** A key that names one intended act, so that a repeated send is done once. Works without HTTPS too. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function headersOf(method: string, options: RequestOptions): Headers {
  const headers = new Headers({ 'Accept-Language': surroundings.locale(), Accept: 'application/json, application/problem+json' })
  if (method !== 'GET') headers.set('X-CSRF-Token', surroundings.csrf())
  if (options.json !== undefined) headers.set('Content-Type', 'application/json')
  if (options.type) headers.set('Content-Type', options.type)
  if (options.version !== undefined) headers.set('If-Match', `"${options.version}"`)
  if (options.idempotencyKey) headers.set('Idempotency-Key', options.idempotencyKey)
  return headers
}

export async function problemOf(response: Response): Promise<ProblemError> {
  let problem: Problem = { status: response.status, code: `http.${response.status}` }
  try {
    const read = await response.json() as Partial<Problem>
    if (read && typeof read === 'object') problem = { ...problem, ...read, status: response.status }
  } catch {
    problem.title = response.statusText // not a problem document: a proxy's page, or an empty body
  }
  problem.request_id ??= response.headers.get('X-Request-Id') ?? undefined
  const wait = Number(response.headers.get('Retry-After'))
  return new ProblemError(problem, Number.isFinite(wait) && wait > 0 ? wait : null)
}

/** Sends and answers the raw response; throws ProblemError for anything that is not 2xx. */
export async function send(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
  const once = async (): Promise<Response> => {
    try {
      return await fetch(address(path, options.query), {
        method,
        headers: headersOf(method, options),
        body: options.json !== undefined ? JSON.stringify(options.json) : options.body,
        credentials: 'same-origin',
        cache: 'no-store',
        signal: options.signal,
      })
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') throw error
      throw new ProblemError({ status: 0, code: 'client.network' })
    }
  }
  let response = await once()
  if (response.status === 401 && !options.anonymous && await surroundings.unauthorised()) response = await once()
  if (!response.ok) throw await problemOf(response)
  return response
}

export async function request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(method, path, options)
  if (response.status === 204) return undefined as T
  const text = await response.text()
  return (text ? JSON.parse(text) : undefined) as T
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> => request<T>('GET', path, { query, signal })
export const post = <T>(path: string, json: unknown = {}, query?: Query): Promise<T> => request<T>('POST', path, { json, query })

/** Fetches a file with the session's rights, so that a refusal is shown as a sentence and not saved as a file. */
export async function download(path: string, query: Query, fallbackName: string, progress?: (bytes: number) => void,
                               signal?: AbortSignal): Promise<void> {
  const response = await send('GET', path, { query, signal })
  const parts: BlobPart[] = []
  let received = 0
  const reader = response.body?.getReader()
  while (reader) {
    const { done, value } = await reader.read()
    if (done) break
    parts.push(value)
    received += value.byteLength
    progress?.(received)
  }
  saveAs(new Blob(parts, { type: response.headers.get('Content-Type') ?? 'application/octet-stream' }),
         nameFrom(response.headers.get('Content-Disposition')) ?? fallbackName)
}

export function nameFrom(disposition: string | null): string | null {
  if (!disposition) return null
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)
  if (encoded) {
    try {
      return decodeURIComponent(encoded[1])
    } catch {
      return null // malformed percent signs: the caller's own name is better than a broken one
    }
  }
  return /filename="?([^";]+)"?/i.exec(disposition)?.[1] ?? null
}

export function saveAs(content: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
