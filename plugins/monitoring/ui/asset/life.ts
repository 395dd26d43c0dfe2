/** Straight-line depreciation (财会〔2017〕4号): from the month of booking, that month and the present one included; what is worn out stays on the books. */
export interface Worn { months: number; of: number; worn: bigint; left: bigint }
export function worn(value: bigint, years: unknown, booked: unknown, today: string): Worn | null {
  const of = Number(years) * 12
  const month = (day: unknown): number => Number(String(day).slice(0, 4)) * 12 + Number(String(day).slice(5, 7))
  const gone = month(today) - month(booked) + 1
  if (!(of > 0) || Number.isNaN(gone)) return null
  const months = Math.max(0, Math.min(of, gone))
  const so = (value * BigInt(months) * 2n + BigInt(of)) / (BigInt(of) * 2n) // rounded half up
  return { months, of, worn: so, left: value - so }
}
