import { expect, it } from 'vitest'
import type { Suggestion } from '../routes'
import { hundredths, lineOf, points, share } from './weights'

it('adds weights exactly', () => expect([hundredths('15'), hundredths('0.1') + hundredths('0.2'), points(1550), points(9000)]).toEqual([1500, 30, '15.5', '90']))
it('makes a line of a suggestion', () => {
  const one: Suggestion = { indicator: '7', score: 1, reasons: ['x'], code: 'A', name: 'n', industry: 'general', first_level: 'output', second_level: 'quantity', nature: 'at_least', formula: 'f', unit_of_measure: '%', data_source: 'd', benchmark: null, benchmark_kind: 'none' }
  expect(lineOf(one, 3)).toMatchObject({ line_no: 3, indicator: '7', target: null })
})
it('tells the share reached', () => expect([share('9.00', '15'), share('1', '0')]).toEqual([60, 0]))
