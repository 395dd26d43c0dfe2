import { get, request } from './client'
import type { SessionInfo } from './types'

export interface Person { username: string; display_name: string; password: string }
export interface FirstStart {
  secret: string; root: { code: string; name: string; gov_level: string }; system: Person; security: Person; audit: Person
}

export const readSession = (): Promise<SessionInfo> => request<SessionInfo>('GET', '/session', { anonymous: true })
export const openSession = (username: string, password: string): Promise<SessionInfo> =>
  request<SessionInfo>('POST', '/session', { json: { username, password }, anonymous: true })
export const closeSession = (): Promise<void> => request<void>('DELETE', '/session', { anonymous: true })
export const changePassword = (old_password: string, new_password: string): Promise<void> =>
  request<void>('POST', '/session/password', { json: { old_password, new_password }, anonymous: true })
export const firstStartNeeded = (): Promise<boolean> => get<{ needed: boolean }>('/session/bootstrap').then((answer) => answer.needed)
export const firstStart = (what: FirstStart): Promise<{ accounts: { username: string; role: string }[] }> =>
  request('POST', '/session/bootstrap', { json: what, anonymous: true })
