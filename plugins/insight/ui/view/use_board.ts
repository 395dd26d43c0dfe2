import { computed, shallowRef, watch, type ComputedRef } from 'vue'
import { useRoute } from 'vue-router'
import { useTexts } from '../texts'
import { curve, curveOptions, monthsBegun } from './curve'
import { readShapes, type Shapes } from './shapes'
import { gone, today, total } from './sums'
import { readNames, readTowns, useFigures, type Asked } from './use_figures'

/** What dashboard and big screen share: what is asked stands in the address; names, outlines, figures and the curve follow it. */
export function useBoard() {
  const { t } = useTexts()
  const route = useRoute()
  const names = shallowRef<Awaited<ReturnType<typeof readNames>> | null>(null)
  const shapes = shallowRef<Shapes | null>(null)
  const unnamed = shallowRef<unknown>(null)
  const day = today()
  const asked = (name: string): string => (typeof route.query[name] === 'string' ? String(route.query[name]) : '')
  const matching = (name: string, form: RegExp): string => (form.test(asked(name)) ? asked(name) : '')
  const year = computed(() => {
    const now = Number(day.slice(0, 4))
    return Number(asked('year')) || (names.value?.years.includes(now) ? now : names.value?.years.at(-1) ?? now)
  })
  const region = computed(() => matching('region', /^(\d{4}|\d{6}|\d{9})$/) || (names.value?.home ?? ''))
  const question: ComputedRef<Asked | null> = computed<Asked | null>((before) => {
    if (!names.value) return null
    const now = { year: year.value, fund: matching('fund', /^\d+$/), func: matching('function', /^\d{3}$/), region: region.value }
    return before && JSON.stringify(before) === JSON.stringify(now) ? before : now
  })
  const { shown, failed, loading, live, load } = useFigures(question)
  const start = (): void => {
    readNames().then((read) => { names.value = read; unnamed.value = null }, (error: unknown) => { unnamed.value = error })
    readShapes().then((read) => { shapes.value = read }, () => undefined) // the tiles serve
  }
  start()
  watch([region, () => names.value !== null], () => {
    const now = names.value
    if (now) readTowns(region.value, now.regions).then((regions) => { if (regions !== now.regions && names.value) names.value = { ...names.value, regions } }, () => undefined)
  })
  const error = computed(() => unnamed.value ?? failed.value)
  const retry = (): void => { if (unnamed.value) start(); else void load() }
  const even = computed(() => gone(year.value, day))
  const figures = computed(() => total(shown.value?.regions ?? []))
  const line = computed(() => curve(shown.value?.months ?? [], figures.value.indicator, monthsBegun(year.value, day)))
  const month = (at: number): string => t('insight.month', { month: at })
  const draw = computed(() => {
    const points = line.value
    const words = { planned: t('insight.planned'), paid: t('insight.paid'), even: t('insight.even'), month }
    return (tint: (name: string) => string) => curveOptions(points, words, tint)
  })
  return { names, shapes, year, region, asked, shown, loading, live, error, retry, even, figures, line, month, draw }
}
