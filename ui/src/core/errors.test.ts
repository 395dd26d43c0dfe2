import { expect, it } from 'vitest'
import { ProblemError } from '@/api/client'
import { advises, describe as described } from './errors'

it('leaves out general advice where the sentence has said what to do', () => {
  expect(advises('Nobody grants to themself. Ask another security administrator.')).toBe(true)
  expect(advises('用户名或密码不正确。请检查后重试。')).toBe(true)
  expect(advises('Version 0.1.0 is not found.')).toBe(false)
  expect(advises('没有找到。')).toBe(false)
  const said = described(new ProblemError({ status: 409, code: 'a.b', detail: 'Taken. Choose another.' }))
  expect(said.advice).toBe('')
})
it('gives advice by status, or the one remedy, where the sentence says only what is wrong', () => {
  expect(described(new ProblemError({ status: 404, code: 'a.b', detail: '没有找到。' })).advice).not.toBe('')
  expect(described(new ProblemError({ status: 422, code: 'a.b', detail: 'Wrong', errors: [{ message: 'm', remedy: 'Do this' }] })).advice).toBe('Do this')
})
it('quotes the number where somebody else must look into it', () => {
  const number = (status: number): string => described(new ProblemError({ status, code: 'a.b', request_id: 'abc' })).requestId
  expect([number(401), number(422), number(403), number(500)]).toEqual(['', '', 'abc', 'abc'])
})
