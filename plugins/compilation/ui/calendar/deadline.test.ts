import { describe, expect, it } from 'vitest'
import { regionOf, timeLeft } from './deadline'

const at = (text: string): number => Date.parse(`${text}+08:00`)

describe('the time that a step is still open', () => {
  it.each([
    ['2026-12-01T09:00', 'calendar.days', { count: 28 }, 'info'],
    ['2026-12-25T09:00', 'calendar.days', { count: 4 }, 'warning'],
    ['2026-12-28T23:59', 'calendar.days', { count: 1 }, 'warning'],
    ['2026-12-29T00:01', 'calendar.hours', { count: 23 }, 'danger'],
    ['2026-12-29T17:50', 'calendar.hours', { count: 6 }, 'danger'],
    ['2026-12-29T23:50', 'calendar.minutes', { count: 10 }, 'danger'],
    ['2026-12-30T00:00', 'calendar.over', {}, 'danger'],
  ])('at %s', (now, key, values, tone) => {
    expect(timeLeft('2026-12-29', at(now))).toEqual({ key, values, tone })
  })
})

describe('the region of a place', () => {
  it('is the head of its code', () => {
    expect(regionOf('320583000-106001')).toBe('320583000')
    expect(regionOf('320583000')).toBe('320583000')
  })
})
