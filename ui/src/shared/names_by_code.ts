import { listRows } from '@/api/records'
import { mayDo } from './session'

const kAtOnce = 100

/**
 * What codes of an entity are called, read a hundred at a time. Whoever may not read the entity (`permission`), and whatever cannot be
 * read, keeps its code: codes say enough. `filter` narrows the list, such as to the codes of a year.
 */
export async function namesByCode(path: string, codes: Iterable<unknown>, options: { filter?: string; permission?: string; signal?: AbortSignal } = {}): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  const wanted = [...new Set([...codes].map((code) => String(code ?? '')).filter((code) => /^[\w-]+$/.test(code)))]
  if (options.permission && !mayDo(options.permission)) return found
  for (let at = 0; at < wanted.length; at += kAtOnce) {
    const filter = [`code=in=(${wanted.slice(at, at + kAtOnce).join(',')})`, options.filter].filter(Boolean).join(';')
    try {
      for (const row of (await listRows(path, { filter, fields: 'code,name', limit: 500 }, options.signal)).items) found.set(String(row.code), String(row.name ?? ''))
    } catch (error) {
      console.info('names of codes not read', path, error)
      return found
    }
  }
  return found
}
