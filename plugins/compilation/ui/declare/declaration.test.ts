import { expect, it } from 'vitest'
import { fen, fieldsOf, lineAmount, needed, papersWanted, stepOf, total, yearsOf, yuan } from './declaration'

it('multiplies quantity and price to the fen, half up', () => {
  expect([lineAmount('10', '5000.00'), lineAmount('0.333', '100.00'), lineAmount('', '7.50'), lineAmount('1.5', '0.01'), lineAmount('x', '1.00')].map(yuan)).toEqual(['50000.00', '33.30', '7.50', '0.02', '0.00'])
})
it('adds amounts that no floating point holds', () => {
  expect(yuan(total([fen('9007199254740993.01'), fen('0.02'), fen('')]))).toBe('9007199254740993.03')
  expect(yuan(fen('-0.05'))).toBe('-0.05')
})
it('asks for what the category needs', () => {
  expect(papersWanted({ category: 'specific', is_construction: true })).toEqual(['basis', 'estimate', 'plan', 'feasibility'])
  expect(papersWanted({ category: 'operating' })).toEqual([])
  expect([needed('performance_goal', { category: 'specific' }), needed('performance_goal', { category: 'operating_other' }), needed('location', {})]).toEqual([true, false, false])
  expect(fieldsOf('content', {})).not.toContain('location')
})
it('leads a complaint to the step that asks for the field', () => {
  expect([stepOf('year_amount'), stepOf('papers'), stepOf('contact_phone'), stepOf('unknown')]).toEqual(['money', 'papers', 'basics', 'check'])
})
it('spreads over the years from the budget year to the end', () => {
  expect(yearsOf({ fiscal_year: 2026, end_year: 2028 })).toEqual([2026, 2027, 2028])
  expect(yearsOf({ fiscal_year: 2028, end_year: 2026 })).toEqual([])
})
