// Made by sdk/ui/routes.mjs from plugin.json and schemas/; not written by hand.

/** Id of a record */
export type Id = string
/** No members; the body may be left out */
export type NoMembers = Record<string, never>
export type ReviseReply = {
  id: Id
  edition: number
  message: string
}
export type RulePackPreviewReply = {
  pack: string
  edition: number
  target: string
  records: number
  rules: ({
    id: string
    finding: unknown
    filter: string
    state: 'run' | 'not_run'
    found: number | null
    examples: {
      id: Id
      code: unknown
      name: unknown
    }[]
    reason?: string
  })[]
}

export interface Routes {
  /** Copies an edition of a list into a new draft; entity is the list's name (functional-class). */
  'POST /revise/{entity}/{id}': { body: NoMembers; reply: ReviseReply }
  /** Runs a rule pack on visible records without effect: a count and at most 10 examples for each rule; why one could not run. */
  'POST /rule-pack/{id}/preview': { body: NoMembers; reply: RulePackPreviewReply }
}
export type Reply<R extends keyof Routes> = Routes[R]['reply']
export type Body<R extends keyof Routes> = Routes[R] extends { body: infer B } ? B : never
export type Asked<R extends keyof Routes> = Routes[R] extends { query: infer Q } ? Q : Record<string, never>
