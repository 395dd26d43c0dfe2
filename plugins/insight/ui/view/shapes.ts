/** The outlines that the operator put up: which of them are drawn where one stands, and how a file is read before it is sent. */
import { get, mayDo, request } from '@onebudget/ui'
import { codeOf } from './sums'

export interface Feature { type: 'Feature'; properties: { code: string; name: string }; geometry: { type: string; coordinates: unknown[] } }
export interface Shapes { approval_no: string | null; features: Feature[] }
/** What a request may carry, and room for the rest of it. */
const kMostBytes = 1_000_000
/** A file of outlines is text; what is larger is none that a screen can draw. */
export const kMostFile = 20_000_000

export async function readShapes(): Promise<Shapes | null> {
  if (!mayDo('insight.map_view')) return null
  const read = await get<Shapes>('/insight/map')
  return read.features.length ? read : null
}
export const putShapes = (approval: string, map: unknown): Promise<{ approval_no: string; features: number }> =>
  request('POST', '/insight/map', { json: { approval_no: approval, map } })
export const dropShapes = (): Promise<void> => request('DELETE', '/insight/map')

/** The outlines of the places that are tiles now; null where fewer than two are known: then the tiles serve. */
export function shapesOf(shapes: Shapes | null, tiles: string[]): Feature[] | null {
  if (!shapes) return null
  const wanted = new Set(tiles.map(codeOf))
  const found = shapes.features.filter((one) => wanted.has(one.properties.code))
  return found.length > 1 ? found : null
}

type Trouble = 'tooLarge' | 'noJson' | 'noCollection'
/**
 * A file as it is sent: only what is drawn, coordinates as coarse as a screen, so that a province fits into one request. The server
 * checks all of it again and says what is wrong with which feature.
 */
export function readFile(text: string): { map: object; features: number } | Trouble {
  if (text.length > kMostFile) return 'tooLarge'
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch {
    return 'noJson'
  }
  const features = (read as { features?: unknown } | null)?.features
  if ((read as { type?: unknown } | null)?.type !== 'FeatureCollection' || !Array.isArray(features)) return 'noCollection'
  for (const digits of [4, 3, 2]) {
    const map = { type: 'FeatureCollection', features: features.map((one: unknown) => slim(one, digits)) }
    if (JSON.stringify(map).length <= kMostBytes) return { map, features: features.length }
  }
  return 'tooLarge'
}

function slim(feature: unknown, digits: number): object {
  const { properties, geometry } = (feature ?? {}) as { properties?: Record<string, unknown>; geometry?: { type?: unknown; coordinates?: unknown } }
  return { type: 'Feature', properties: { code: properties?.code, adcode: properties?.adcode }, geometry: { type: geometry?.type, coordinates: coarse(geometry?.coordinates, digits) } }
}
function coarse(value: unknown, digits: number): unknown {
  if (typeof value === 'number') return Number(value.toFixed(digits))
  if (!Array.isArray(value)) return value
  const out = value.map((one) => coarse(one, digits))
  const points = Array.isArray(out[0]) && typeof out[0][0] === 'number'
  return points ? out.filter((one, at) => at === 0 || at === out.length - 1 || String(one) !== String(out[at - 1])) : out
}
