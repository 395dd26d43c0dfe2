/** Spending in the order of the law: what is committed comes before what may be chosen. */
import type { Reply } from '../routes'

export type Gap = Reply<'GET /fiscal-gap'>
export interface Step { order: number; amount: string; committed: boolean }
const kCommitted = 5

/** One row for each order that has money, first things first. */
export const stepsOf = (gap: Gap): Step[] =>
  Object.entries(gap.spending).map(([order, amount]) => ({ order: Number(order), amount, committed: Number(order) <= kCommitted })).sort((left, right) => left.order - right.order)
/** What stands between the resources and everything that is asked for. */
export const short = (amount: string): boolean => amount.startsWith('-')
