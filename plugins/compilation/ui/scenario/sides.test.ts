import { expect, it } from 'vitest'
import { beside, differs } from './sides'

it('puts two outcomes beside each other, and the base where one has none', () => {
  const rows = beside([{ code: '106', base: '10.00', now: '12.00' }, { code: '107', base: '5.00', now: '5.00' }], [{ code: '106', base: '10.00', now: '9.00' }, { code: '108', base: '1.00', now: '2.00' }])
  expect(rows.map((one) => [one.key, one.base, one.left, one.right])).toEqual([['106', '10.00', '12.00', '9.00'], ['107', '5.00', '5.00', '5.00'], ['108', '1.00', '1.00', '2.00']])
  expect(rows.map(differs)).toEqual([true, false, true])
})
