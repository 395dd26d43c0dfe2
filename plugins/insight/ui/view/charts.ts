/** ECharts as far as the pages use it; the rest is not bundled. */
import { LineChart, MapChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { init, registerMap, use, type EChartsType } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

use([LineChart, MapChart, GridComponent, TooltipComponent, LegendComponent, SVGRenderer])

export type Chart = EChartsType
/** Drawn as SVG, so that it prints sharply. */
export const drawOn = (element: HTMLElement): Chart => init(element, undefined, { renderer: 'svg' })
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
