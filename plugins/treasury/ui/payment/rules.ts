/** The answer of the rules' check of a payment: hits by level, complaints of the form, and the funds. */
type Text = { zh: string; en: string }
export type Level = 'grey' | 'red' | 'orange' | 'yellow' | 'blue'
export interface Hit { rule: string; level: Level; message: { zh: string; en: string }; evidence?: unknown }
export interface Checked {
  allowed: boolean; level: Level | null; hits: Hit[]; findings: { field?: string; code: string; message: string; remedy?: string }[]
  rules_run?: { monitoring?: string; not_run?: (string | { rule: string; source?: string | Text })[] }
  funds: { allowed: boolean; findings?: { message: { zh: string; en: string }; remedy?: { zh: string; en: string } }[] } | null
}
/** The gravest first: 灰 forbids, 红 stops, 橙 asks for papers, 黄 warns, 蓝 records. */
export const kLevels: Level[] = ['grey', 'red', 'orange', 'yellow', 'blue']
export const byLevel = (hits: Hit[]): Hit[] => [...hits].sort((a, b) => kLevels.indexOf(a.level) - kLevels.indexOf(b.level))
/** Rules that lack what they look into: by what they lack, so that each source is named once. */
export function notRun(checked: Checked, say: (text: string | Text) => string): string[] {
  const by = new Map<string, string[]>()
  for (const one of checked.rules_run?.not_run ?? []) {
    const [rule, source] = typeof one === 'string' ? [one, ''] : [one.rule, one.source ? say(one.source) : '']
    by.set(source, [...(by.get(source) ?? []), rule])
  }
  return [...by].map(([source, rules]) => [rules.join(', '), source].filter(Boolean).join(' – '))
}

/** What the form must hold before the server can keep it. */
export const kNeeded = ['plan', 'amount', 'use'] as const
export const keepable = (values: Record<string, unknown>): boolean => kNeeded.every((name) => values[name] !== null && values[name] !== undefined && String(values[name]).trim() !== '')
export const kPayee = ['payee_name', 'payee_account', 'payee_bank', 'payee_bank_no', 'payee_code']
/** Which fields a payment asks for: a batch names its payees line by line. */
export const asked = (values: Record<string, unknown>): string[] => [
  'payee_kind', ...(values.payee_kind === 'batch' || values.payee_kind === 'card' ? [] : values.payee_kind === 'person' ? kPayee.filter((one) => one !== 'payee_code') : kPayee),
]
