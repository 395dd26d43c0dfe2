/** The answer of a funds check and the tree that proves it; amounts in fen. */
export interface ProofLine { line: number; amount: number; drawn: number; needed: number; from?: string }
export interface IndicatorNode {
  kind: 'indicator'; rule: string; indicator: string; code: string; stage: string; lines: ProofLine[]; balances: Record<string, number>
  in_flight: Record<string, number>; needed: number; left: number; holds: boolean; override: { possible: boolean; instead?: string[] }
}
export interface ControlNode {
  kind: 'control'; rule: string; control: string; edition: number; pool: string; name: string; warn_percent: number; stop_percent: number; budget: number; used: number
  needed: number; after: number; level: Level; holds: boolean
  override: { possible: boolean; role?: string; limit?: number; granted?: number; persons?: { user: string; name: string; display_name: string }[] }
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
export const share = (part: number, budget: number): number => (budget > 0 ? Math.min(100, Math.max(0, Math.round((part / budget) * 100))) : 0)
