import { listRows } from '@onebudget/ui'

/** The year that is worked on: that of the newest projects in sight, else the next. */
export async function workingYear(): Promise<number> {
  const newest = (await listRows('/compilation/project', { sort: '-fiscal_year', limit: 1, fields: 'fiscal_year' })).items[0]
  return Number(newest?.fiscal_year ?? new Date().getFullYear() + 1)
}
