import { expect, it } from 'vitest'
import type { Permission } from '@/api/types'
import { groupOf, groups } from './permission_groups'

const known: Permission[] = [
  { code: 'compilation.project.read', title: { zh: '查看：项目', en: 'Read: Project' }, risk: 'low' },
  { code: 'compilation.project.approve', title: { zh: '项目：审核入库', en: 'Project: admit' }, risk: 'high' },
  { code: 'compilation.code_change', title: { zh: '代码变动', en: 'Code changes' }, risk: 'low' },
]

it('gathers permissions by object', () => {
  expect(groupOf('compilation.project.read')).toBe('compilation.project')
  expect(groupOf('compilation.code_change')).toBe('compilation')
  expect(groups(known, [], '').map((group) => [group.code, group.items.length])).toEqual([['compilation', 1], ['compilation.project', 2]])
})
it('finds by words of either language and by code', () => {
  expect(groups(known, [], '审核')[0].items[0].code).toBe('compilation.project.approve')
  expect(groups(known, [], 'project READ').flatMap((group) => group.items)).toHaveLength(1)
  expect(groups(known, [], 'nothing')).toEqual([])
})
it('keeps chosen codes that nobody declares', () => {
  expect(groups(known, ['old.thing.read'], '').find((group) => group.code === 'old.thing')?.items[0].code).toBe('old.thing.read')
})
