/** Periods as people say them: whole days, the last one included. The server keeps instants, the end excluded. */
import type { Locale } from '@/api/types'
import { dayOf, formatDay } from '@/kit/format/time'

const kDay = /^(\d{4})-(\d{2})-(\d{2})$/

/** The first instant of a day in the reader's zone, `add` days later. */
export function startOf(day: string | null, add = 0): string | null {
  const match = kDay.exec(day ?? '')
  return match ? new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3]) + add).toISOString() : null
}

type Say = (key: 'always' | 'since' | 'until' | 'between', values: Record<string, string>) => string

export function period(from: string | null, to: string | null, locale: Locale, say: Say): string {
  const first = from ? formatDay(dayOf(new Date(from)), locale) : ''
  const last = to ? formatDay(dayOf(new Date(new Date(to).getTime() - 1)), locale) : '' // an end at midnight means the day before was the last
  return say(first && last ? 'between' : first ? 'since' : last ? 'until' : 'always', { first, last })
}

export function inForce(from: string | null, to: string | null, now: Date): 'future' | 'now' | 'past' {
  if (to && new Date(to) <= now) return 'past'
  return from && new Date(from) > now ? 'future' : 'now'
}
