import { expect, it, vi } from 'vitest'
import { loadPage, PageFault } from './load_page'

it('answers the default export', async () => {
  const page = { render: () => null }
  expect(await loadPage(() => Promise.resolve({ default: page }))).toBe(page)
})
it('passes on what the module threw, and names a module without a component', async () => {
  await expect(loadPage(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  await expect(loadPage(() => Promise.resolve({}))).rejects.toBeInstanceOf(PageFault)
  await expect(loadPage(() => Promise.resolve({ default: 7 }))).rejects.toBeInstanceOf(PageFault)
})
it('gives up on a module that never comes', async () => {
  vi.useFakeTimers()
  const waiting = loadPage(() => new Promise(() => undefined), 5000)
  const seen = expect(waiting).rejects.toMatchObject({ key: 'contributed.slow' })
  await vi.advanceTimersByTimeAsync(5000)
  await seen
  vi.useRealTimers()
})
