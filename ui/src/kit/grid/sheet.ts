/** Rows of texts with every change kept, so that each can be taken back: what a grid shows and edits. */

export type SheetRow = Record<string, string>
/** What one step changed, in columns: a pasted block of 80,000 cells is four lists, not 80,000 objects. */
interface Step { rows: number[]; names: string[]; before: string[]; after: string[] }

const hasText = (row: SheetRow): boolean => {
  for (const name in row) if (row[name] !== '') return true
  return false
}
const kMostSteps = 200
export const kMostRows = 10_000

export class Sheet {
  readonly rows: SheetRow[]
  private done: Step[] = []
  private undone: Step[] = []

  constructor(count: number) { this.rows = Array.from({ length: count }, () => ({})) }

  get canUndo(): boolean { return this.done.length > 0 }
  get canRedo(): boolean { return this.undone.length > 0 }

  /** More rows where something was put below the last one; never beyond the most that are allowed. */
  grow(count: number): boolean {
    const wanted = Math.min(count, kMostRows)
    if (wanted <= this.rows.length) return false
    while (this.rows.length < wanted) this.rows.push({})
    return true
  }

  /** One step: all cells together. Cells that stay the same are no change. Answers how many changed. */
  put(cells: { row: number; name: string; text: string }[]): number {
    return this.write((set) => { for (const { row, name, text } of cells) set(row, name, text) })
  }
  /** The same without a list of cells: `fill` sets one after the other. */
  write(fill: (set: (row: number, name: string, text: string) => void) => void): number {
    const step: Step = { rows: [], names: [], before: [], after: [] }
    fill((row, name, text) => {
      const at = this.rows[row]
      const before = at?.[name] ?? ''
      if (!at || before === text) return
      step.rows.push(row)
      step.names.push(name)
      step.before.push(before)
      step.after.push(text)
      at[name] = text
    })
    if (!step.rows.length) return 0
    this.done = [...this.done, step].slice(-kMostSteps)
    this.undone = []
    return step.rows.length
  }
  undo(): boolean { return this.turn(this.done, this.undone, 'before') }
  redo(): boolean { return this.turn(this.undone, this.done, 'after') }

  private turn(from: Step[], to: Step[], side: 'before' | 'after'): boolean {
    const step = from.pop()
    if (!step) return false
    const last = step.rows.length - 1
    step.rows.forEach((_, nth) => {
      const at = side === 'before' ? last - nth : nth
      this.rows[step.rows[at]!]![step.names[at]!] = step[side][at]!
    })
    to.push(step)
    return true
  }

  /** Rows in which something stands, with their places. */
  filled(): { at: number; row: SheetRow }[] {
    const found: { at: number; row: SheetRow }[] = []
    this.rows.forEach((row, at) => { if (hasText(row)) found.push({ at, row }) })
    return found
  }
}
