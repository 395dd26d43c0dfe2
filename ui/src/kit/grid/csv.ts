/** Files of comma-separated values as people have them: read whole, their columns matched to the fields of an entity. */
import type { Field } from '@/api/types'

/** Chinese spreadsheets still write GB18030; whatever is no UTF-8 is read as that. */
export function decodeCsv(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('gb18030').decode(bytes)
  }
}

/** Rows of cells; quotes, doubled quotes and line ends inside them as RFC 4180 has it. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let quoted = false
  const source = text.startsWith('\ufeff') ? text.slice(1) : text
  for (let at = 0; at < source.length; at += 1) {
    const c = source[at]!
    if (quoted) {
      if (c !== '"') cell += c
      else if (source[at + 1] === '"') {
        cell += '"'
        at += 1
      } else quoted = false
    } else if (c === '"' && cell === '') quoted = true
    else if (c === ',') {
      row.push(cell)
      cell = ''
    } else if (c === '\n' || c === '\r') {
      if (c === '\r' && source[at + 1] === '\n') at += 1
      rows.push([...row, cell])
      row = []
      cell = ''
    } else cell += c
  }
  if (cell !== '' || row.length) rows.push([...row, cell])
  return rows
}

/** Without what headings carry around the name: a star, a remark in parentheses, spaces and separators. */
const bare = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\(.*\)\s*$/, '').replace(/[\s_:*-]/g, '')

/** The field that a heading names, by its name or its title in either language; null where none does. Each field once. */
export function matchColumns(heads: string[], fields: Field[]): (string | null)[] {
  const taken = new Set<string>()
  return heads.map((head) => {
    const wanted = bare(head)
    const found = fields.find((field) => !taken.has(field.name) && [field.name, field.title.zh, field.title.en].some((name) => bare(name) === wanted))
    if (found) taken.add(found.name)
    return found?.name ?? null
  })
}

/** The same rows under the names of fields; columns that go nowhere are left out. */
export function mapped(rows: string[][], names: (string | null)[]): string[][] {
  const kept = names.flatMap((name, at) => (name ? [{ name, at }] : []))
  return [kept.map((one) => one.name), ...rows.slice(1).map((row) => kept.map((one) => row[one.at] ?? ''))]
}

export function writeCsv(rows: string[][]): string {
  const quoted = (text: string): string => (/[",\r\n]/.test(text) || /^\s|\s$/.test(text) ? `"${text.replace(/"/g, '""')}"` : text)
  return rows.map((row) => row.map(quoted).join(',')).join('\r\n') + '\r\n'
}
