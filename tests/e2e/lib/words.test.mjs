/** The checks themselves can fail: what they must find is found, what they must let pass passes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dataStrings, rawKeys, sortedByLength, untranslated } from './words.mjs'

test('data are told from texts of the interface', () => {
  const data = dataStrings({ items: [{ name: '江苏省', title: { zh: '项目', en: 'Project' }, message: '失败' }] }, new Set())
  assert.deepEqual([...data], ['江苏省'])
})
test('Chinese that is no data is found, beside data as well', () => {
  const data = sortedByLength(new Set(['江苏省', '江苏']))
  assert.deepEqual(untranslated(['江苏省', 'Hello, 江苏省', '保存', '江苏省 保存'], data), ['保存', '江苏省 保存'])
})
test('a short datum does not hide a text that only contains it', () => {
  assert.deepEqual(untranslated(['省级'], sortedByLength(new Set(['省']))), ['省级'])
})
test('a message key is found, a permission or a file name is not taken for one', () => {
  const groups = new Set(['list', 'user'])
  assert.deepEqual(rawKeys(['list.create', 'a: user.state.active', 'compilation.project.read', 'data.csv', 'user.create'], groups, new Set(['user.create'])), ['list.create', 'a: user.state.active'])
})
