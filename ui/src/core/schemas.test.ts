import { describe, expect, it } from 'vitest'
import type { Schema } from '@/api/types'
import { keyHints, rowHeading, rowTitle } from './schemas'

const schema = { key: ['list_year', 'code', 'edition'], title_field: 'name', fields: [{ name: 'code', type: 'code' }, { name: 'name', type: 'text' }] } as unknown as Schema

describe('what a row is called', () => {
  it('is its title with the code in front', () => {
    expect(rowTitle(schema, { id: '1', code: '2050203', name: 'School' })).toBe('2050203 School')
    expect(rowTitle(schema, { id: '1', code: 'A', name: 'A' })).toBe('A')
    expect(rowTitle(schema, { id: '7' })).toBe('7')
  })
  it('is headed by its key where it has no title', () => {
    const version = { key: ['unit', 'step', 'round_no'], fields: [] } as unknown as Schema
    expect(rowHeading(version, { id: '7', unit: '12', unit__label: 'School', step: 'two_up', step__label: 'Second round', round_no: 2 })).toBe('School · Second round · 2')
    expect(rowHeading(version, { id: '7' })).toBe('7')
    expect(rowHeading(schema, { id: '7', code: 'A', name: 'B' })).toBe('A B')
  })
  it('is told apart by what differs of the key only', () => {
    const row = (list_year: number, edition: number) => ({ code: '2050203', name: 'School', list_year, edition })
    expect(keyHints(schema, [row(2025, 1), row(2026, 1)])).toEqual(['2025', '2026'])
    expect(keyHints(schema, [row(2025, 1), row(2025, 2)])).toEqual(['1', '2'])
    expect(keyHints(schema, [row(2025, 1)])).toEqual([''])
  })
})
