/** ECharts as far as the pages use it; the rest is not bundled. */
import { LineChart, MapChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { init, registerMap, use, type EChartsType } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { onBeforeUnmount, onMounted, type Ref, shallowRef, type ShallowRef } from 'vue'

use([LineChart, MapChart, GridComponent, TooltipComponent, LegendComponent, SVGRenderer])

export type Chart = EChartsType
/** The chart in a box, drawn as SVG so that it prints sharply: `paint` fills it, and again when the colours of the page change; it follows the size of the box. */
export function useChart(box: Ref<HTMLElement | undefined>, paint: () => void, made: (chart: Chart) => void = () => undefined): ShallowRef<Chart | null> {
  const chart = shallowRef<Chart | null>(null)
  const size = new ResizeObserver(() => chart.value?.resize())
  const theme = new MutationObserver(paint)
  onMounted(() => {
    if (!box.value) return
    chart.value = init(box.value, undefined, { renderer: 'svg' })
    made(chart.value)
    paint()
    size.observe(box.value)
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['class'] })
  })
  onBeforeUnmount(() => {
    size.disconnect()
    theme.disconnect()
    chart.value?.dispose()
  })
  return chart
}
/** A colour of the page, as it is now: light, dark or of great contrast. */
export const colour = (element: HTMLElement, name: string): string => getComputedStyle(element).getPropertyValue(`--ob-${name}`).trim()

let maps = 0
/** Outlines under a name of their own, with which a chart draws them. */
export function keepMap(features: object[]): string {
  maps += 1
  const name = `outlines-${maps}`
  registerMap(name, { type: 'FeatureCollection', features } as Parameters<typeof registerMap>[1])
  return name
}
