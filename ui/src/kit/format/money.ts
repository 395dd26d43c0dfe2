/** Amounts stay decimal strings from end to end: no binary fraction ever touches money. */
import type { Locale } from '@/api/types'

export type MoneyUnit = 'yuan' | 'wan' | 'yi'

const kShift: Record<MoneyUnit, number> = { yuan: 0, wan: 4, yi: 8 }
const kDigits: Record<MoneyUnit, number> = { yuan: 2, wan: 2, yi: 4 }

interface Parts { negative: boolean; whole: string; fraction: string }

function partsOf(text: string): Parts | null {
  const match = /^([+-]?)(\d+)(?:\.(\d*))?$/.exec(text.trim())
  if (!match) return null
  return { negative: match[1] === '-', whole: match[2], fraction: match[3] ?? '' }
}

function grouped(digits: string): string { return digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',') }

/** Rounds half away from zero to `digits` places after moving the point `shift` places to the left. */
export function scaleDecimal(text: string, shift: number, digits: number): string | null {
  const parts = partsOf(text)
  if (!parts) return null
  const places = parts.fraction.length + shift
  let units = BigInt(parts.whole + parts.fraction)
  if (places > digits) {
    const divisor = 10n ** BigInt(places - digits)
    units = (units + divisor / 2n) / divisor
  } else {
    units *= 10n ** BigInt(digits - places)
  }
  const plain = units.toString().padStart(digits + 1, '0')
  const whole = digits ? plain.slice(0, -digits) : plain
  const fraction = digits ? `.${plain.slice(-digits)}` : ''
  return `${parts.negative && units !== 0n ? '-' : ''}${whole}${fraction}`
}

export function groupDecimal(text: string): string {
  const parts = partsOf(text)
  if (!parts) return text
  return `${parts.negative ? '-' : ''}${grouped(parts.whole)}${parts.fraction ? `.${parts.fraction}` : ''}`
}

/** `"1234567.89"` as people write it: 1,234,567.89 元, 123.46 万元, 0.0123 亿元. The unit itself is not appended. */
export function formatMoney(value: unknown, unit: MoneyUnit = 'yuan'): string {
  if (value === null || value === undefined || value === '') return ''
  const scaled = scaleDecimal(String(value), kShift[unit], kDigits[unit])
  return scaled === null ? String(value) : groupDecimal(scaled)
}

export function unitName(unit: MoneyUnit, locale: Locale): string {
  const names: Record<MoneyUnit, [string, string]> = { yuan: ['元', 'CNY'], wan: ['万元', '10k CNY'], yi: ['亿元', '100m CNY'] }
  return names[unit][locale === 'zh' ? 0 : 1]
}

const kWords: [RegExp, number][] = [[/(亿元?|yi)$/i, 8], [/(万元?|wan|w)$/i, 4], [/(元|圆|yuan|cny|rmb)$/i, 0]]

/**
 * What a person typed or pasted as the server's decimal string with two digits: full-width digits, thousands separators,
 * "¥", "万", "亿" are understood. Null when it is no amount or would lose part of a cent.
 */
export function parseMoney(typed: string): string | null {
  let text = typed.normalize('NFKC').replace(/[\s,_'¥$]/g, '').replace(/^−/, '-').replace(/[。]/g, '.')
  if (!text) return null
  let shift = 0
  for (const [pattern, places] of kWords) {
    if (pattern.test(text)) {
      shift = places
      text = text.replace(pattern, '')
      break
    }
  }
  if (text.startsWith('(') && text.endsWith(')')) text = `-${text.slice(1, -1)}`
  const parts = partsOf(text)
  if (!parts) return null
  const padded = parts.fraction.padEnd(shift, '0')
  const whole = (parts.whole + padded.slice(0, shift)).replace(/^0+(?=\d)/, '')
  const rest = padded.slice(shift).replace(/0+$/, '')
  if (rest.length > 2 || whole.length > 16) return null
  const plain = `${whole}.${rest.padEnd(2, '0')}`
  return parts.negative && /[1-9]/.test(plain) ? `-${plain}` : plain
}

/** A short reading aid under an input: 1,234.57 万元 or 12.3457 亿元; empty below ten thousand. */
export function moneyHint(value: string | null, locale: Locale): string {
  const parts = value ? partsOf(value) : null
  if (!parts) return ''
  const length = parts.whole.replace(/^0+/, '').length
  if (length < 5) return ''
  const unit: MoneyUnit = length >= 9 ? 'yi' : 'wan'
  return `≈ ${formatMoney(value, unit)} ${unitName(unit, locale)}`
}

/** A decimal string as fen; nothing, and what is no amount, as none. */
export function fenOf(value: unknown): bigint {
  const scaled = value === null || value === undefined || value === '' ? null : scaleDecimal(String(value), 0, 2)
  return scaled === null ? 0n : BigInt(scaled.replace('.', ''))
}
/** Fen, as routes of plugins answer them, as the decimal string that is shown. */
export function yuanOf(fen: bigint | number | string): string {
  const digits = String(fen).replace('-', '').padStart(3, '0')
  return `${String(fen).startsWith('-') ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}
