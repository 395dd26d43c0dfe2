/** What one person likes on this computer: language, theme, unit of money, columns. Kept in the browser, never sent. */
import { defineStore } from 'pinia'
import { computed, ref, watchEffect } from 'vue'
import type { Locale } from '@/api/types'
import type { MoneyUnit } from '@/kit/format/money'
import { i18n } from './i18n'

export type Theme = 'auto' | 'light' | 'dark'

function read<T>(key: string, fallback: T): T {
  try {
    const kept = localStorage.getItem(`onebudget.${key}`)
    return kept === null ? fallback : JSON.parse(kept) as T
  } catch {
    return fallback // storage switched off, or written by something else: the default serves
  }
}

function keep(key: string, value: unknown): void {
  try {
    localStorage.setItem(`onebudget.${key}`, JSON.stringify(value))
  } catch (error) {
    console.info('preference not kept', error) // private mode or full: works until the page is closed
  }
}

const firstLocale = (): Locale => (navigator.language?.toLowerCase().startsWith('en') && navigator.languages?.every((one) => !one.startsWith('zh')) ? 'en' : 'zh')

export const usePreferences = defineStore('preferences', () => {
  const locale = ref<Locale>(read('locale', firstLocale()))
  const theme = ref<Theme>(read('theme', 'light'))
  const unit = ref<MoneyUnit>(read('unit', 'yuan'))
  const navClosed = ref<string[]>(read('nav.closed', []))
  const systemDark = window.matchMedia('(prefers-color-scheme: dark)')
  const prefersDark = ref(systemDark.matches)
  systemDark.addEventListener('change', (event) => { prefersDark.value = event.matches })
  const dark = computed(() => theme.value === 'dark' || (theme.value === 'auto' && prefersDark.value))

  watchEffect(() => {
    i18n.global.locale.value = locale.value
    document.documentElement.lang = locale.value === 'zh' ? 'zh-CN' : 'en'
    keep('locale', locale.value)
  })
  watchEffect(() => {
    document.documentElement.classList.toggle('dark', dark.value)
    keep('theme', theme.value)
  })
  watchEffect(() => keep('unit', unit.value))
  watchEffect(() => keep('nav.closed', navClosed.value))

  const columns = (user: string, path: string): string[] | null => read<string[] | null>(`columns.${user}.${path}`, null)
  const keepColumns = (user: string, path: string, names: string[] | null): void => keep(`columns.${user}.${path}`, names)

  return { locale, theme, unit, dark, navClosed, columns, keepColumns }
})
