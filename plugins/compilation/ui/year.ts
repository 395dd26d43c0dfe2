import { listRows, mayDo } from '@onebudget/ui'

/** The year that is worked on: that of an open step of the calendar, else that of the newest projects in sight, else the next. */
export async function workingYear(): Promise<number> {
  const newest = async (path: string, filter: string) =>
    (await listRows(path, { filter, sort: '-fiscal_year', limit: 1, fields: 'fiscal_year' })).items[0]
  const open = mayDo('compilation.budget_round.read') ? await newest('/compilation/budget-round', 'status==open') : undefined
  return Number((open ?? (await newest('/compilation/project', '')))?.fiscal_year ?? new Date().getFullYear() + 1)
}
