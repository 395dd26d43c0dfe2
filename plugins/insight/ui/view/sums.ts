/** Sums of rows into tiles and cells, and what their colour says. Money is whole fen, never a floating number. */

export type Item = Record<string, unknown>
export type Tone = 'success' | 'warning' | 'danger' | 'info'
export type Metric = 'execution' | 'alerts'

export interface Figures {
  projects: number
  declared: bigint; approved: bigint; indicator: bigint; paid: bigint; balance: bigint
  grey: number; red: number; orange: number; yellow: number; blue: number
}

/** Decimal yuan as fen; nothing and nonsense are zero. */
export function fen(value: unknown): bigint {
  const found = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(String(value ?? ''))
  if (!found) return 0n
  const size = BigInt(found[2]!) * 100n + BigInt((found[3] ?? '').padEnd(2, '0'))
  return found[1] ? -size : size
}
/** Fen as decimal yuan with two digits. */
export function yuan(amount: bigint): string {
  const size = amount < 0n ? -amount : amount
  return `${amount < 0n ? '-' : ''}${size / 100n}.${String(size % 100n).padStart(2, '0')}`
}
/** A share in thousandths, rounded towards zero; null without a whole. */
export function share(part: bigint, whole: bigint): number | null {
  return whole === 0n ? null : Number((part * 1000n) / whole) / 1000
}

export const kSums = 'count,sum:declared_amount,sum:approved_amount,sum:indicator_amount,sum:paid_amount,sum:balance_amount,sum:open_grey,sum:open_red,sum:open_orange,sum:open_yellow,sum:open_blue'

export const nothing = (): Figures => ({ projects: 0, declared: 0n, approved: 0n, indicator: 0n, paid: 0n, balance: 0n, grey: 0, red: 0, orange: 0, yellow: 0, blue: 0 })
export function add(into: Figures, item: Item): Figures {
  into.projects += Number(item.count ?? 0)
  for (const name of ['declared', 'approved', 'indicator', 'paid', 'balance'] as const) into[name] += fen(item[`sum_${name}_amount`])
  for (const level of ['grey', 'red', 'orange', 'yellow', 'blue'] as const) into[level] += Number(item[`sum_open_${level}`] ?? 0)
  return into
}
export const total = (items: Item[]): Figures => items.reduce<Figures>((sum, item) => add(sum, item), nothing())

/** One sum for each key, in the order of the keys. */
export function sumsBy(items: Item[], keyOf: (item: Item) => string): Map<string, Figures> {
  const found = new Map<string, Figures>()
  for (const item of items) {
    const key = keyOf(item)
    found.set(key, add(found.get(key) ?? nothing(), item))
  }
  return new Map([...found].sort(([one], [other]) => (one < other ? -1 : 1)))
}

/** The part of the year that is gone on a day (YYYY-MM-DD): 1 for years before, 0 for years to come. */
export function gone(year: number, day: string): number {
  const now = Number(day.slice(0, 4))
  if (now !== year) return now > year ? 1 : 0
  const start = Date.UTC(year, 0, 1)
  return (Date.parse(`${day}T00:00:00Z`) - start + 86_400_000) / (Date.UTC(year + 1, 0, 1) - start)
}
/** Today in China, where budget years are counted. */
export const today = (): string => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)

/** How far the payments are from the part of the year that is gone; null without a budget. */
export function deviation(figures: Figures, even: number): number | null {
  const rate = share(figures.paid, figures.indicator)
  return rate === null ? null : Math.round((rate - even) * 1000) / 1000
}
/** Behind by 20 points and more is red, by 10 and more yellow: the thresholds of rule R05 and of the lights. */
export function toneOf(figures: Figures, metric: Metric, even: number): Tone {
  if (metric === 'alerts') {
    if (figures.grey + figures.red > 0) return 'danger'
    return figures.orange + figures.yellow > 0 ? 'warning' : figures.projects > 0 ? 'success' : 'info'
  }
  const behind = deviation(figures, even)
  if (behind === null) return 'info'
  return behind <= -0.2 ? 'danger' : behind <= -0.1 ? 'warning' : 'success'
}
/** In 亿 or 万 with two digits, cut off, for large print: [number, unit]. */
export function large(amount: bigint): [string, 'yi' | 'wan'] {
  const unit = amount >= 10_000_000_000n || amount <= -10_000_000_000n ? 'yi' : 'wan'
  const [whole, cents] = yuan(amount / (unit === 'yi' ? 100_000_000n : 10_000n)).split('.')
  return [`${whole!.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents}`, unit]
}
export const open = (figures: Figures): number => figures.grey + figures.red + figures.orange + figures.yellow + figures.blue
export const percent = (value: number | null): string => (value === null ? '—' : `${(value * 100).toFixed(1)}%`)
export const points = (value: number | null): string => (value === null ? '—' : `${value > 0 ? '+' : ''}${(value * 100).toFixed(1)}`)

/** Where one stands: '' everything in sight, four digits a city, six a county with its towns, nine one budget level. */
export function regionFilter(region: string): string {
  return region === '' ? '' : region.length === 9 ? `region_code==${region}` : `region_code==${region}*`
}
/** The tile that a budget level belongs to, seen from `region`. */
export function tileOf(region: string, code: string): string {
  if (region === '') return code.slice(2, 4) === '00' ? code : code.slice(0, 4)
  return region.length === 4 ? code.slice(0, 6) : code
}
/** Where somebody who sees these budget levels begins: the lowest place that holds them all, so that a county starts at its own tiles. */
export function homeOf(codes: string[]): string {
  for (let region = ''; ;) {
    const tiles = new Set(codes.map((code) => tileOf(region, code)))
    const [only] = tiles
    if (tiles.size !== 1 || only === undefined || only.length <= region.length || only.length === 9) return region
    region = only
  }
}
/** The code whose name a tile bears. */
export const codeOf = (tile: string): string => tile.padEnd(9, '0')
