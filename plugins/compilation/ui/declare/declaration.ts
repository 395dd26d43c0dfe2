/** What the guided declaration knows: its steps, what each asks for, sums in fen, and the papers by category. The server judges; this only guides. */

export const kSteps = ['basics', 'category', 'money', 'content', 'lines', 'papers', 'check'] as const
export type StepName = (typeof kSteps)[number]
export type Values = Record<string, unknown>

const kFields: Partial<Record<StepName, string[]>> = {
  basics: ['name', 'unit', 'fiscal_year', 'existence', 'start_year', 'end_year', 'contact_name', 'contact_phone'],
  category: ['category', 'functional_class', 'fund_kind', 'special_fund', 'payout_kind', 'hot_std', 'spending_order', 'is_construction', 'is_procurement'],
  money: ['total_amount', 'year_amount', 'social_investment'],
  content: ['design_basis', 'performance_goal', 'summary', 'plan', 'location'],
}
const planned = (values: Values): boolean => values.category === 'specific' || values.category === 'operating_other'

export function fieldsOf(step: StepName, values: Values): string[] {
  return (kFields[step] ?? []).filter((name) => name !== 'location' || values.is_construction === true)
}
/** Beyond what the record itself requires: what its submission asks for. */
export function needed(name: string, values: Values): boolean {
  if (name === 'design_basis') return planned(values)
  if (name === 'performance_goal') return values.category === 'specific'
  return name === 'location' && values.is_construction === true
}
export const papersWanted = (values: Values): string[] => [
  ...(values.category === 'specific' ? ['basis'] : []), ...(planned(values) ? ['estimate'] : []), ...(values.category === 'specific' ? ['plan'] : []),
  ...(values.is_construction ? ['feasibility'] : []), ...(values.is_procurement && planned(values) ? ['quotation'] : []),
]
/** The step where a field that the server complains about is asked. */
export function stepOf(field: string): StepName {
  if (field === 'papers') return 'papers'
  return (Object.entries(kFields) as [StepName, string[]][]).find(([, names]) => names.includes(field))?.[0] ?? 'check'
}

/** A decimal text in units of 10^-places, or null. */
function scaled(text: unknown, places: number): bigint | null {
  const match = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(String(text ?? '').trim())
  if (!match || (match[3]?.length ?? 0) > places) return null
  return BigInt(`${match[1]}${match[2]}${(match[3] ?? '').padEnd(places, '0')}`)
}
export const fen = (yuan: unknown): bigint => scaled(yuan, 2) ?? 0n
export function yuan(amount: bigint): string {
  const digits = String(amount < 0n ? -amount : amount).padStart(3, '0')
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}
const kQuantityPlaces = 6
/** Quantity × price, half up to the fen, as the server computes it. */
export function lineAmount(quantity: unknown, price: unknown): bigint {
  const many = scaled(quantity === '' || quantity === null || quantity === undefined ? '1' : quantity, kQuantityPlaces)
  if (many === null) return 0n
  const product = many * fen(price)
  const one = 10n ** BigInt(kQuantityPlaces)
  return (product + one / 2n) / one
}
export const total = (amounts: bigint[]): bigint => amounts.reduce((sum, one) => sum + one, 0n)

export function yearsOf(values: Values): number[] {
  const [from, to] = [Number(values.fiscal_year), Number(values.end_year)]
  return Number.isInteger(from) && Number.isInteger(to) && to >= from && to - from <= 30 ? Array.from({ length: to - from + 1 }, (_, at) => from + at) : []
}

/** Topics as they are kept: "乡村振兴、教育". */
export const topicsIn = (text: unknown): string[] => String(text ?? '').split(/[\s、，,；;]+/).filter(Boolean)
export const topicsText = (topics: string[]): string => topics.join('、')
