import { useI18n } from 'vue-i18n'

type Messages = Record<string, unknown>
export type Say = (key: string, values?: Record<string, unknown>) => string

/** A contributed page's own texts in the reader's language: `useTexts` of its `texts.ts`. */
export function pageTexts(messages: { zh: Messages; en: Messages }): () => { t: Say } {
  return () => {
    const { t } = useI18n({ messages, useScope: 'local', inheritLocale: true } as object) as unknown as { t: (key: string, values: object) => string }
    return { t: (key, values = {}) => t(key, values) }
  }
}
