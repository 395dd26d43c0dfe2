import type { Locale } from '@/api/types'

const kMonths = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const two = (number: number): string => String(number).padStart(2, '0')

/** The day of an instant in the reader's own time zone, as `2026-01-02`. */
export function dayOf(at: Date): string { return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}` }

/** `2026-01-02` as 2026-01-02 (zh) or 2 Jan 2026 (en). */
export function formatDay(value: unknown, locale: Locale): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(String(value ?? ''))
  if (!match) return value ? String(value) : ''
  return locale === 'zh' ? match[0] : `${Number(match[3])} ${kMonths[Number(match[2]) - 1]} ${match[1]}`
}

/** An instant in the reader's own time zone, to the minute (or second). */
export function formatTime(value: unknown, locale: Locale, seconds = false): string {
  if (!value) return ''
  const at = new Date(String(value))
  if (Number.isNaN(at.getTime())) return String(value)
  const day = formatDay(dayOf(at), locale)
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}${seconds ? `:${two(at.getSeconds())}` : ''}`
}

/** `2026-01-02 15:04:05` from a picker, in the reader's zone, as the server's UTC instant. */
export function toInstant(at: Date | null): string | null { return at && !Number.isNaN(at.getTime()) ? at.toISOString() : null }

export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB']
  let size = bytes
  let step = 0
  while (size >= 1024 && step < units.length - 1) {
    size /= 1024
    step += 1
  }
  return `${step === 0 ? size : size.toFixed(1)} ${units[step]}`
}
