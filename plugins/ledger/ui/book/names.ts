/** What codes of elements are called; where the reader may not look, the code itself stays. */
import { namesByCode } from '@onebudget/ui'

export const kGroups = ['unit', 'functional_class', 'fund_kind', 'project_code', 'department_class', 'stage'] as const
export type GroupBy = (typeof kGroups)[number]

const kLists: Partial<Record<GroupBy, { path: string; permission?: string; filter: (year: number) => string }>> = {
  functional_class: { path: '/standards/functional-class', filter: (year) => `list_year==${year}` },
  department_class: { path: '/standards/department-economic-class', filter: (year) => `list_year==${year}` },
  fund_kind: { path: '/standards/fund-kind', filter: () => '' },
  project_code: { path: '/compilation/project', permission: 'compilation.project.read', filter: () => '' },
}

export async function namesOf(by: GroupBy, codes: string[], year: number): Promise<Map<string, string>> {
  const list = kLists[by]
  return list ? namesByCode(list.path, codes, { filter: list.filter(year), permission: list.permission }) : new Map()
}
