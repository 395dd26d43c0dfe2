import { expect, it } from 'vitest'
import { currentView, type SavedView, sharedAddress, startView, viewBody, viewFrom, withoutView, withView } from './views'

const view = (name: string, state: string): SavedView => ({ name, looked: { state, q: '' }, columns: null, density: 'compact' })

it('replaces a view of the same name and removes by name', () => {
  const views = withView(withView([view('a', 'x')], view('b', 'y')), view('a', 'z'))
  expect(views.map((one) => [one.name, one.looked.state])).toEqual([['b', 'y'], ['a', 'z']])
  expect(withoutView(views, 'b').map((one) => one.name)).toEqual(['a'])
})
it('knows which view is shown, whatever is empty', () => {
  expect(currentView([view('a', 'x')], { state: 'x', sort: '' })?.name).toBe('a')
  expect(currentView([view('a', 'x')], { state: 'x', sort: 'code' })).toBeUndefined()
})
it('puts what is shown into an address that can be sent', () => {
  expect(sharedAddress('/p/e', { filter: 'a==1;b==2', q: '' }, ['code', 'name'])).toBe('/p/e?filter=a%3D%3D1%3Bb%3D%3D2&columns=code%2Cname')
  expect(sharedAddress('/p/e', {}, null)).toBe('/p/e')
})
it('goes to the server and comes back, whatever else stands there', () => {
  const kept = { id: '1', version: 1, mine: true, role: null, owner: 'x', start: true, removable: true }
  const sent = viewBody(view('a', 'x'))
  expect(viewFrom('a', sent, kept)).toEqual({ name: 'a', looked: { state: 'x' }, columns: null, density: 'compact', kept })
  expect(viewFrom('b', { looked: { state: 3 }, columns: [1, 'amount'], density: 'huge' }, kept)).toMatchObject({ looked: {}, columns: ['amount'], density: 'comfortable' })
  expect(startView([viewFrom('s', {}, { ...kept, mine: false }), viewFrom('m', {}, kept)])?.name).toBe('m')
})
