/** From a number of the one table to the records that make it up, and to no others: what counts here is what `service/sources.cpp` adds up. */
import { listRows, mayDo, type Row } from '@onebudget/ui'

export const kMoney = [
  { field: 'declared_amount', title: 'declared' }, { field: 'reviewed_amount', title: 'reviewed' }, { field: 'ceiling_amount', title: 'ceiling' }, { field: 'approved_amount', title: 'approved' },
  { field: 'indicator_amount', title: 'indicator' }, { field: 'frozen_amount', title: 'frozen' }, { field: 'in_flight_amount', title: 'inFlight' }, { field: 'committed_amount', title: 'committed' },
  { field: 'paid_amount', title: 'paid' }, { field: 'balance_amount', title: 'balance' }, { field: 'contract_amount', title: 'contract' },
]

const kWays: Record<string, { permission: string; path: string; filter: (row: Row) => string }> = (() => {
  const inYear = (row: Row): string => `project==${row.project};fiscal_year==${row.fiscal_year}`
  const byCode = (row: Row): string => `project_code==${row.project_code};fiscal_year==${row.fiscal_year}`
  const indicator = { permission: 'ledger.indicator.read', path: '/ledger/indicator', filter: (row: Row) => `${byCode(row)};stage==executable` }
  return {
    reviewed_amount: { permission: 'compilation.project_review.read', path: '/compilation/project-review', filter: (row) => `project==${row.project};kind==cost;status==decided` },
    indicator, indicator_amount: indicator, frozen_amount: indicator, balance_amount: indicator,
    contract_amount: { permission: 'monitoring.contract.read', path: '/monitoring/contract', filter: (row) => `${byCode(row)};status=in=(in_force,closed)` },
    goal: { permission: 'performance.goal.read', path: '/performance/goal', filter: (row) => `${inYear(row)};status!=superseded` },
    evaluation: { permission: 'performance.evaluation.read', path: '/performance/evaluation', filter: (row) => `${inYear(row)};status=in=(submitted,confirmed)` },
    result: { permission: 'performance.result.read', path: '/performance/result', filter: (row) => `${inYear(row)};status!=revoked` },
  }
})()

/** The address of the records, or null for who may not read them. */
export function linkOf(row: Row, what: string): string | null {
  if (what === 'project' || what === 'declared_amount') return mayDo('compilation.project.read') ? `/compilation/project/${row.project}` : null
  const way = kWays[what]
  return way && mayDo(way.permission) ? `${way.path}?filter=${encodeURIComponent(way.filter(row))}` : null
}

const ids = (rows: Row[], field = 'id'): string => [...new Set(rows.map((row) => String(row[field])))].join(',')
const kMost = 100
const found = async (path: string, filter: string, fields: string, sort = 'id'): Promise<Row[]> => (await listRows(path, { filter, fields, sort, limit: kMost })).items
const to = (path: string, filter: string): string => `${path}?filter=${encodeURIComponent(filter)}`

/** What is found only by way of other rows, with the permission that it takes. */
const kFound: Record<string, { permission: string; find: (row: Row) => Promise<string | null> }> = {
  alerts: { permission: 'insight.alert_place.read', find: async (row) => {
    const places = await found('/insight/alert-place', `project_code==${row.project_code};fiscal_year==${row.fiscal_year};open==true`, 'alert')
    return places.length ? to('/monitoring/alert', `id=in=(${ids(places, 'alert')})`) : null
  } },
  /** The lines of the newest frozen version of the first down. */
  ceiling_amount: { permission: 'compilation.version_line.read', find: async (row) => {
    const lines = await found('/compilation/version-line', `project==${row.project}`, 'version_ref', '-id')
    const versions = lines.length ? await found('/compilation/budget-version', `id=in=(${ids(lines, 'version_ref')});fiscal_year==${row.fiscal_year};step==one_down;status==frozen`, 'id', '-number') : []
    return versions.length ? to('/compilation/version-line', `project==${row.project};version_ref==${versions[0]!.id}`) : null
  } },
  /** The lines of the year's issues that were issued. */
  approved_amount: { permission: 'compilation.issue_line.read', find: async (row) => {
    const lines = await found('/compilation/issue-line', `project==${row.project}`, 'issue', '-id')
    const issues = lines.length ? await found('/compilation/budget-issue', `id=in=(${ids(lines, 'issue')});fiscal_year==${row.fiscal_year};status==issued`, 'id') : []
    return issues.length ? to('/compilation/issue-line', `project==${row.project};issue=in=(${ids(issues)})`) : null
  } },
  paid_amount: { permission: 'ledger.entry.read', find: (row) => ofIndicators(row, '/ledger/entry', 'event=in=(consume,refund)') },
  in_flight_amount: { permission: 'ledger.reservation.read', find: (row) => ofIndicators(row, '/ledger/reservation', 'reserved=gt=0') },
  committed_amount: { permission: 'ledger.reservation.read', find: (row) => ofIndicators(row, '/ledger/reservation', 'confirmed=gt=0') },
}
async function ofIndicators(row: Row, path: string, counted: string): Promise<string | null> {
  const pots = await found('/ledger/indicator', kWays.indicator!.filter(row), 'id')
  return pots.length ? to(path, `indicator=in=(${ids(pots)});${counted}`) : null
}

/** Whether the records behind it are looked for on the click, and may be. */
export const sought = (what: string): boolean => kFound[what] !== undefined && mayDo(kFound[what].permission)
/** The address of records that are found by way of others. Null where none of those may be read. */
export const behind = (row: Row, what: string): Promise<string | null> => kFound[what]!.find(row)
