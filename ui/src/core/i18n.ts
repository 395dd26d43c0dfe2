import { createI18n } from 'vue-i18n'
import enRecords from '@/locales/en/records.json'
import enShell from '@/locales/en/shell.json'
import enSystem from '@/locales/en/system.json'
import enUpkeep from '@/locales/en/upkeep.json'
import zhRecords from '@/locales/zh/records.json'
import zhShell from '@/locales/zh/shell.json'
import zhSystem from '@/locales/zh/system.json'
import zhUpkeep from '@/locales/zh/upkeep.json'
import type { Locale, Text } from '@/api/types'

export const i18n = createI18n({
  legacy: false,
  locale: 'zh',
  fallbackLocale: 'zh',
  // A key on the screen is a fault of this application; the walk through it fails on anything the console is told.
  missing: (_locale, key) => {
    console.error('no text for', key)
    return key
  },
  messages: { zh: { ...zhShell, ...zhRecords, ...zhSystem, ...zhUpkeep }, en: { ...enShell, ...enRecords, ...enSystem, ...enUpkeep } },
})

export const locale = (): Locale => i18n.global.locale.value as Locale

/** A text that carries both languages, in the reader's. Plain strings pass: some answers are already in the reader's language. */
export function say(text: Text | string | null | undefined): string {
  if (!text) return ''
  return typeof text === 'string' ? text : text[locale()] || text.zh || text.en || ''
}

export function t(key: string, values: Record<string, unknown> = {}): string { return i18n.global.t(key, values) }

/** The message for a key that depends on data (a kind, a state), or the data itself when nothing is said about it. */
export function named(group: string, code: string | null | undefined): string {
  if (!code) return ''
  const key = `${group}.${code}`
  return i18n.global.te(key, 'zh') ? i18n.global.t(key) : code
}
