import { expect, it } from 'vitest'
import { tile } from './watermark'

it('carries name and time, and nothing that a name could smuggle in', () => {
  const svg = decodeURIComponent(tile('张三 <script>"', '2026-11-28 10:00', false))
  expect(svg).toContain('张三 &#60;script&#62;&#34;')
  expect(svg).toContain('2026-11-28 10:00')
  expect(tile('a', 'b', true)).not.toMatch(/[<>]/)
})
