/** Execution against plan over the year: what was paid and planned up to each month, and a line for an even year. */
import { fen, percent, share, yuan, type Item } from './sums'

export interface Point { month: number; planned: bigint; paid: bigint | null; even: bigint }

/**
 * `until`: the last month with a true figure; later ones have no payment yet. Plans that cover less than half of the budget are no curve
 * to measure by: not every place plans here, and a part of the plans against all of the payments would say something untrue.
 */
export function curve(months: Item[], budget: bigint, until: number): Point[] {
  const of = (month: number, name: string): bigint => months.filter((item) => Number(item.month) === month).reduce((sum, item) => sum + fen(item[name]), 0n)
  const points: Point[] = []
  let planned = 0n
  let paid = 0n
  for (let month = 1; month <= 12; month += 1) {
    planned += of(month, 'sum_planned_amount')
    paid += of(month, 'sum_paid_amount')
    points.push({ month, planned, paid: month <= until ? paid : null, even: (budget * BigInt(month)) / 12n })
  }
  return planned * 2n >= budget ? points : points.map((one) => ({ ...one, planned: 0n }))
}
/** How many months of a year have begun by a day. */
export const monthsBegun = (year: number, day: string): number => {
  const now = Number(day.slice(0, 4))
  return now > year ? 12 : now < year ? 0 : Number(day.slice(5, 7))
}

/** Ten thousands of yuan for an axis; drawing only, never added up. */
const wan = (amount: bigint): number => Number(amount / 10_000n) / 100
const wanText = (value: unknown): string => (typeof value === 'number' ? value.toLocaleString('en-US', { maximumFractionDigits: 2 }) : '—')

export function curveOptions(points: Point[], names: { planned: string; paid: string; even: string; month: (month: number) => string }, tint: (name: string) => string): object {
  const line = (name: string, data: (number | null)[], colour: string, more: object = {}) => ({ name, type: 'line', data, symbolSize: 5, itemStyle: { color: colour }, lineStyle: { color: colour, width: 2 }, ...more })
  const planned = points.some((one) => one.planned > 0n)
  return {
    grid: { left: 8, right: 14, top: 34, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, textStyle: { color: tint('muted') }, itemWidth: 18 },
    tooltip: { trigger: 'axis', valueFormatter: wanText, backgroundColor: tint('surface'), borderColor: tint('line'), textStyle: { color: tint('ink') } },
    xAxis: { type: 'category', data: points.map((one) => names.month(one.month)), axisLabel: { color: tint('muted') }, axisLine: { lineStyle: { color: tint('line') } }, axisTick: { show: false } },
    yAxis: { type: 'value', axisLabel: { color: tint('muted') }, splitLine: { lineStyle: { color: tint('line-soft') } } },
    series: [
      line(names.paid, points.map((one) => (one.paid === null ? null : wan(one.paid))), tint('primary'), { areaStyle: { color: tint('primary'), opacity: 0.12 } }),
      ...(planned ? [line(names.planned, points.map((one) => wan(one.planned)), tint('tone-warning'))] : []),
      line(names.even, points.map((one) => wan(one.even)), tint('muted'), { symbol: 'none', lineStyle: { color: tint('muted'), width: 1.5, type: 'dashed' } }),
    ],
  }
}
export const curveRows = (points: Point[], month: (month: number) => string, shown: (amount: string) => string): string[][] =>
  points.map((one) => [month(one.month), shown(yuan(one.planned)), one.paid === null ? '—' : shown(yuan(one.paid)), shown(yuan(one.even)), one.paid === null ? '—' : percent(share(one.paid, one.planned > 0n ? one.planned : one.even))])
