/** The four columns of an indicator (预算、占用、支付、结余): budget = taken + paid + left, always. */
import { fenOf, yuanOf } from '@onebudget/ui'

export const kColumns = ['budget', 'taken', 'paid', 'left'] as const
export type Name = (typeof kColumns)[number]
export type Four = Record<Name, string>

/** The balances that each column is made of. */
export const kParts: Record<Name, string[]> = {
  budget: ['available', 'frozen', 'reserved', 'confirmed', 'paid'], taken: ['reserved', 'confirmed'], paid: ['paid'], left: ['available', 'frozen'],
}
export type Balances = Record<string, unknown>

const sum = (row: Balances, parts: string[]): bigint => parts.reduce((all, part) => all + fenOf(row[part]), 0n)
export const fourOf = (row: Balances): Four => Object.fromEntries(kColumns.map((name) => [name, yuanOf(sum(row, kParts[name]))])) as Four
export const plus = (rows: Four[]): Four =>
  Object.fromEntries(kColumns.map((name) => [name, yuanOf(rows.reduce((all, row) => all + fenOf(row[name]), 0n))])) as Four

/** Balances of a day, by indicator, put over the rows that are shown. */
export function asOfDay<R extends { id: string }>(rows: R[], items: { indicator: string; [part: string]: unknown }[]): R[] {
  const then = new Map(items.map((one) => [one.indicator, one]))
  return rows.map((row) => {
    const found = then.get(row.id)
    return { ...row, ...Object.fromEntries(kParts.budget.map((part) => [part, String(found?.[part] ?? '0.00')])) }
  })
}

export interface Group<R> { key: string; rows: R[]; four: Four }
/** Rows under the value of one of their elements, the largest budget first. */
export function grouped<R extends Balances>(rows: R[], element: string): Group<R>[] {
  const found = new Map<string, R[]>()
  for (const row of rows) {
    const key = String(row[element] ?? '')
    found.set(key, [...(found.get(key) ?? []), row])
  }
  return [...found].map(([key, own]) => ({ key, rows: own, four: plus(own.map(fourOf)) }))
    .sort((a, b) => (fenOf(a.four.budget) === fenOf(b.four.budget) ? (a.key < b.key ? -1 : 1) : fenOf(a.four.budget) > fenOf(b.four.budget) ? -1 : 1))
}

export interface Account { code: string; side: 'debit' | 'credit'; bucket: string }
export type Entry = Record<string, unknown>
/** What an entry adds to a column, in fen: each leg by the side and the balance of its account. */
export function effect(entry: Entry, accounts: Map<string, Account>, name: Name): bigint {
  const leg = (code: unknown, side: 'debit' | 'credit'): bigint => {
    const account = accounts.get(String(code ?? ''))
    if (!account || !kParts[name].includes(account.bucket)) return 0n
    return account.side === side ? fenOf(entry.amount) : -fenOf(entry.amount)
  }
  return leg(entry.debit, 'debit') + leg(entry.credit, 'credit')
}
