import { expect, it } from 'vitest'
import { bodyOf, emptyLine, lineOf, missing, shapeOf } from './kinds'

it('asks for what a kind needs', () => {
  const transfer = shapeOf('transfer')!
  const line = emptyLine(transfer)
  expect(missing(transfer, line)).toEqual(['source', 'amount', 'target'])
  expect(missing(transfer, { ...line, source: '1', amount: '1.00', fresh: true, unit: '9' })).toEqual([])
  const adjust = shapeOf('adjust')!
  expect(missing(adjust, { ...emptyLine(adjust), amount: '1.00', source: '1', target: '2' })).toEqual(['target'])
  expect(missing(shapeOf('freeze')!, { ...emptyLine(shapeOf('freeze')!), amount: '1.00', source: '1' })).toEqual([])
})
it('sends a target or the elements of a new one, never both', () => {
  const add = shapeOf('add')!
  const line = { ...emptyLine(add), amount: '5.00', target: '2', unit: '9', functional_class: '2050203' }
  expect(bodyOf(add, line)).toEqual({ amount: '5.00', source: null, target: '2' })
  expect(bodyOf(add, { ...line, fresh: true })).toMatchObject({ target: null, unit: '9', stage: 'executable', functional_class: '2050203' })
  expect(bodyOf(shapeOf('freeze')!, line)).toEqual({ amount: '5.00', source: null, target: null })
})
it('finds the line that a complaint is about', () => expect([lineOf('/lines/2/source'), lineOf('/basis'), lineOf(undefined)]).toEqual([2, 0, 0]))
