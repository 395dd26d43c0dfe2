/** Rows of texts with every change kept, so that each can be taken back: what a grid shows and edits. */

export type SheetRow = Record<string, string>
export interface Change { row: number; name: string; before: string; after: string }

const kMostSteps = 200
export const kMostRows = 10_000

export class Sheet {
  readonly rows: SheetRow[]
  private done: Change[][] = []
  private undone: Change[][] = []

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
    const step: Change[] = []
    for (const { row, name, text } of cells) {
      const at = this.rows[row]
      if (!at || (at[name] ?? '') === text) continue
      step.push({ row, name, before: at[name] ?? '', after: text })
      at[name] = text
    }
    if (!step.length) return 0
    this.done = [...this.done, step].slice(-kMostSteps)
    this.undone = []
    return step.length
  }
  undo(): boolean { return this.turn(this.done, this.undone, 'before') }
  redo(): boolean { return this.turn(this.undone, this.done, 'after') }

  private turn(from: Change[][], to: Change[][], side: 'before' | 'after'): boolean {
    const step = from.pop()
    if (!step) return false
    for (const change of side === 'before' ? [...step].reverse() : step) this.rows[change.row]![change.name] = change[side]
    to.push(step)
    return true
  }

  /** Rows in which something stands, with their places. */
  filled(): { at: number; row: SheetRow }[] {
    return this.rows.map((row, at) => ({ at, row })).filter(({ row }) => Object.values(row).some((text) => text !== ''))
  }
}
