import { expect, it } from 'vitest'
import { useAct } from './use_act'

it('runs one act at a time and keeps its refusal until the next try', async () => {
  const { busy, refused, act } = useAct()
  let finish = (): void => undefined
  const first = act(() => new Promise<void>((resolve) => { finish = resolve }), 'save')
  expect(busy.value).toBe('save')
  expect(await act(async () => undefined, 'send')).toBe(false)
  finish()
  expect(await first).toBe(true)
  expect(busy.value).toBe('')
  const wrong = new Error('no')
  expect(await act(() => Promise.reject(wrong))).toBe(false)
  expect(refused.value).toBe(wrong)
  expect(await act(async () => undefined)).toBe(true)
  expect(refused.value).toBe(null)
})
