import { expect, it } from 'vitest'
import { behind, daysLeft, evidenceOf, spoken, stepsOf } from './course'

it('knows how far an alert is', () => {
  expect(behind('open')).toEqual(['raised'])
  expect(behind('rectified')).toEqual(['raised', 'explained', 'found', 'rectified'])
  expect(stepsOf('normal')).toEqual(['raised', 'explained', 'found'])
})
it('counts the days to the deadline', () => expect([daysLeft('2026-07-11', '2026-07-01'), daysLeft('2026-06-30', '2026-07-01'), daysLeft(null, '2026-07-01')]).toEqual([10, -1, null]))
it('takes as evidence what has a name', () => expect(evidenceOf([{ name: 'a', value: '1' }, 3, null])).toEqual([{ name: 'a', value: '1' }]))
it('speaks evidence in the language of the page', () => {
  const one = { name: '情形', value: '失信', name_en: 'circumstance', value_en: 'blacklisted' }
  expect([spoken(one, true), spoken(one, false)]).toEqual([{ name: 'circumstance', value: 'blacklisted' }, { name: '情形', value: '失信' }])
  expect(spoken({ name: '供应商', value: '甲', name_en: 'supplier' }, true)).toEqual({ name: 'supplier', value: '甲' })
})
