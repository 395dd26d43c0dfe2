import { describe, expect, it } from 'vitest'
import { formatBytes, formatDay, formatTime, toInstant } from './time'

describe('days and instants', () => {
  it('writes a day as each language does', () => {
    expect(formatDay('2026-01-02', 'zh')).toBe('2026-01-02')
    expect(formatDay('2026-01-02', 'en')).toBe('2 Jan 2026')
    expect(formatDay(null, 'zh')).toBe('')
    expect(formatDay('soon', 'zh')).toBe('soon')
  })
  it('writes an instant in the zone of the reader', () => {
    const at = new Date(2026, 0, 2, 3, 4, 5)
    expect(formatTime(at.toISOString(), 'zh')).toBe('2026-01-02 03:04')
    expect(formatTime(at.toISOString(), 'en', true)).toBe('2 Jan 2026 03:04:05')
    expect(formatTime('never', 'zh')).toBe('never')
    expect(formatTime(null, 'zh')).toBe('')
  })
  it('sends nothing for a time that is none', () => {
    expect(toInstant(new Date('2026-01-02T03:04:05.678Z'))).toBe('2026-01-02T03:04:05.678Z')
    expect(toInstant(new Date('x'))).toBeNull()
    expect(toInstant(null)).toBeNull()
  })
})

it('writes sizes with the unit that fits', () => {
  expect(formatBytes(0)).toBe('0 B')
  expect(formatBytes(1536)).toBe('1.5 KB')
  expect(formatBytes(5 * 1024 ** 3)).toBe('5.0 GB')
})
