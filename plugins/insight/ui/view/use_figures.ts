import { aggregate, get, listRows, mayDo, useEvents, type Row } from '@onebudget/ui'
import { onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue'
import { homeOf, kSums, regionFilter, type Item } from './sums'

/** What a leader asks: kept in the address of the page. */
export interface Asked { year: number; fund: string; func: string; region: string }
export interface Shown {
  regions: Item[]; cells: Item[]; months: Item[]; grades: Item[]; guarantees: Item[]; stages: Item[]; alerts: Row[]; worst: Row[]; at: string
}

const kLine = '/insight/project-line'
const kPauseMs = 800
const all = (...terms: string[]): string => terms.filter(Boolean).join(';')

/** All that a dashboard shows comes from rollups; alerts and the gravest rows are the newest records themselves. */
export async function readFigures(asked: Asked): Promise<Shown> {
  const base = all(`fiscal_year==${asked.year}`, asked.fund && `fund_kind==${asked.fund}`, asked.func && `function_group==${asked.func}`)
  const here = all(base, regionFilter(asked.region))
  const sums = (group: string, what: string, filter = here) => aggregate(kLine, group, what, filter).then((answer) => answer.items)
  const alertFilter = all(`fiscal_year==${asked.year}`, 'status=in=(open,explained,violation,rectified)')
  const [regions, cells, grades, guarantees, stages, months, alerts, worst] = await Promise.all([
    sums('region_code', kSums), sums('region_code,function_group', kSums), sums('grade', 'count'), sums('three_guarantees', 'count,sum:indicator_amount,sum:approved_amount,sum:paid_amount'),
    sums('stage', 'count,sum:declared_amount'),
    mayDo('insight.month_line.read') ? aggregate('/insight/month-line', 'month', 'sum:planned_amount,sum:paid_amount', here).then((answer) => answer.items) : [],
    mayDo('monitoring.alert.read') ? listRows('/monitoring/alert', { filter: alertFilter, sort: '-id', limit: 12, expand: 'labels' }).then((page) => page.items, () => []) : [],
    listRows(kLine, { filter: all(here, 'alert_level!=none'), sort: '-open_grey,-open_red,-open_orange', limit: 8, expand: 'labels' }).then((page) => page.items),
  ])
  return { regions, cells, grades, guarantees, stages, months, alerts, worst, at: new Date().toISOString() }
}

/** Figures that follow what is asked and what happens: a change that the server tells of is on the screen within about a second. */
export function useFigures(asked: Ref<Asked | null>) {
  const shown = shallowRef<Shown | null>(null)
  const failed = shallowRef<unknown>(null)
  const loading = ref(false)
  let turn = 0
  let later: ReturnType<typeof setTimeout> | undefined
  async function load(): Promise<void> {
    if (!asked.value) return
    const mine = ++turn
    loading.value = shown.value === null
    try {
      const read = await readFigures(asked.value)
      if (mine !== turn) return
      shown.value = read
      failed.value = null
    } catch (error) {
      if (mine === turn) failed.value = error
    } finally {
      if (mine === turn) loading.value = false
    }
  }
  const soon = (): void => { later ??= setTimeout(() => { later = undefined; void load() }, kPauseMs) }
  const { live } = useEvents({
    changed: (event) => { if (event.plugin === 'insight' || (event.plugin === 'monitoring' && event.entity === 'alert')) soon() },
    resync: soon,
  })
  onScopeDispose(() => { clearTimeout(later) })
  watch(asked, load, { immediate: true })
  return { shown, failed, loading, live, load }
}

/** Towns stand in the tree, not in the code list: their names, when a county is looked at. */
export async function readTowns(region: string, into: Map<string, string>): Promise<Map<string, string>> {
  if (region.length < 6) return into
  const found = await get<{ items: { code: string; name: string }[] }>('/system/node', { q: region.slice(0, 6), kind: 'region', limit: 200 })
  return new Map([...into, ...found.items.filter((one) => /^\d{9}$/.test(one.code)).map((one) => [one.code, one.name] as const)])
}

/** Departments by code, with the name of the highest office that the reader sees: a code is a department with all below it, at every level. */
export async function readDepartments(): Promise<Map<string, string>> {
  interface Node { code: string; name: string; department_code: string }
  const [told, nodes] = await Promise.all([
    aggregate(kLine, 'department', 'count'),
    get<{ items: Node[] }>('/system/node', { kind: 'department', limit: 1000 }).catch(() => ({ items: [] as Node[] })),
  ])
  const highest = (one: Node, other: Node): number => (one.code < other.code ? 1 : -1) // the highest is written last
  const names = new Map([...nodes.items].sort(highest).map((one) => [one.department_code, one.name]))
  return new Map(told.items.map((item) => String(item.department ?? '')).filter(Boolean).sort().map((code) => [code, names.has(code) ? `${code} ${names.get(code)}` : code]))
}

/** Names of places, functions and funds, the years that there are, and where the reader's own part of the country begins. */
export async function readNames(): Promise<{ regions: Map<string, string>; functions: Map<string, string>; funds: Map<string, string>; years: number[]; home: string }> {
  const names = async (path: string, filter: string, by = 'code') => new Map((await listRows(path, { filter, fields: 'code,name', limit: 500, sort: 'code' })).items.map((row) => [String(row[by]), String(row.name)]))
  const [regions, zones, functions, funds, years, home] = await Promise.all([
    names('/standards/region', 'status==in_force'), names('/standards/zone', 'status==in_force').catch(() => new Map<string, string>()), names('/standards/functional-class', 'level==1;status==in_force'), names('/standards/fund-kind', 'status==in_force'),
    aggregate(kLine, 'fiscal_year', 'count').then((answer) => answer.items.map((item) => Number(item.fiscal_year)).sort()),
    aggregate(kLine, 'region_code', 'count').then((answer) => homeOf(answer.items.map((item) => String(item.region_code)))),
  ])
  return { regions: new Map([...zones, ...regions]), functions, funds, years, home }
}
