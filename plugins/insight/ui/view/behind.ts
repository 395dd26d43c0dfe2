/** From a number of the one table to the records that make it up. */
import { listRows, mayDo, type Row } from '@onebudget/ui'

export const kMoney = [
  { field: 'declared_amount', title: 'declared' }, { field: 'reviewed_amount', title: 'reviewed' }, { field: 'ceiling_amount', title: 'ceiling' }, { field: 'approved_amount', title: 'approved' },
  { field: 'indicator_amount', title: 'indicator' }, { field: 'frozen_amount', title: 'frozen' }, { field: 'in_flight_amount', title: 'inFlight' }, { field: 'committed_amount', title: 'committed' },
  { field: 'paid_amount', title: 'paid' }, { field: 'balance_amount', title: 'balance' }, { field: 'contract_amount', title: 'contract' },
]

const kWays: Record<string, { permission: string; path: string; filter: (row: Row) => string }> = (() => {
  const byProject = (row: Row): string => `project==${row.project}`
  const inYear = (row: Row): string => `project==${row.project};fiscal_year==${row.fiscal_year}`
  const byCode = (row: Row): string => `project_code==${row.project_code};fiscal_year==${row.fiscal_year}`
  const indicator = { permission: 'ledger.indicator.read', path: '/ledger/indicator', filter: (row: Row) => `${byCode(row)};stage==executable` }
  return {
    reviewed_amount: { permission: 'compilation.project_review.read', path: '/compilation/project-review', filter: byProject },
    ceiling_amount: { permission: 'compilation.version_line.read', path: '/compilation/version-line', filter: byProject },
    approved_amount: { permission: 'compilation.issue_line.read', path: '/compilation/issue-line', filter: byProject },
    indicator, indicator_amount: indicator, frozen_amount: indicator, balance_amount: indicator,
    contract_amount: { permission: 'monitoring.contract.read', path: '/monitoring/contract', filter: byCode },
    goal: { permission: 'performance.goal.read', path: '/performance/goal', filter: inYear },
    evaluation: { permission: 'performance.evaluation.read', path: '/performance/evaluation', filter: inYear },
    result: { permission: 'performance.result.read', path: '/performance/result', filter: inYear },
  }
})()

/** The address of the records, or null for who may not read them. */
export function linkOf(row: Row, what: string): string | null {
  if (what === 'project' || what === 'declared_amount') return mayDo('compilation.project.read') ? `/compilation/project/${row.project}` : null
  const way = kWays[what]
  return way && mayDo(way.permission) ? `${way.path}?filter=${encodeURIComponent(way.filter(row))}` : null
}

const ids = (rows: Row[], field = 'id'): string => rows.map((row) => String(row[field])).join(',')

/** Payments and reservations name an indicator, alerts are placed by a row of their own: found by way of those. Null where none of them may be read. */
export async function behind(row: Row, what: 'paid' | 'reserved' | 'alerts'): Promise<string | null> {
  if (what === 'alerts') {
    const places = await listRows('/insight/alert-place', { filter: `project_code==${row.project_code};fiscal_year==${row.fiscal_year};open==true`, fields: 'alert', limit: 100 })
    return places.items.length === 0 ? null : `/monitoring/alert?filter=${encodeURIComponent(`id=in=(${ids(places.items, 'alert')})`)}`
  }
  const pots = await listRows('/ledger/indicator', { filter: kWays.indicator!.filter(row), fields: 'id', limit: 100 })
  if (pots.items.length === 0) return null
  const filter = `indicator=in=(${ids(pots.items)})`
  return what === 'paid' ? `/ledger/entry?filter=${encodeURIComponent(`${filter};event=in=(consume,refund)`)}` : `/ledger/reservation?filter=${encodeURIComponent(filter)}`
}
