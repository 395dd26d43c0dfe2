// Made by sdk/ui/routes.mjs from plugin.json and schemas/; not written by hand.

/** An amount given in yuan, at most two decimals */
export type Amount = string
export type BatchReply = {
  items: Moved[]
}
export type BatchRequest = {
  items: {
    step: Id
    version: number
  }[]
  opinion?: string
}
export type CaseLookReply = {
  case: Id
  watched: boolean
  acts: number
}
export type CaseLookRequest = {
  watch?: boolean
}
export type CaseUrgeReply = {
  case: Id
  urged: number
}
export type CaseUrgeRequest = {
  opinion?: string | null
}
export type CaseWithdrawReply = {
  case: Id
  case_state: 'running' | 'returned' | 'finished' | 'withdrawn'
  task?: Id
  task_state?: 'waiting' | 'open' | 'approved' | 'returned' | 'moved' | 'cancelled'
}
export type CaseWithdrawRequest = {
  opinion?: string
}
export type ColleagueReply = {
  items: {
    id: Id
    name: string
    role: string
    post: string
    node: Id
  }[]
}
/** A day */
export type Day = string
export type DeadlinesReply = {
  reminded: number
  escalated: number
  returned: number
  released: number
}
export type DeadlinesRequest = {
  day?: Day
}
export type DefinedStep = {
  id: string
  rank?: number
  title?: string
  mode?: 'single' | 'all' | 'any' | 'in_order'
  at?: 'nearest' | 'unit' | 'department' | 'division' | 'region' | 'upper'
  roles?: string[]
  from?: Amount
  below?: Amount
  categories?: string[]
  offices?: string[]
  workdays?: number
  overdue?: 'remind' | 'escalate' | 'return'
  escalate_to?: string
  by?: string
  transition?: string
  fields?: (string | FieldRight)[]
}
export type Definition = {
  categories?: string[]
  offices?: string[]
  owner_kinds?: string[]
  on_finish?: string
  on_return?: string
  on_withdraw?: string
  steps: DefinedStep[]
}
/** A field of the subject that a step fills in */
export type FieldRight = {
  name: string
  required?: boolean
}
/** What is filled in on the subject: field → value, written as in its records (amounts in yuan) */
export type Filled = Record<string, string | number | number | boolean | null>
/** One mistake: field (JSON pointer), code, message and remedy, in the reader's language */
export type Finding = {
  field: string
  code: string
  message: string
  remedy: string
}
/** Id of a record */
export type Id = string
export type InboxCase = {
  id: Id
  version: number
  title: string
  unit: Id
  subject_entity: string
  subject_id: string
  amount: Money | null
  state: 'running' | 'returned' | 'finished' | 'withdrawn'
  started_at: Time | null
  finished_at: Time | null
  acts: number | null
  changed: boolean
}
export type InboxReply = {
  box: string
  items: (InboxTask | InboxCase)[]
  truncated: boolean
  counts: {
    todo: number
    late: number
    returned: number
    running: number
    watched: number
  }
}
export type InboxTask = {
  id: Id
  version: number
  case: Id
  subject_title: string | null
  subject_entity: string | null
  subject_id: string | null
  amount: Money | null
  step: string
  title: string | null
  state: 'waiting' | 'open' | 'approved' | 'returned' | 'moved' | 'cancelled'
  role: string | null
  office: Id | null
  holder: Id | null
  opened_at: Time | null
  due: Day | null
  due_assumed: boolean | null
  acted_at: Time | null
  principal: Id | null
  opinion: string | null
  urged: number | null
  reminded: number | null
  escalated: boolean | null
  note: string | null
  added: boolean | null
  fields: FieldRight[]
  changed: boolean
}
/** An amount in yuan with two decimals */
export type Money = string
export type Moved = {
  case: Id
  case_state: 'running' | 'returned' | 'finished' | 'withdrawn'
  task: Id
  task_state: 'waiting' | 'open' | 'approved' | 'returned' | 'moved' | 'cancelled'
}
/** No members; the body may be left out */
export type NoMembers = Record<string, never>
export type PreviewReply = {
  findings: Finding[]
  way: {
    id: string
    roles: string[]
  }[][]
}
export type PreviewRequest = {
  definition: Definition
  facts: {
    amount: Amount
    category?: string
    office?: string
    owner_kind?: string
  }
}
export type StepActRequest = {
  decision: 'approve' | 'return'
  opinion?: string
  to_step?: string
  fields?: Filled
}
export type StepAddReply = {
  case: Id
  case_state: 'running' | 'returned' | 'finished' | 'withdrawn'
  task: Id
  task_state: 'waiting' | 'open' | 'approved' | 'returned' | 'moved' | 'cancelled'
  added: Id
}
export type StepAddRequest = {
  to: Id
  place: 'before' | 'after' | 'parallel'
  opinion?: string
}
export type StepClaimReply = {
  case: Id
  case_state: 'running' | 'returned' | 'finished' | 'withdrawn'
  task: Id
  task_state: 'waiting' | 'open' | 'approved' | 'returned' | 'moved' | 'cancelled'
  holder: Id | null
}
export type StepTransferRequest = {
  to: Id
  opinion?: string
}
/** A time in UTC */
export type Time = string
export type Track = {
  id: Id
  version: number
  title: string
  unit: Id
  definition: Id
  subject_entity: string
  subject_id: string
  amount: Money | null
  state: 'running' | 'returned' | 'finished' | 'withdrawn'
  starter: Id | null
  round: number | null
  position: number | null
  way: string[][] | null
  started_at: Time | null
  finished_at: Time | null
  wait_ms: number | null
  wait_workdays: number | null
  seen_at: Time | null
  watched: boolean
  changed: boolean
  tasks: TrackedTask[]
}
export type TrackedTask = {
  id: Id
  version: number
  number: number
  step: string
  title: string | null
  round: number | null
  mode: 'single' | 'all' | 'any' | 'in_order' | null
  state: 'waiting' | 'open' | 'approved' | 'returned' | 'moved' | 'cancelled'
  added: boolean | null
  added_by: Id | null
  role: string | null
  office: Id | null
  holder: Id | null
  opened_at: Time | null
  due: Day | null
  due_assumed: boolean | null
  overdue: 'remind' | 'escalate' | 'return' | null
  escalated: boolean | null
  acted_at: Time | null
  actor: Id | null
  actor_name: string | null
  principal: Id | null
  principal_name: string | null
  opinion: string | null
  to_step: string | null
  wait_ms: number | null
  wait_workdays: number | null
  urged: number | null
  reminded: number | null
  note: string | null
  filled: Filled | null
  is_new: boolean
}

