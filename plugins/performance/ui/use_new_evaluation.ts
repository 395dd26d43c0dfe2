/** What the pages of evaluations share: one is opened by the address, a new one begins with the scheme in force of its kind. */
import { listRows, me, type Row } from '@onebudget/ui'
import { computed, ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'

export const kEvaluations = '/performance/evaluation'

export function useNewEvaluation() {
  const route = useRoute()
  const router = useRouter()
  const opened = computed(() => (typeof route.query.evaluation === 'string' ? route.query.evaluation : ''))
  const writing = ref(false)
  const starts = ref<Record<string, unknown>>({})
  /** The reader's own unit or department; null for who looks after several, and names one. */
  const unit = me().nodes.find((one) => one.kind === 'unit' || one.kind === 'department')?.id ?? null
  async function write(kind: string, values: Record<string, unknown>): Promise<void> {
    const scheme = (await listRows('/performance/scheme', { filter: `kind==${kind};status==in_force`, sort: 'code', limit: 1 })).items[0]?.id ?? null
    starts.value = { ...values, scheme }
    writing.value = true
  }
  const open = (evaluation: string): void => { void router.push({ query: { evaluation } }) }
  function kept(row: Row): void {
    writing.value = false
    open(String(row.id))
  }
  /** The fields of a new one, before those of its page: who has a unit is not asked for it. */
  const names = (...own: string[]): string[] => [...(unit ? [] : ['unit']), 'project', 'fiscal_year', ...own]
  return { opened, writing, starts, names, own: unit ? { unit } : {}, write, open, kept }
}
