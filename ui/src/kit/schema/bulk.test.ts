import { expect, it } from 'vitest'
import type { Row, Schema } from '@/api/types'
import { bulkTransitions, eachRow } from './bulk'

const title = { zh: '', en: '' }
const schema = {
  states: {
    field: 'status', initial: 'draft', values: [],
    transitions: [
      { name: 'submit', title, from: ['draft', 'returned'], to: 'submitted', permission: 'submit' },
      { name: 'approve', title, from: ['submitted'], to: 'approved', permission: 'approve' },
      { name: 'amend_draft', title, from: ['draft'], to: 'draft', permission: 'amend' },
      { name: 'end', title, from: ['draft'], to: 'ended', permission: 'end' },
    ],
  },
  can: { transitions: ['submit', 'approve', 'amend_draft'] },
} as unknown as Schema
const rows = [{ id: '1', version: 1, status: 'draft' }, { id: '2', version: 1, status: 'returned' }, { id: '3', version: 4, status: 'other' }] as Row[]

it('offers what the person may do with at least one of the rows', () => {
  expect(bulkTransitions(schema, rows).map((act) => [act.name, act.rows.map((row) => row.id)])).toEqual([['submit', ['1', '2']]])
  expect(bulkTransitions({ ...schema, states: undefined }, rows)).toEqual([])
})
it('goes on after a refusal and says which row it was', async () => {
  const seen: number[] = []
  const act = (row: Row): Promise<void> => (row.id === '2' ? Promise.reject(new Error('no')) : Promise.resolve())
  const outcome = await eachRow(rows, act, { progress: (done) => seen.push(done), stopped: () => false }, (row, error) => ({ id: row.id, name: row.id, sentence: (error as Error).message }))
  expect(outcome).toEqual({ done: 2, failures: [{ id: '2', name: '2', sentence: 'no' }] })
  expect(seen).toEqual([1, 2, 3])
})
it('stops when told to', async () => {
  const outcome = await eachRow(rows, () => Promise.resolve(), { progress: () => undefined, stopped: () => true }, (row) => ({ id: row.id, name: '', sentence: '' }))
  expect(outcome.done).toBe(0)
})