export interface Routes {
  /** Checks a definition; without mistakes it answers the steps that a case of these facts would take, rank by rank. */
  'POST /preview': { body: PreviewRequest; reply: PreviewReply }
  /** What the caller has to do, has done, started or watches, at most limit (50, up to 200), with the counts of all boxes. */
  'GET /inbox': { query: {
      box?: 'todo' | 'done' | 'started' | 'watched'
      limit?: number
    }; reply: InboxReply }
  /** Who a task can be handed to or be signed by as well (step), or who can be a deputy at an office; at most 200. */
  'GET /colleague': { query: {
      step?: string
      office?: string
    }; reply: ColleagueReply }
  /** Approves at most 100 tasks of different cases, all or none; nothing is filled in. */
  'POST /batch': { body: BatchRequest; reply: BatchReply }
  /** Checks deadlines now: reminds, escalates, returns, releases; day is today in China without it. */
  'POST /deadlines': { body: DeadlinesRequest; reply: DeadlinesReply }
  /** Who did what on a case, when, and how long it waited (milliseconds and workdays). */
  'GET /case/{id}/track': { reply: Track }
  /** Remembers that the case was seen as it is; watch says whether to watch it. */
  'POST /case/{id}/look': { body: CaseLookRequest; reply: CaseLookReply }
  /** The submitter urges whoever has open tasks of the case. */
  'POST /case/{id}/urge': { body: CaseUrgeRequest; reply: CaseUrgeReply }
  /** The submitter recalls the case, or the last handler the approval; in time and before the next handler acted. */
  'POST /case/{id}/withdraw': { body: CaseWithdrawRequest; reply: CaseWithdrawReply }
  /** Approves or returns a task; a return needs an opinion, to_step names the step that it goes back to, the submitter without it; with an approval, fields fills in what the step grants, both or neither. */
  'POST /step/{id}/act': { body: StepActRequest; reply: Moved }
  /** Hands the task over to another person. */
  'POST /step/{id}/transfer': { body: StepTransferRequest; reply: Moved }
  /** Adds a signer to a task: before, after or beside it. */
  'POST /step/{id}/add': { body: StepAddRequest; reply: StepAddReply }
  /** Whoever added a signer drops them before they acted. */
  'POST /step/{id}/drop': { body: NoMembers; reply: Moved }
  /** Claims a task of the post, or puts it back. */
  'POST /step/{id}/claim': { body: NoMembers; reply: StepClaimReply }
}
export type Reply<R extends keyof Routes> = Routes[R]['reply']
export type Body<R extends keyof Routes> = Routes[R] extends { body: infer B } ? B : never
export type Asked<R extends keyof Routes> = Routes[R] extends { query: infer Q } ? Q : Record<string, never>
