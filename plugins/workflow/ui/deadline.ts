/** Deadlines and waiting times in words. */
export interface Words { key: string; values: Record<string, number>; tone: 'info' | 'warning' | 'danger' }

const kDay = 86_400_000
const kChina = 8 * 3_600_000
/** Deadlines are days in China, wherever the reader's clock stands. */
export const todayInChina = (now: number): string => new Date(now + kChina).toISOString().slice(0, 10)

export function deadlineWords(due: string | null | undefined, today: string): Words {
  if (!due) return { key: 'due.none', values: {}, tone: 'info' }
  const days = Math.round((Date.parse(due) - Date.parse(today)) / kDay)
  if (days < 0) return { key: 'due.late', values: { days: -days }, tone: 'danger' }
  if (days === 0) return { key: 'due.today', values: {}, tone: 'warning' }
  if (days === 1) return { key: 'due.tomorrow', values: {}, tone: 'warning' }
  return { key: 'due.in', values: { days }, tone: 'info' }
}

export function spanWords(ms: number): { key: string; values: { count: number } } {
  if (ms < 90 * 60_000) return { key: 'track.minutes', values: { count: Math.max(1, Math.round(ms / 60_000)) } }
  if (ms < 2 * kDay) return { key: 'track.hours', values: { count: Math.round(ms / 3_600_000) } }
  return { key: 'track.days', values: { count: Math.round(ms / kDay) } }
}
