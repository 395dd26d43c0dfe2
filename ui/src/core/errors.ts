/** An error as people need it: one sentence, what to do, and the number to quote. */
import { ElMessage } from 'element-plus'
import { ProblemError } from '@/api/client'
import type { FieldError } from '@/api/types'
import { i18n, t } from './i18n'

export interface Described { sentence: string; advice: string; requestId: string; code: string; status: number; errors: FieldError[] }

/** A detail of two sentences has said what to do already; general advice after it would only repeat it. */
export const advises = (detail: string): boolean => /。.|[.;!?]\s+\S/u.test(detail)
/** Numbers help where somebody else must look into it, not where the reader can put it right. */
const quotable = (status: number): boolean => status === 403 || status >= 500

function adviceFor(error: ProblemError): string {
  const remedies = (error.problem.errors ?? []).map((one) => one.remedy).filter(Boolean)
  if (remedies.length === 1) return remedies[0]!
  if (error.retryAfter) return t('error.retryAfter', { seconds: error.retryAfter })
  if (advises(error.problem.detail ?? '')) return ''
  const key = `error.advice.${error.status}`
  if (i18n.global.te(key, 'zh')) return t(key)
  return error.status >= 500 ? t('error.advice.500') : t('error.advice.other')
}

export function describe(error: unknown): Described {
  if (error instanceof ProblemError) {
    const fallback = `error.sentence.${error.status}`
    const sentence = error.problem.detail || error.problem.title
    return {
      sentence: sentence || (i18n.global.te(fallback, 'zh') ? t(fallback) : t('error.sentence.500')),
      advice: adviceFor(error),
      requestId: quotable(error.status) ? error.problem.request_id ?? '' : '',
      code: error.code,
      status: error.status,
      errors: error.problem.errors ?? [],
    }
  }
  console.error(error)
  return { sentence: t('error.sentence.client'), advice: t('error.advice.client'), requestId: '', code: 'client.fault', status: -1, errors: [] }
}

export function isAbort(error: unknown): boolean { return error instanceof DOMException && error.name === 'AbortError' }

/** For acts that have no place of their own on the page to show an error. */
export function tell(error: unknown): void {
  if (isAbort(error)) return
  const { sentence, advice, requestId } = describe(error)
  const quoted = requestId ? t('error.quote', { id: requestId }) : ''
  ElMessage({ type: 'error', message: [sentence, advice, quoted].filter(Boolean).join(' '), duration: 8000, showClose: true, grouping: true })
}

export function done(message: string): void { ElMessage({ type: 'success', message, duration: 3000, grouping: true }) }
