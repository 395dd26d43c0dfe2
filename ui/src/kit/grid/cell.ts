/** What people type or paste into a cell, as the text that the server's import takes. Nothing is guessed: what is not understood is told. */
import type { Field, Locale } from '@/api/types'
import { type MoneyUnit, parseMoney, scaleDecimal } from '../format/money'
import { writeCsv } from './csv'

/** `text`: what goes to the server; `fault`: a message key with its values. */
export interface Cell { text: string; fault?: string; values?: Record<string, string | number> }

const kMarks = /[\s,，_'’ ]/g
const kUnitShift: Record<MoneyUnit, number> = { yuan: 0, wan: -4, yi: -8 }
/** Most cells of a pasted block: nothing in them has a twin, and an amount is written as it is kept. */
const kAscii = /^[\x20-\x7e]*$/
const kDigits = /^\d{1,18}$/
const kPlainAmount = /^0*(\d{1,16})(?:\.(\d{1,2}))?$/
const kTruth: Record<string, string> = { 是: 'true', 否: 'false', 有: 'true', 无: 'false', yes: 'true', no: 'false', true: 'true', false: 'false', y: 'true', n: 'false', '1': 'true', '0': 'false', '√': 'true', '×': 'false' }

/** Full-width letters and digits as their plain twins. */
const plain = (typed: string): string => (kAscii.test(typed) ? typed : typed.normalize('NFKC')).trim()

function money(typed: string, unit: MoneyUnit): Cell {
  const simple = unit === 'yuan' ? kPlainAmount.exec(typed) : null
  if (simple) return { text: `${simple[1]}.${(simple[2] ?? '').padEnd(2, '0')}` }
  // A unit written in the cell says more than the unit of the sheet.
  const own = /[万亿元圆]|wan|yi|yuan/i.test(typed)
  const shifted = own || unit === 'yuan' ? typed : scaleDecimal(plain(typed).replace(kMarks, ''), kUnitShift[unit], 6) ?? typed
  const amount = parseMoney(shifted.replace(/(\.\d{2,}?)0+$/, '$1'))
  return amount === null ? { text: typed, fault: 'grid.money' } : { text: amount }
}
function whole(typed: string): Cell {
  if (kDigits.test(typed)) return { text: typed }
  const text = plain(typed).replace(kMarks, '').replace(/年度?$/, '').replace(/\.0+$/, '')
  return /^[+-]?\d{1,18}$/.test(text) ? { text } : { text: typed, fault: 'grid.int' }
}
function decimal(typed: string): Cell {
  const text = plain(typed).replace(kMarks, '')
  return /^[+-]?\d+(\.\d+)?$/.test(text) ? { text } : { text: typed, fault: 'grid.decimal' }
}
function ratio(typed: string): Cell {
  const text = plain(typed).replace(kMarks, '')
  const scaled = text.endsWith('%') ? scaleDecimal(text.slice(0, -1), 2, 6) : scaleDecimal(text, 0, 6)
  return scaled === null ? { text: typed, fault: 'grid.ratio' } : { text: scaled.replace(/0+$/, '').replace(/\.$/, '') }
}
function day(typed: string): Cell {
  const match = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(plain(typed)) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(plain(typed))
  if (!match) return { text: typed, fault: 'grid.date' }
  const [year, month, date] = [Number(match[1]), Number(match[2]), Number(match[3])]
  const real = new Date(Date.UTC(year, month - 1, date))
  const exists = real.getUTCMonth() === month - 1 && real.getUTCDate() === date
  return exists ? { text: real.toISOString().slice(0, 10) } : { text: typed, fault: 'grid.date' }
}
const choices = new WeakMap<object, Map<string, string>>()
/** What a value may be called, and its code; of two that are called alike the first. */
function namesOf(values: NonNullable<Field['values']>): Map<string, string> {
  let names = choices.get(values)
  if (!names) {
    choices.set(values, (names = new Map()))
    for (const one of values) for (const name of [one.code, one.title.zh, one.title.en].map((text) => plain(text).toLowerCase())) if (!names.has(name)) names.set(name, one.code)
  }
  return names
}
function choice(field: Field, typed: string): Cell {
  const found = field.values && namesOf(field.values).get(plain(typed).toLowerCase())
  return found === undefined ? { text: typed, fault: 'grid.choice' } : { text: found }
}
export function readCell(field: Field, typed: unknown, unit: MoneyUnit = 'yuan'): Cell {
  const text = typed === null || typed === undefined ? '' : String(typed)
  if (!text.trim()) return { text: '' }
  switch (field.type) {
    case 'money': return money(text, unit)
    case 'int': case 'year': return whole(text)
    case 'decimal': return decimal(text)
    case 'ratio': return ratio(text)
    case 'date': return day(text)
    case 'bool': {
      const found = kTruth[plain(text).toLowerCase()]
      return found ? { text: found } : { text, fault: 'grid.bool' }
    }
    case 'enum': return choice(field, text)
    case 'code': return { text: plain(text) }
    default: {
      const longest = typeof field.max === 'number' && field.type === 'text' ? field.max : null
      const trimmed = text.trim()
      // A character is one or two units: only what has too many units has to be counted.
      if (longest === null || trimmed.length <= longest) return { text: trimmed }
      const length = Array.from(trimmed).length
      return length > longest ? { text, fault: 'form.tooLong', values: { max: longest, length } } : { text: trimmed }
    }
  }
}

/** How a stored text is shown in the cell: an enumeration by its title. */
export function showCell(field: Field, text: string, locale: Locale): string {
  const known = field.type === 'enum' ? field.values?.find((one) => one.code === text) : undefined
  return known ? known.title[locale] : text
}

export const csvOf = (names: string[], rows: Record<string, string>[]): string => writeCsv([names, ...rows.map((row) => names.map((name) => row[name] ?? ''))])
