/** One declaration in the making: on this computer from the first letter on, on the server from the moment that it can be. */
import { changedNames, createRow, describe, dropDraft, draftKey, fieldName, type Field, type FormField, formGroups, initialValues, keepDraft, listRows, me, newKey, payload, ProblemError, readDraft, readRow, type Row, type Schema, schemaOf, Sheet, updateRow } from '@onebudget/ui'
import { computed, onBeforeUnmount, reactive, ref, shallowRef, watch } from 'vue'
import { fen, kSteps, type StepName, type Values, yearsOf } from './declaration'
import { asLines, type Line, linesOf, type UnitType } from './lines'

export const kPath = '/compilation/project'
const kYears = '/compilation/year-amount'
const kDraftPath = '/p/compilation/declare'
const kDraftDelayMs = 600
const kFirstRows = 60

export function useDeclaration(id: string | null) {
  const schema = shallowRef<Schema | null>(null)
  const row = shallowRef<Row | null>(null)
  const start = shallowRef<Values>({})
  const values = reactive<Values>({})
  const labels = reactive<Record<string, string>>({})
  const complaints = reactive<Record<string, string>>({})
  const years = ref<Record<string, string>>({})
  const sheet = shallowRef(new Sheet(kFirstRows))
  const lineTurn = ref(0)
  const unitType = ref<UnitType>('institution')
  const step = ref<StepName>('basics')
  const keptAt = ref('')
  const restoredAt = ref('')
  const failed = shallowRef<unknown>(null)
  const clash = shallowRef<string[]>([])
  let saved = { years: '', lines: '' }
  let createKey = newKey()
  let draftAt = draftKey(me().id, kDraftPath, id)

  const fields = computed(() => new Map((schema.value ? formGroups(schema.value, row.value ? 'edit' : 'create') : []).flatMap((group) => group.fields).map((one) => [one.field.name, one])))
  /** Codes are those of the budget year's lists. */
  function asked(name: string): FormField | undefined {
    const one = fields.value.get(name)
    if (!one || one.field.entity !== 'standards.functional_class' || !values.fiscal_year) return one
    return { ...one, field: { ...one.field, filter: `${String(one.field.filter ?? '')};list_year==${String(values.fiscal_year)}` } as Field }
  }
  const linesNow = (): Line[] => sheet.value.filled().map(({ row: line }) => line)
  const linesChanged = (): boolean => JSON.stringify(linesNow()) !== saved.lines
  const yearsChanged = (): boolean => JSON.stringify(years.value) !== saved.years
  const changed = (): boolean => changedNames(values, start.value).length > 0 || linesChanged() || yearsChanged()

  function setLines(lines: Line[]): void {
    const next = new Sheet(Math.max(kFirstRows, lines.length + 20))
    next.put(lines.flatMap((line, at) => Object.entries(line).map(([name, text]) => ({ row: at, name, text }))))
    sheet.value = next
  }
  async function proposals(): Promise<void> {
    const only = new Map(me().nodes.filter((node) => node.kind === 'unit' || node.kind === 'department').map((node) => [node.id, node]))
    const newest = (await listRows('/standards/functional-class', { sort: '-list_year', limit: 1 })).items[0]
    const year = Math.min(new Date().getFullYear() + 1, Number(newest?.list_year ?? Infinity))
    const unit = only.size === 1 ? [...only.values()][0] : undefined
    start.value = { ...start.value, fiscal_year: year, start_year: year, end_year: year, existence: 'new', contact_name: me().name, ...(unit ? { unit: unit.id } : {}) }
    if (unit) labels.unit = `${unit.code} ${unit.name}`
  }
  async function readYears(project: string): Promise<Row[]> {
    return (await listRows(kYears, { filter: `project==${project}`, sort: 'year', limit: 200 })).items.filter((one) => Number(one.base_year) === Number(values.fiscal_year))
  }
  async function load(): Promise<void> {
    failed.value = null
    try {
      schema.value = await schemaOf(kPath)
      row.value = id ? await readRow(kPath, id) : null
      start.value = initialValues(schema.value, row.value)
      for (const field of schema.value.fields) labels[field.name] = String(row.value?.[`${field.name}__label`] ?? '')
      if (!id) await proposals()
      Object.assign(values, start.value)
      if (id) {
        setLines(await asLines(await linesOf(id)))
        years.value = Object.fromEntries((await readYears(id)).map((one) => [String(one.year), String(one.amount)]))
      }
      saved = { years: JSON.stringify(years.value), lines: JSON.stringify(linesNow()) }
      restore()
    } catch (error) {
      failed.value = error
    }
  }
  function restore(): void {
    const found = readDraft(draftAt)
    if (!found) return
    const { fields: kept, lines, years: keptYears, unitType: keptType, step: keptStep } = found.values as { fields?: Values; lines?: Line[]; years?: Record<string, string>; unitType?: UnitType; step?: StepName }
    for (const name of Object.keys(start.value)) if (kept && name in kept) values[name] = kept[name]
    Object.assign(labels, found.labels)
    if (lines) setLines(lines)
    if (keptYears) years.value = keptYears
    if (keptType) unitType.value = keptType
    if (keptStep && kSteps.includes(keptStep) && (id || kSteps.indexOf(keptStep) < 3)) step.value = keptStep
    if (changed()) restoredAt.value = found.at
  }
  function keepNow(): void {
    if (!schema.value || !changed()) return
    const at = new Date().toISOString()
    const kept = { fields: { ...values }, lines: linesNow(), years: years.value, unitType: unitType.value, step: step.value }
    if (keepDraft(draftAt, { at, version: row.value?.version ?? null, values: kept, labels: { ...labels } })) keptAt.value = at
  }
  let waiting: ReturnType<typeof setTimeout> | undefined
  watch([values, years, unitType, lineTurn, step], () => {
    clearTimeout(waiting)
    waiting = setTimeout(keepNow, kDraftDelayMs)
  }, { deep: true })
  // A window that is closed or loaded anew tells no component: what was typed in the last moment is kept all the same.
  window.addEventListener('pagehide', keepNow)
  onBeforeUnmount(() => {
    window.removeEventListener('pagehide', keepNow)
    clearTimeout(waiting)
    keepNow()
  })
  function forget(): void {
    clearTimeout(waiting)
    dropDraft(draftAt)
    keptAt.value = restoredAt.value = ''
  }

  async function saveYears(project: string): Promise<void> {
    const wanted = yearsOf(values).slice(1).filter((year) => fen(years.value[year]) > 0n)
    const before = await readYears(project)
    for (const year of wanted) {
      const amount = years.value[year]!
      const there = before.find((one) => Number(one.year) === year)
      if (!there) await createRow(kYears, { project, base_year: values.fiscal_year, year, amount }, newKey())
      else if (there.amount !== amount) await updateRow(kYears, there.id, there.version, { amount })
    }
    saved.years = JSON.stringify(years.value)
  }
  /** What was typed here and what somebody else wrote meanwhile: the fields that differ are named, nothing is lost. */
  async function meet(): Promise<void> {
    const newest = await readRow(kPath, row.value!.id)
    const theirs = initialValues(schema.value!, newest)
    clash.value = changedNames(theirs, start.value).filter((name) => changedNames({ [name]: values[name] }, theirs).length > 0)
    for (const name of Object.keys(theirs)) if (!changedNames({ [name]: values[name] }, start.value).length) values[name] = theirs[name]
    row.value = newest
    start.value = theirs
  }
  /** Answers the record; throws what the server refuses. */
  async function save(): Promise<Row> {
    if (!row.value) row.value = await createRow(kPath, payload(values, null), createKey)
    else if (changedNames(values, start.value).length) {
      try {
        row.value = await updateRow(kPath, row.value.id, row.value.version, payload(values, start.value))
      } catch (error) {
        if (!(error instanceof ProblemError) || error.status !== 412) throw error
        await meet()
        if (clash.value.length) throw error
        row.value = await updateRow(kPath, row.value.id, row.value.version, payload(values, start.value))
      }
    }
    createKey = newKey()
    start.value = { ...values }
    if (yearsChanged()) await saveYears(row.value.id)
    const before = draftAt
    draftAt = draftKey(me().id, kDraftPath, row.value.id)
    if (before !== draftAt) dropDraft(before)
    if (linesChanged()) keepNow()
    else forget()
    return row.value
  }
  function linesSaved(): void {
    saved.lines = JSON.stringify(linesNow())
    if (!changed()) forget()
  }
  /** Puts complaints of the server at their fields; answers those that belong to none. */
  function place(error: unknown): { field: string; text: string }[] {
    const all = describe(error).errors.map((one) => ({ field: fieldName(one.field), text: [one.message, one.remedy].filter(Boolean).join(' ') }))
    for (const one of all) if (fields.value.has(one.field)) complaints[one.field] = one.text
    return all
  }
  return { schema, row, start, values, labels, complaints, years, sheet, lineTurn, unitType, step, keptAt, restoredAt, failed, clash, fields, asked, load, save, linesSaved, linesChanged, changed, keepNow, forget, place }
}
