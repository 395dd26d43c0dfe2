// Made by sdk/ui/routes.mjs from plugin.json and schemas/; not written by hand.

/** No members; the body may be left out */
export type NoMembers = Record<string, never>
export type RebuildReply = {
  state: 'asked'
}
export type RebuildState = {
  state: 'never' | 'done'
  projects?: number
  rows?: number
  differing?: number
  samples?: string[]
  first?: boolean
  ended_at_ms?: number
}

export interface Routes {
  /** Asks for the one table to be made anew from the records of the plugins and compared row by row; a job does it, GET tells the outcome. */
  'POST /rebuild': { body: NoMembers; reply: RebuildReply }
  /** The newest comparison: projects, rows, those that differed; never before the first. */
  'GET /rebuild': { reply: RebuildState }
}
export type Reply<R extends keyof Routes> = Routes[R]['reply']
export type Body<R extends keyof Routes> = Routes[R] extends { body: infer B } ? B : never
export type Asked<R extends keyof Routes> = Routes[R] extends { query: infer Q } ? Q : Record<string, never>
