import { describe, expect, it } from 'vitest'
import type { Row } from '@onebudget/ui'
import { deviationOf, itemsOf, plain, sumOf, widthOf } from './items'

const line = (item: string, unit: string, saving: string, more: Record<string, unknown> = {}): Row => ({ id: `${item}${unit}`, version: 1, item, unit_of_measure: 'm²', unit_cost: unit, cost: '100.10', saving, ...more }) as Row

describe('items of cost', () => {
  it('holds the same thing side by side, the dearest first, what saves most on top', () => {
    const items = itemsOf([line('Cleaning', '2.00', '0.00'), line('Guarding', '9.00', '5.00'), line('Cleaning', '4.00', '0.10')])
    expect(items.map((one) => one.item)).toEqual(['Guarding', 'Cleaning'])
    expect(items[1]).toMatchObject({ lowest: '2.00', highest: '4.00', cost: '200.20', saving: '0.10' })
    expect(items[1]!.lines.map((one) => one.unit_cost)).toEqual(['4.00', '2.00'])
    expect(widthOf(items[1]!.lines[1]!, items[1]!)).toBe('50%')
  })
  it('adds in fen', () => {
    expect(sumOf([line('A', '1.00', '0.10'), line('B', '1.00', '0.20')], 'saving')).toBe('0.30')
  })
  it('drops zeros that say nothing', () => {
    expect(['1200.000000', '0.500000', '7'].map(plain)).toEqual(['1200', '0.5', '7'])
  })
  it('tells how far from the standard, and nothing without one', () => {
    expect(deviationOf(line('A', '1.00', '0', { unit_standard: '0.80', deviation: '0.25' }))).toBe('+25.0%')
    expect(deviationOf(line('A', '1.00', '0', { unit_standard: '2.00', deviation: '-0.5' }))).toBe('-50.0%')
    expect(deviationOf(line('A', '1.00', '0'))).toBe('')
  })
})
