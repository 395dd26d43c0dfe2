/** What one person likes on this computer: language, theme, size of text, unit of money, columns, views. Kept in the browser, never sent. */
import { defineStore } from 'pinia'
import { computed, ref, watchEffect } from 'vue'
import type { Locale } from '@/api/types'
import type { MoneyUnit } from '@/kit/format/money'
import type { SavedView } from '@/kit/query/views'
import type { Density } from '@/kit/table/density'
import { i18n } from './i18n'
import type { Visited } from './recent'

export type Theme = 'auto' | 'light' | 'dark'
export type TextSize = 'normal' | 'large' | 'larger'
export const kTextSizes: TextSize[] = ['normal', 'large', 'larger']

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

const kEntered = 'onebudget.entered'
/** Whether somebody signed in here and did not leave; if not, asking who it is can only be refused. Where nothing can be kept it is asked. */
export function mayBeSignedIn(): boolean {
  try {
    if (localStorage.getItem(kEntered) !== null) return true
    localStorage.setItem(kEntered, '0')
    localStorage.removeItem(kEntered)
    return false
  } catch {
    return true
  }
}
export function keepSignedIn(entered: boolean): void {
  if (entered) return keep('entered', true)
  try {
    localStorage.removeItem(kEntered)
  } catch (error) {
    console.info('preference not dropped', error) // switched off: nothing was kept either
  }
}

const firstLocale = (): Locale => (navigator.language?.toLowerCase().startsWith('en') && navigator.languages?.every((one) => !one.startsWith('zh')) ? 'en' : 'zh')

export const usePreferences = defineStore('preferences', () => {
  const locale = ref<Locale>(read('locale', firstLocale()))
  const theme = ref<Theme>(read('theme', 'light'))
  const unit = ref<MoneyUnit>(read('unit', 'yuan'))
  const density = ref<Density>(read('density', 'comfortable'))
  const textSize = ref<TextSize>(read('text', 'normal'))
  const contrast = ref<boolean>(read('contrast', false))
  const watermark = ref<boolean>(read('watermark', true))
  const navFolds = ref<Record<string, boolean>>(read('nav.folds', {}))
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
  watchEffect(() => {
    for (const one of kTextSizes) document.documentElement.classList.toggle(`text-${one}`, textSize.value === one)
    keep('text', textSize.value)
  })
  watchEffect(() => {
    document.documentElement.classList.toggle('contrast', contrast.value)
    keep('contrast', contrast.value)
  })
  watchEffect(() => keep('watermark', watermark.value))
  watchEffect(() => keep('unit', unit.value))
  watchEffect(() => keep('density', density.value))
  watchEffect(() => keep('nav.folds', navFolds.value))

  const views = (user: string, path: string): SavedView[] => read<SavedView[]>(`views.${user}.${path}`, [])
  const keepViews = (user: string, path: string, kept: SavedView[]): void => keep(`views.${user}.${path}`, kept)
  const recent = (user: string): Visited[] => read<Visited[]>(`recent.${user}`, [])
  const keepRecent = (user: string, kept: Visited[]): void => keep(`recent.${user}`, kept)
  const columns = (user: string, path: string): string[] | null => read<string[] | null>(`columns.${user}.${path}`, null)
  const keepColumns = (user: string, path: string, names: string[] | null): void => keep(`columns.${user}.${path}`, names)

  return { locale, theme, unit, density, textSize, contrast, watermark, dark, navFolds, views, keepViews, columns, keepColumns, recent, keepRecent }
})
