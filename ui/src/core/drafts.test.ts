import { expect, it } from 'vitest'
import { draftKey, dropDraft, dropOldDrafts, keepDraft, readDraft, type Shelf } from './drafts'

function shelf(): Shelf {
  const kept = new Map<string, string>()
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => { kept.set(key, value) }, removeItem: (key) => { kept.delete(key) }, keys: () => [...kept.keys()] }
}
const draft = { at: '2026-03-01T00:00:00.000Z', version: 3, values: { name: 'x' }, labels: {} }

it('keeps one draft per person, entity and record', () => {
  const on = shelf()
  expect(keepDraft(draftKey('7', '/p/e', null), draft, on)).toBe(true)
  expect(readDraft(draftKey('7', '/p/e', null), on)).toEqual(draft)
  expect(readDraft(draftKey('8', '/p/e', null), on)).toBeNull()
  expect(readDraft(draftKey('7', '/p/e', '1'), on)).toBeNull()
  dropDraft(draftKey('7', '/p/e', null), on)
  expect(on.keys()).toEqual([])
})
it('takes what it cannot read for no draft, and a full storage for not kept', () => {
  const on = shelf()
  on.setItem('onebudget.draft.x', '{"broken')
  expect(readDraft('onebudget.draft.x', on)).toBeNull()
  const full: Shelf = { ...on, setItem: () => { throw new Error('full') } }
  expect(keepDraft('k', draft, full)).toBe(false)
})
it('forgets what is a month old, and nothing that is not its own', () => {
  const on = shelf()
  keepDraft(draftKey('7', '/p/e', '1'), draft, on)
  keepDraft(draftKey('7', '/p/e', '2'), { ...draft, at: '2026-04-20T00:00:00.000Z' }, on)
  on.setItem('other', 'stays')
  dropOldDrafts(new Date('2026-05-01T00:00:00.000Z'), on)
  expect(on.keys()).toEqual(['onebudget.draft.7./p/e.2', 'other'])
})
