import { describe, expect, it } from 'vitest'
import { deadlineWords, spanWords, todayInChina } from './deadline'
import { yuan, yuanOf } from './values'

describe('deadlines', () => {
  it('are told in days as people count them', () => {
    const key = (due: string | null): string => `${deadlineWords(due, '2026-11-28').key} ${Object.values(deadlineWords(due, '2026-11-28').values).join()}`.trim()
    expect([key(null), key('2026-11-28'), key('2026-11-29'), key('2026-12-02'), key('2026-11-25')]).toEqual(['due.none', 'due.today', 'due.tomorrow', 'due.in 4', 'due.late 3'])
  })
  it('are days in China for readers anywhere', () => {
    expect(todayInChina(Date.parse('2026-11-27T16:30:00Z'))).toBe('2026-11-28')
    expect(todayInChina(Date.parse('2026-11-27T15:59:00Z'))).toBe('2026-11-27')
  })
  it('say a waiting time in the unit that fits', () => {
    expect([spanWords(374), spanWords(5_400_001), spanWords(4 * 86_400_000)].map((one) => `${one.key} ${one.values.count}`)).toEqual(['track.minutes 1', 'track.hours 2', 'track.days 4'])
  })
})
it('tells a sum of fen in yuan without losing one', () => {
  expect([yuanOf(150000001n), yuanOf(5n), yuanOf(-120n), yuan('7.00'), yuan(null)]).toEqual(['1500000.01', '0.05', '-1.20', '7.00', null])
})
