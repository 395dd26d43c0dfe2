import { expect, it } from 'vitest'
import { permissionDiff } from './permission_diff'

it('names what is asked for in addition and what no more', () => {
  const { more, less } = permissionDiff(['a.read', { code: 'a.old', title: { zh: '旧', en: 'Old' } }], [{ code: 'a.read' }, { code: 'a.write', risk: 'high' }, { code: 'a.drop' }])
  expect([more.map((one) => one.code), less.map((one) => one.code)]).toEqual([['a.drop', 'a.write'], ['a.old']])
})
