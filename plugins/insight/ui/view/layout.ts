/**
 * Where the tiles of a province's cities stand: an arrangement of our own by region code, with no boundary in it. Places without an
 * arrangement follow in the order of their codes.
 */
const kArrangements: Record<string, Record<string, [row: number, column: number]>> = {
  32: {
    3203: [1, 1], 3207: [1, 3], 3213: [2, 1], 3208: [2, 2], 3209: [2, 3], 3210: [3, 2], 3212: [3, 3],
    3206: [3, 4], 3201: [4, 1], 3211: [4, 2], 3204: [4, 3], 3202: [4, 4], 3205: [4, 5], 320000000: [1, 5],
  },
}
export interface Spot { key: string; row?: number; column?: number }

export function arrange(keys: string[]): { spots: Spot[]; columns: number } {
  const known = kArrangements[keys[0]?.slice(0, 2) ?? '']
  const all = known && keys.length > 1 && keys.every((key) => key in known) ? known : null
  if (!all) return { spots: [...keys].sort().map((key) => ({ key })), columns: 0 }
  const spots = keys.map((key) => ({ key, row: all[key]![0], column: all[key]![1] }))
  return { spots: spots.sort((one, other) => one.row - other.row || one.column - other.column), columns: Math.max(...spots.map((one) => one.column)) }
}
