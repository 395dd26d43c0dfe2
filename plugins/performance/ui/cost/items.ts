import { fenOf, type Row, yuanOf } from '@onebudget/ui'

/** The same thing paid for in several places: what a unit of it costs there, against its standard. */
export interface Item { key: string; item: string; measure: string; lines: Row[]; lowest: string; highest: string; cost: string; saving: string }
const kBy = (one: bigint, other: bigint): number => (one < other ? -1 : one > other ? 1 : 0)
const kSum = (lines: Row[], name: string): bigint => lines.reduce((all, line) => all + fenOf(line[name]), 0n)

/** Lines by item and unit of measure, what saves most first; within an item the dearest first. */
export function itemsOf(lines: Row[]): Item[] {
  const groups = new Map<string, Row[]>()
  for (const line of lines) {
    const key = `${String(line.item).trim()}\n${String(line.unit_of_measure).trim()}`
    groups.set(key, [...(groups.get(key) ?? []), line])
  }
  const items = [...groups].map(([key, found]): Item => {
    const [item, measure] = key.split('\n') as [string, string]
    const sorted = [...found].sort((one, other) => kBy(fenOf(other.unit_cost), fenOf(one.unit_cost)))
    return { key, item, measure, lines: sorted, highest: yuanOf(fenOf(sorted[0]!.unit_cost)), lowest: yuanOf(fenOf(sorted.at(-1)!.unit_cost)), cost: yuanOf(kSum(found, 'cost')), saving: yuanOf(kSum(found, 'saving')) }
  })
  return items.sort((one, other) => kBy(fenOf(other.saving), fenOf(one.saving)) || one.item.localeCompare(other.item))
}
export const sumOf = (lines: Row[], name: string): string => yuanOf(kSum(lines, name))
/** Of the dearest unit cost of an item, for a bar. */
export const widthOf = (line: Row, item: Item): string => {
  const most = fenOf(item.highest)
  return most > 0n ? `${Number((fenOf(line.unit_cost) * 100n) / most)}%` : '0%'
}
/** "0.25" → "+25.0%"; none without a standard. */
export const deviationOf = (line: Row): string => {
  if (!line.unit_standard) return ''
  const share = Number(line.deviation ?? 0) * 100
  return `${share > 0 ? '+' : ''}${share.toFixed(1)}%`
}
/** "1200.000000" → "1200". */
export const plain = (value: unknown): string => String(value ?? '').replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')
