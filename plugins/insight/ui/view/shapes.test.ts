import { describe, expect, it, vi } from 'vitest'
import { readFile, shapesOf, type Shapes } from './shapes'

vi.mock('@onebudget/ui', () => ({ get: vi.fn(), mayDo: vi.fn(), request: vi.fn() }))
const feature = (code: string) => ({ type: 'Feature' as const, properties: { code, name: code }, geometry: { type: 'MultiPolygon', coordinates: [] } })

describe('outlines', () => {
  it('are drawn where at least two places of the map are known', () => {
    const shapes: Shapes = { approval_no: 'x', features: ['320500000', '320100000', '320583000'].map(feature) }
    expect(shapesOf(shapes, ['3205', '3201', '320000000'])?.map((one) => one.properties.code)).toEqual(['320500000', '320100000'])
    expect(shapesOf(shapes, ['320583', '320505'])).toBeNull()
    expect(shapesOf(null, ['3205', '3201'])).toBeNull()
  })
  it('are sent without what is not drawn, as coarse as a screen', () => {
    const ring = [[120.123456, 31], [120.1234561, 31.0000001], [121, 31], [121, 32], [120.123456, 31]]
    const text = JSON.stringify({ type: 'FeatureCollection', features: [{ type: 'Feature', properties: { adcode: 320500, name: '<script>' }, geometry: { type: 'Polygon', coordinates: [ring] } }] })
    const read = readFile(text)
    expect(read).toEqual({ features: 1, map: { type: 'FeatureCollection', features: [{ type: 'Feature', properties: { code: undefined, adcode: 320500 }, geometry: { type: 'Polygon', coordinates: [[[120.1235, 31], [121, 31], [121, 32], [120.1235, 31]]] } }] } })
  })
  it('are told apart from other files', () => {
    expect(readFile('PK\u0003\u0004')).toBe('noJson')
    expect(readFile('[]')).toBe('noCollection')
    expect(readFile('null')).toBe('noCollection')
  })
})
