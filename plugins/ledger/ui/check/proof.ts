/** The answer of a funds check and the tree that proves it; amounts in yuan, decimal text. */
export interface ProofLine { line: number; amount: string; drawn: string; needed: string; from?: string }
export interface IndicatorNode {
  kind: 'indicator'; rule: string; indicator: string; code: string; stage: string; lines: ProofLine[]; balances: Record<string, string>
  in_flight: Record<string, string>; needed: string; left: string; holds: boolean; override?: { possible: boolean; instead?: string[] }
}
export interface ControlNode {
  kind: 'control'; rule: string; control: string; edition: number; pool: string; name: string; warn_percent: number; stop_percent: number; budget: string; used: string
  needed: string; after: string; level: Level; holds: boolean
  override: { possible: boolean; role?: string; limit?: string; granted?: string; persons?: { user: string; name: string; display_name: string }[] }
}
export type Level = 'pass' | 'warn' | 'hold' | 'stop'
export type ProofNode = IndicatorNode | ControlNode
export interface Proof {
  rule: string; version: number; document: { entity: string; id: string }; unit: string; link: string; on: string; allowed: boolean; level: Level
  all_of: ProofNode[]; refused_lines: { line: number; rule: string }[]
}
export interface Finding { line: number; field?: string; code: string; level: Level; message: { zh: string; en: string }; remedy?: { zh: string; en: string } }
export interface Verdict { allowed: boolean; level: Level; findings: Finding[]; proof: Proof }

export const kTones: Record<Level, string> = { pass: 'success', warn: 'warning', hold: 'warning', stop: 'danger' }
export const isProof = (value: unknown): value is Proof => !!value && typeof value === 'object' && Array.isArray((value as Proof).all_of)
/** How full a pool is, and would be, in whole per cent of its budget, at most 100 for the bar. */
export const share = (part: string, budget: string): number => (Number(budget) > 0 ? Math.min(100, Math.max(0, Math.round((Number(part) / Number(budget)) * 100))) : 0)
/** Whether an amount is nothing, as "0.00" is. */
export const nothing = (amount: string | undefined): boolean => !amount || !/[1-9]/.test(amount)
