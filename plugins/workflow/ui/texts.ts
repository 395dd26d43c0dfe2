import { useI18n } from 'vue-i18n'
import en from './locales/en.json'
import zh from './locales/zh.json'

const messages = { zh, en }
/** The page's own texts in the reader's language. */
export const useTexts = (): { t: (key: string, values?: Record<string, unknown>) => string } => {
  const { t } = useI18n({ messages, useScope: 'local', inheritLocale: true })
  return { t: (key, values = {}) => t(key, values) }
}
