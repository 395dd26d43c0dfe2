/** What the page of one record needs: itself with what may be done, its states, and its moves. */
import { done, type Field, moveRow, readRow, type Row, type Schema, schemaOf, useAct, useAsync, useEvents } from '@onebudget/ui'
import { computed, ref, watch } from 'vue'

export type Can = Row & { _can?: { transitions: string[]; update: boolean } }
export interface Transition { name: string; title: { zh: string; en: string }; comment?: string }
type States = { values: Field['values']; transitions: Transition[] } | undefined
export const statesOf = (schema: Schema | undefined): States => (schema as unknown as { states?: States } | undefined)?.states

export function useSheet<T>(path: string, id: () => string, more: (row: Can, signal: AbortSignal) => Promise<T>, said: string) {
  const comment = ref('')
  const turn = ref(0)
  const acts = useAct()
  const { data, error, run } = useAsync(async (signal) => {
    const [schema, row] = await Promise.all([schemaOf(path), readRow(path, id()) as Promise<Can>])
    const own = await more(row, signal)
    turn.value += 1
    return { schema, row, own }
  })
  watch(id, () => { comment.value = ''; acts.refused.value = null; void run() }, { immediate: true })
  const [, plugin, entity] = path.split('/')
  useEvents({ changed: (event) => { if (event.plugin === plugin && event.entity === entity!.replace(/-/g, '_') && event.id === id() && !acts.busy.value) void run() } })
  const states = computed(() => statesOf(data.value?.schema))
  const moves = computed(() => (states.value?.transitions ?? []).filter((one) => data.value?.row._can?.transitions.includes(one.name)))
  const field = (name: string): Field | undefined => data.value?.schema.fields.find((one) => one.name === name)
  async function move(one: Transition): Promise<void> {
    const row = data.value!.row
    if (await acts.act(() => moveRow(path, row.id, row.version, one.name, comment.value.trim()), one.name)) {
      comment.value = ''
      done(said)
    }
    await run()
  }
  return { data, error, run, states, moves, field, move, comment, turn, ...acts }
}
