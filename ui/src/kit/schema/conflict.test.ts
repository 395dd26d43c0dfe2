import { describe, expect, it } from 'vitest'
import { differences, merged } from './conflict'

const base = { name: 'Lab', amount: '10.00', note: null, year: 2026 }

describe('two people and one record', () => {
  it('asks only about fields that both changed differently', () => {
    const found = differences(base, { ...base, name: 'Lab A', year: 2027 }, { ...base, name: 'Lab B', amount: '12.00', year: 2027 })
    expect(found.map((one) => [one.name, one.clash, one.kept])).toEqual([['name', true, 'mine'], ['amount', false, 'theirs'], ['year', false, 'mine']])
  })
  it('takes an empty text and nothing for the same', () => {
    expect(differences(base, { ...base, note: '' }, { ...base })).toEqual([])
  })
  it('keeps what only one of them changed, and clashes by choice', () => {
    const mine = { ...base, name: 'Lab A', note: 'n' }
    const theirs = { ...base, name: 'Lab B', amount: '12.00' }
    const found = differences(base, mine, theirs)
    expect(merged(theirs, found, { name: 'theirs' })).toEqual({ name: 'Lab B', amount: '12.00', note: 'n', year: 2026 })
    expect(merged(theirs, found, {})).toEqual({ name: 'Lab A', amount: '12.00', note: 'n', year: 2026 })
  })
})
