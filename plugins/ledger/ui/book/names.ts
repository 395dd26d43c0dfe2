/** What codes of elements are called; where the reader may not look, the code itself stays. */
import { listRows, mayDo } from '@onebudget/ui'

export const kGroups = ['unit', 'functional_class', 'fund_kind', 'project_code', 'department_class', 'stage'] as const
export type GroupBy = (typeof kGroups)[number]

const kLists: Partial<Record<GroupBy, { path: string; permission?: string; filter: (year: number) => string }>> = {
  functional_class: { path: '/standards/functional-class', filter: (year) => `list_year==${year}` },
  department_class: { path: '/standards/department-economic-class', filter: (year) => `list_year==${year}` },
  fund_kind: { path: '/standards/fund-kind', filter: () => '' },
  project_code: { path: '/compilation/project', permission: 'compilation.project.read', filter: () => '' },
}
const kAtOnce = 100

export async function namesOf(by: GroupBy, codes: string[], year: number): Promise<Map<string, string>> {
  const list = kLists[by]
  const found = new Map<string, string>()
  const wanted = [...new Set(codes.filter((code) => /^[\w-]+$/.test(code)))]
  if (!list || (list.permission && !mayDo(list.permission))) return found
  for (let at = 0; at < wanted.length; at += kAtOnce) {
    const filter = [`code=in=(${wanted.slice(at, at + kAtOnce).join(',')})`, list.filter(year)].filter(Boolean).join(';')
    try {
      for (const row of (await listRows(list.path, { filter, fields: 'code,name', limit: 500 })).items) found.set(String(row.code), String(row.name ?? ''))
    } catch (error) {
      console.info('names of codes not read', by, error) // codes say enough
      return found
    }
  }
  return found
}
