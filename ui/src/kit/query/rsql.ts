/** The filter language of the server: built from, and where it is simple enough read back into, rows of conditions. */

export type Operator = '==' | '!=' | '=lt=' | '=le=' | '=gt=' | '=ge=' | '=in=' | '=out=' | '=null=' | '=q=' | 'prefix'
export interface Condition { field: string; op: Operator; value: string | string[] }
export type Join = 'and' | 'or'

export function quote(value: string): string {
  return /^[A-Za-z0-9_.:@/+-]+$/.test(value) ? value : `"${value.replace(/[\\"*]/g, '\\$&')}"`
}

export function term(condition: Condition): string | null {
  const { field, op, value } = condition
  if (Array.isArray(value) || op === '=in=' || op === '=out=') {
    const values = (Array.isArray(value) ? value : [value]).filter((one) => one !== '')
    if (!values.length) return null
    return `${field}${op === '=out=' ? '=out=' : '=in='}(${values.map(quote).join(',')})`
  }
  if (value === '') return null
  if (op === 'prefix') {
    const quoted = quote(value)
    return `${field}==${quoted.startsWith('"') ? `${quoted.slice(0, -1)}*"` : `${quoted}*`}`
  }
  return `${field}${op}${quote(value)}`
}

export function build(conditions: Condition[], join: Join = 'and'): string {
  return conditions.map(term).filter((one): one is string => one !== null).join(join === 'and' ? ';' : ',')
}

/** Both must hold; an alternative is put in parentheses so that it stays one. */
export function both(...filters: (string | null | undefined)[]): string {
  const present = filters.filter((one): one is string => !!one)
  return present.length < 2 ? present.join('') : present.map((one) => (hasTopLevelOr(one) ? `(${one})` : one)).join(';')
}

function split(text: string, separator: string): string[] {
  const parts: string[] = []
  let depth = 0
  let quoteMark = ''
  let start = 0
  for (let at = 0; at < text.length; at += 1) {
    const c = text[at]
    if (c === '\\') at += 1
    else if (quoteMark) quoteMark = c === quoteMark ? '' : quoteMark
    else if (c === '"' || c === "'") quoteMark = c
    else if (c === '(') depth += 1
    else if (c === ')') depth -= 1
    else if (c === separator && depth === 0) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  parts.push(text.slice(start))
  return parts
}

function hasTopLevelOr(text: string): boolean { return split(text, ',').length > 1 }

interface Literal { text: string; prefix: boolean }

function literal(written: string): Literal | null {
  const trimmed = written.trim()
  const mark = trimmed[0] === '"' || trimmed[0] === "'" ? trimmed[0] : ''
  const body = mark ? trimmed.slice(1, -1) : trimmed
  if (mark && (trimmed.length < 2 || !trimmed.endsWith(mark))) return null
  let text = ''
  let prefix = false
  for (let at = 0; at < body.length; at += 1) {
    prefix = body[at] === '*' && at === body.length - 1
    if (body[at] === '\\') at += 1
    else if (mark && body[at] === mark) return null
    if (!prefix && at < body.length) text += body[at]
  }
  return { text, prefix }
}

const kTerm = /^\s*([A-Za-z_]\w*(?:\.\w+)?)\s*(=lt=|=le=|=gt=|=ge=|=in=|=out=|=null=|=q=|==|!=|<=|>=|<|>)\s*([\s\S]+)$/
const kAlias: Record<string, Operator> = { '<': '=lt=', '<=': '=le=', '>': '=gt=', '>=': '=ge=' }

function readTerm(text: string): Condition | null {
  const match = kTerm.exec(text)
  if (!match) return null
  const op = kAlias[match[2]] ?? (match[2] as Operator)
  if (op === '=in=' || op === '=out=') {
    const list = /^\(([\s\S]*)\)\s*$/.exec(match[3])
    if (!list) return null
    const values = split(list[1], ',').map(literal)
    return values.every((one) => one !== null) ? { field: match[1], op, value: values.map((one) => one!.text) } : null
  }
  const value = literal(match[3])
  if (!value) return null
  return { field: match[1], op: value.prefix && op === '==' ? 'prefix' : op, value: value.text }
}

/** One row per condition when the filter is flat; null when it nests and only its text can be shown. */
export function parse(filter: string): { conditions: Condition[]; join: Join } | null {
  if (!filter.trim()) return { conditions: [], join: 'and' }
  const alternatives = split(filter, ',')
  const together = split(filter, ';')
  if (alternatives.length > 1 && together.length > 1) return null
  const join: Join = alternatives.length > 1 ? 'or' : 'and'
  const conditions = (join === 'or' ? alternatives : together).map((one) => (one.trim().startsWith('(') ? null : readTerm(one)))
  return conditions.every((one) => one !== null) ? { conditions: conditions as Condition[], join } : null
}
