/** How long an open step of the calendar lasts, in words. Steps end with their day in China, wherever the reader's clock stands. */
export interface Left { key: string; values: Record<string, number>; tone: 'info' | 'warning' | 'danger' }

const kMinute = 60_000
const kHour = 60 * kMinute
const kDay = 24 * kHour
const kChina = 8 * kHour
const kSoonDays = 5

export function timeLeft(closesOn: string, now: number): Left {
  const left = Date.parse(closesOn) + kDay - kChina - now
  if (left <= 0) return { key: 'calendar.over', values: {}, tone: 'danger' }
  if (left < kHour) return { key: 'calendar.minutes', values: { count: Math.max(1, Math.floor(left / kMinute)) }, tone: 'danger' }
  if (left < kDay) return { key: 'calendar.hours', values: { count: Math.floor(left / kHour) }, tone: 'danger' }
  const days = Math.floor(left / kDay)
  return { key: 'calendar.days', values: { count: days }, tone: days <= kSoonDays ? 'warning' : 'info' }
}

/** The region of a node's code: "320583000" of "320583000-106001". */
export const regionOf = (code: string): string => code.split('-')[0] ?? ''
