/** What each kind of document moves from where to where; the server judges, this only guides (rules: domain/document/document.cpp). */
export type Kind = 'distribution' | 'issue' | 'transfer' | 'add' | 'cut' | 'adjust' | 'freeze' | 'unfreeze' | 'recover'
export interface Side { stages: string[]; required: boolean }
export interface Shape { kind: Kind; from?: Side; to?: Side; makes?: boolean; needs: string[] }

const kAll = ['budget', 'division', 'to_issue', 'executable']
export const kShapes: Shape[] = [
  { kind: 'transfer', from: { stages: ['executable'], required: true }, to: { stages: ['executable'], required: true }, makes: true, needs: ['batch_no'] },
  { kind: 'add', from: { stages: ['budget', 'division'], required: false }, to: { stages: kAll, required: true }, makes: true, needs: [] },
  { kind: 'cut', from: { stages: ['division', 'to_issue', 'executable'], required: true }, to: { stages: ['budget', 'division'], required: false }, needs: [] },
  { kind: 'adjust', from: { stages: kAll, required: false }, to: { stages: kAll, required: false }, makes: true, needs: ['basis'] },
  { kind: 'distribution', from: { stages: ['budget'], required: true }, to: { stages: ['division'], required: true }, makes: true, needs: [] },
  { kind: 'issue', from: { stages: ['budget', 'division', 'to_issue'], required: false }, to: { stages: ['to_issue', 'executable'], required: true }, makes: true, needs: [] },
  { kind: 'freeze', from: { stages: kAll, required: true }, needs: [] },
  { kind: 'unfreeze', to: { stages: kAll, required: true }, needs: [] },
  { kind: 'recover', from: { stages: kAll, required: true }, needs: [] },
]
export const shapeOf = (kind: string): Shape | undefined => kShapes.find((one) => one.kind === kind)

export interface Line {
  id?: string; version?: number; no?: number; source: string | null; target: string | null; fresh: boolean; amount: string | null
  unit: string | null; stage: string; fund_kind: string | null; functional_class: string | null; department_class: string | null; project_code: string
}
export const emptyLine = (shape: Shape): Line => ({
  source: null, target: null, fresh: false, amount: null, unit: null, stage: shape.to?.stages.includes('executable') ? 'executable' : shape.to?.stages[0] ?? '', fund_kind: null, functional_class: null,
  department_class: null, project_code: '',
})
/** What is missing from a line before the server need be asked: names of its inputs. */
export function missing(shape: Shape, line: Line): string[] {
  const lacking = [...(shape.from?.required && !line.source ? ['source'] : []), ...(!line.amount ? ['amount'] : [])]
  const target = line.fresh ? !!line.unit : !!line.target
  if (shape.to?.required && !target) lacking.push('target')
  if (shape.kind === 'adjust' && !!line.source === target) lacking.push('target')
  return lacking
}
/** What is sent of a line. */
export function bodyOf(shape: Shape, line: Line): Record<string, unknown> {
  const fresh = line.fresh && shape.makes
  return {
    amount: line.amount, source: shape.from ? line.source : null, target: shape.to && !fresh ? line.target : null,
    ...(fresh ? { unit: line.unit, stage: line.stage, fund_kind: line.fund_kind || null, functional_class: line.functional_class || null, department_class: line.department_class || null, project_code: line.project_code.trim() || null } : {}),
  }
}
/** The line that a complaint of the server is about (`/lines/2/source`), counted from 1, or 0. */
export const lineOf = (field: string | undefined): number => Number(/^\/lines\/(\d+)/.exec(field ?? '')?.[1] ?? 0)
