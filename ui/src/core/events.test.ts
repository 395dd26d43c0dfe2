import { expect, it, vi } from 'vitest'
import { deliver } from './events'

it('reaches every listener, whatever another one does', () => {
  const quiet = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const seen: string[] = []
  deliver([{ changed: () => { throw new Error('mine alone') } }, { changed: (event) => seen.push(event.id) }, { resync: () => seen.push('no') }], 'changed', '{"plugin":"a","entity":"b","id":"7"}')
  expect(seen).toEqual(['7'])
  quiet.mockRestore()
})
it('tells that everything is to be read anew, and drops what it cannot read', () => {
  const quiet = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  const resync = vi.fn()
  deliver([{ resync }], 'resync', '{}')
  deliver([{ resync }], 'resync', 'no json')
  expect(resync).toHaveBeenCalledTimes(1)
  quiet.mockRestore()
})
