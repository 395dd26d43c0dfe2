/** Expenditure lines between the sheet (codes, as people write them) and the server (references). */
import { csvOf, deleteRow, type Field, importFile, listRows, newKey, readRow, type Row } from '@onebudget/ui'
import type { Values } from './declaration'

export type Line = Record<string, string>
export type UnitType = 'administrative' | 'institution'
export interface Filled { at: number; row: Line }
const kPath = '/compilation/expenditure-line'
const kMostLines = 1000
const field = (name: string, type: string, zh: string, en: string, more: object = {}): Field => ({ name, type, title: { zh, en }, ...more })

/** What the sheet asks for; class and fund are the project's own, the government's class follows from the department's. */
export const kColumns: Field[] = [
  field('task', 'text', '任务或内容', 'Task', { max: 200 }), field('department_economic_class', 'code', '经济科目', 'Economic class'), field('quantity', 'decimal', '数量', 'Quantity'),
  field('price', 'money', '单价', 'Price'), field('unit_of_measure', 'text', '单位', 'Unit', { max: 20 }), field('standard', 'code', '支出标准', 'Standard'), field('year', 'year', '年度', 'Year'),
]
export const kRequired = ['task', 'department_economic_class', 'quantity', 'price']

const found = new Map<string, Promise<Row | null>>()
function one(path: string, filter: string): Promise<Row | null> {
  const key = `${path}?${filter}`
  let answer = found.get(key)
  if (!answer) {
    answer = listRows(path, { filter, limit: 1, sort: '-edition' }).then((page) => page.items[0] ?? null)
    answer.catch(() => found.delete(key))
    found.set(key, answer)
  }
  return answer
}
const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`
const kDepartment = '/standards/department-economic-class'
const kGovernment = '/standards/government-economic-class'
const kStandard = '/standards/expenditure-standard'
export const departmentClass = (year: unknown, code: string): Promise<Row | null> => one(kDepartment, `code==${quoted(code)};list_year==${String(year)};status==in_force;leaf==true`)
export const standardOf = (code: string): Promise<Row | null> => one(kStandard, `code==${quoted(code)};status==in_force`)
async function governmentClass(year: unknown, department: string, type: UnitType): Promise<Row | null> {
  const pair = await one('/standards/economic-mapping', `department_class==${quoted(department)};list_year==${String(year)};unit_type==${type};status==in_force`)
  return pair ? one(kGovernment, `code==${quoted(String(pair.government_class))};list_year==${String(year)};status==in_force`) : null
}

const codes = new Map<string, Promise<string>>()
function codeOf(path: string, id: unknown): Promise<string> {
  if (!id) return Promise.resolve('')
  const key = `${path}/${String(id)}`
  if (!codes.has(key)) codes.set(key, readRow(path, String(id)).then((row) => String(row.code)))
  return codes.get(key)!
}
export const linesOf = (project: string): Promise<Row[]> => listRows(kPath, { filter: `project==${project}`, sort: 'line_no', limit: kMostLines }).then((page) => page.items)
export const asLines = (rows: Row[]): Promise<Line[]> => Promise.all(rows.map(async (row) => ({
  task: String(row.task ?? ''), year: String(row.year ?? ''), unit_of_measure: String(row.unit_of_measure ?? ''), quantity: String(row.quantity ?? ''), price: String(row.price ?? ''),
  department_economic_class: await codeOf(kDepartment, row.department_economic_class), standard: await codeOf(kStandard, row.standard),
})))

/** `faults`: by "place column", the message key of the page. */
export interface Resolved { rows: Record<string, string>[]; faults: Map<string, string> }
export async function resolve(filled: Filled[], project: Row, values: Values, type: UnitType): Promise<Resolved> {
  const faults = new Map<string, string>()
  const rows = await Promise.all(filled.map(async ({ at, row }, index) => {
    for (const name of kRequired) if (!(row[name] ?? '').trim() && name !== 'quantity') faults.set(`${at} ${name}`, 'lines.missing')
    const [department, standard] = await Promise.all([
      row.department_economic_class ? departmentClass(values.fiscal_year, row.department_economic_class) : null, row.standard ? standardOf(row.standard) : null,
    ])
    const government = department ? await governmentClass(values.fiscal_year, String(department.code), type) : null
    if (row.department_economic_class && !department) faults.set(`${at} department_economic_class`, 'lines.noClass')
    else if (department && !government) faults.set(`${at} department_economic_class`, 'lines.noPair')
    if (row.standard && !standard) faults.set(`${at} standard`, 'lines.noStandard')
    const id = (row: Row | null | undefined): string => (row ? `id:${row.id}` : '')
    return {
      project: `id:${project.id}`, line_no: String(index + 1), year: row.year || String(values.fiscal_year), task: row.task ?? '', functional_class: `id:${String(values.functional_class)}`,
      department_economic_class: id(department), government_economic_class: id(government), fund_kind: `id:${String(values.fund_kind)}`, fund_source: 'current', standard: id(standard),
      unit_of_measure: row.unit_of_measure ?? '', quantity: row.quantity || '1', price: row.price ?? '',
    }
  }))
  return { rows, faults }
}
/** Writes all lines, and takes away those that are no longer on the sheet. Answers what the server says of cells. */
export async function saveLines(project: Row, rows: Record<string, string>[]): Promise<{ line: number; field: string; text: string }[]> {
  const before = await linesOf(project.id)
  if (rows.length) {
    const names = Object.keys(rows[0]!)
    const file = new Blob([csvOf(names, rows)], { type: 'text/csv' })
    const report = await importFile(kPath, file, { format: 'csv', dryRun: true, goodRows: false, importState: false })
    if (report.errors.length) return report.errors.map((error) => ({ line: error.line - 2, field: error.field, text: [error.message, error.remedy].filter(Boolean).join(' ') }))
    await importFile(kPath, file, { format: 'csv', dryRun: false, goodRows: false, importState: false, idempotencyKey: newKey() })
  }
  const kept = new Set(rows.map((row) => `${row.year} ${row.line_no}`))
  for (const row of before) if (!kept.has(`${String(row.year)} ${String(row.line_no)}`)) await deleteRow(kPath, row.id, row.version)
  return []
}
