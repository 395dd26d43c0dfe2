import { get, listRows } from '@onebudget/ui'
import { ref, shallowRef, watch, type Ref } from 'vue'
import type { Answer } from './measures'

/** What is asked: kept in the address of the page. */
export interface Asked { year: number; region: string }
export interface Shown { regions: Answer; months: Answer; cells: Answer; units: Answer; regimes: Answer }

const figures = (by: string, asked: Asked): Promise<Answer> => get<Answer>('/usage/figures', { year: asked.year, by, region: asked.region || undefined })

const kMostPlaces = 1000
/** Names of the places whose events name none, from the tree; a place that is no more keeps its code. */
async function nameRegions(answer: Answer): Promise<Answer> {
  if (answer.items.every((one) => one.name || !one.key)) return answer
  const tree = await get<{ items: { code: string; name: string }[] }>('/system/node', { kind: 'region', limit: kMostPlaces }).catch(() => ({ items: [] }))
  const names = new Map(tree.items.map((one) => [one.code, one.name]))
  return { ...answer, items: answer.items.map((one) => (one.name ? one : { ...one, name: names.get(one.key) })) }
}

export function useUsage(asked: Ref<Asked | null>) {
  const shown = shallowRef<Shown | null>(null)
  const failed = shallowRef<unknown>(null)
  const loading = ref(false)
  let turn = 0
  async function load(): Promise<void> {
    if (!asked.value) return
    const mine = ++turn
    loading.value = true
    try {
      const now = asked.value
      const [regions, months, cells, units, regimes] = await Promise.all([figures('region', { ...now, region: '' }).then(nameRegions), figures('month', now), figures('region_month', now), figures('unit', now), figures('regime', now)])
      if (mine !== turn) return
      shown.value = { regions, months, cells, units, regimes }
      failed.value = null
    } catch (error) {
      if (mine === turn) failed.value = error
    } finally {
      if (mine === turn) loading.value = false
    }
  }
  watch(asked, load, { immediate: true })
  return { shown, failed, loading, load }
}

/** The newest year of which there are events. */
export async function newestYear(): Promise<number> {
  const page = await listRows('/usage/event', { sort: '-year', fields: 'year', limit: 1 })
  return Number(page.items[0]?.year ?? new Date().getFullYear())
}
