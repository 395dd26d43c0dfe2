import { expect, it } from 'vitest'
import { asked, byLevel, keepable, notRun } from './rules'

const hit = (rule: string, level: 'red' | 'blue' | 'grey') => ({ rule, level, message: { zh: '', en: '' } })
it('puts the gravest first', () => expect(byLevel([hit('a', 'blue'), hit('b', 'grey'), hit('c', 'red')]).map((one) => one.rule)).toEqual(['b', 'c', 'a']))
it('names rules that did not run with what they lack', () => {
  const lacking = { zh: '', en: 'register' }
  const checked = { allowed: true, level: null, hits: [], findings: [], funds: null, rules_run: { not_run: ['R21', { rule: 'R22', source: lacking }, { rule: 'R24', source: lacking }] } }
  expect(notRun(checked, (text) => (typeof text === 'string' ? text : text.en))).toEqual(['R21', 'R22, R24 – register'])
})
it('is kept as soon as it can be', () => expect([keepable({ plan: '1', amount: '1.00', use: ' ' }), keepable({ plan: '1', amount: '1.00', use: 'x' })]).toEqual([false, true]))
it('asks payees of a batch line by line', () => expect(asked({ payee_kind: 'batch' })).toEqual(['payee_kind']))
