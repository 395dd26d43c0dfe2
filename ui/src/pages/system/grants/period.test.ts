import { describe, expect, it } from 'vitest'
import { inForce, period, startOf } from './period'

const say = (key: string, { first, last }: Record<string, string>): string => `${key} ${first} ${last}`.trim()

describe('the period of a grant', () => {
  it('includes its last day whatever the time zone', () => {
    const from = startOf('2026-03-01')
    const to = startOf('2026-12-31', 1)
    expect(period(from, to, 'zh', say)).toBe('between 2026-03-01 2026-12-31')
    expect(period(from, null, 'en', say)).toBe('since 1 Mar 2026')
    expect(period(null, to, 'zh', say)).toBe('until  2026-12-31')
    expect(period(null, null, 'zh', say)).toBe('always')
  })
  it('goes over the end of a month and of a year', () => {
    expect(new Date(startOf('2026-12-31', 1)!).getTime() - new Date(startOf('2026-12-31')!).getTime()).toBeGreaterThan(22 * 3_600_000)
    expect(new Date(startOf('2026-12-31', 1)!).getFullYear()).toBe(2027)
  })
  it('is future, now or past', () => {
    const now = new Date('2026-06-01T00:00:00Z')
    expect(inForce(null, null, now)).toBe('now')
    expect(inForce('2026-06-02T00:00:00Z', null, now)).toBe('future')
    expect(inForce(null, '2026-06-01T00:00:00Z', now)).toBe('past')
  })
  it('is no instant when no day is given', () => {
    expect(startOf(null)).toBeNull()
    expect(startOf('soon')).toBeNull()
  })
})
