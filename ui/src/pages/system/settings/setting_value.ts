import type { Setting } from '@/api/types'

/** What was typed, as the value that the setting's type wants; or the message key that says why not. */
export function readSetting(type: Setting['type'], typed: unknown): { value?: unknown; fault?: string; reason?: string } {
  if (type === 'bool') return { value: typed === true }
  const text = String(typed ?? '').trim()
  if (type === 'text') return { value: text }
  if (type === 'json') {
    try {
      return { value: JSON.parse(text) }
    } catch (error) {
      return { fault: 'setting.notJson', reason: error instanceof Error ? error.message : String(error) }
    }
  }
  const plain = text.normalize('NFKC')
  if (type === 'int') return /^[+-]?\d{1,15}$/.test(plain) ? { value: Number(plain) } : { fault: 'setting.notWhole' }
  return plain !== '' && Number.isFinite(Number(plain)) ? { value: Number(plain) } : { fault: 'setting.notNumber' }
}
export const typedOf = (setting: Setting): unknown => (setting.type === 'bool' ? setting.value === true : setting.type === 'json' ? JSON.stringify(setting.value, null, 1) : String(setting.value ?? ''))
