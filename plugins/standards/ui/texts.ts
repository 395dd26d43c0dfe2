import { pageTexts } from '@onebudget/ui'
import en from './locales/en.json'
import zh from './locales/zh.json'

export const useTexts = pageTexts({ zh, en })
