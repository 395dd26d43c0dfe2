import { expect, it } from 'vitest'
import { readSetting } from './setting_value'

it('reads what people type as the type that the setting wants', () => {
  expect([readSetting('int', ' １０ ').value, readSetting('number', '0.5').value, readSetting('bool', true).value, readSetting('text', ' a ').value, readSetting('json', '{"a":[1]}').value]).toEqual([10, 0.5, true, 'a', { a: [1] }])
  expect([readSetting('int', '1.5').fault, readSetting('int', '').fault, readSetting('number', 'x').fault, readSetting('json', '{').fault]).toEqual(['setting.notWhole', 'setting.notWhole', 'setting.notNumber', 'setting.notJson'])
})
