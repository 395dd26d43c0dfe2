// Made by sdk/ui/routes.mjs from plugin.json and schemas/; not written by hand.

/** A sentence in both languages */
export type Both = {
  zh: string
  en: string
}
/** A day */
export type Day = string
export type DualMonitoringReply = {
  items: ({
    project_code: string
    project_name: string
    as_of: Day
    money: 'unknown' | 'green' | 'yellow' | 'orange' | 'red' | null
    goals: 'unknown' | 'green' | 'yellow' | 'orange' | 'red' | null
    both: 'unknown' | 'green' | 'yellow' | 'orange' | 'red' | null
  })[]
}
export type EvaluateReply = {
  scan: string
}
export type EvaluateRequest = {
  full?: boolean
  day?: Day
}
export type EvaluateState = {
  scan: string
  state: 'running' | 'done'
  result?: ScanResult
}
export type ExamineReply = {
  allowed: boolean
  hits: ({
    rule: string
    title: Both
    level: 'blue' | 'yellow' | 'orange' | 'red' | 'grey'
    effect: 'record' | 'warn' | 'ask_papers' | 'stop' | 'forbid' | 'inquire'
    message: Both
    evidence: {
      name: string
      value: string
      name_en?: string
      value_en?: string
    }[]
    overridden?: Record<string, unknown>
  })[]
  not_run: {
    rule: string
    source: Both
  }[]
}
export type ExamineRequest = {
  document?: {
    entity: string
    id: Id
  }
  stage?: string
  unit: Id
  day?: Day
  fiscal_year?: Year
  subject?: 'payment' | 'line' | 'project' | 'payment_book' | 'contract' | 'purchase' | 'purchase_book' | 'tender' | 'supplier' | 'asset' | 'meeting' | 'pay_list' | 'subsidy'
  object?: string
  facts: Record<string, unknown>
  overrides?: {
    rule: string
    by: string
    reason: string
  }[]
}
/** Id of a record */
export type Id = string
/** No members; the body may be left out */
export type NoMembers = Record<string, never>
export type PreviewedHit = {
  cause: string
  level: 'blue' | 'yellow' | 'orange' | 'red' | 'grey'
}
export type RuleRunReply = {
  day: Day | null
  objects: number
  items: ({
    rule: string
    title: Both
    level: 'blue' | 'yellow' | 'orange' | 'red' | 'grey'
    live: boolean
    examined: number
    hits: number
    not_run: number
    state: 'run' | 'not_run'
    source?: Both
  })[]
}
export type ScanResult = {
  day: Day
  objects?: number
  rules: Record<string, {
    examined?: number
    hits?: number
    not_run?: number
    source?: Both
  }>
}
export type StreamedAlert = {
  id: Id
  title: string | null
  title_en?: string | null
  unit_name: string
  message: Both
  raised_at: Time
  rule: string
  level: 'blue' | 'yellow' | 'orange' | 'red' | 'grey'
  effect: 'record' | 'warn' | 'ask_papers' | 'stop' | 'forbid' | 'inquire' | null
  status: 'open' | 'explained' | 'normal' | 'violation' | 'rectified' | 'closed' | 'lapsed'
  unit: Id
  region_code: string | null
  department: string | null
  subject: 'payment' | 'line' | 'project' | 'payment_book' | 'contract' | 'purchase' | 'purchase_book' | 'tender' | 'supplier' | 'asset' | 'meeting' | 'pay_list' | 'subsidy'
  object: string
  object_title: string | null
  fiscal_year: Year
  raised_on: Day
  due_on: Day | null
}
export type StreamReply = {
  items: StreamedAlert[]
  newest: string
  counts: {
    all: number
    open: number
    by_level: ({
      level: 'blue' | 'yellow' | 'orange' | 'red' | 'grey'
      count: number
      open: number
    })[]
    by_rule: {
      rule: string
      title?: string
      title_en?: string
      count: number
      open: number
    }[]
    by_region: {
      key: string
      count: number
      open: number
    }[]
    by_status: ({
      status: 'open' | 'explained' | 'normal' | 'violation' | 'rectified' | 'closed' | 'lapsed'
      count: number
    })[]
  }
  fresh: {
    at: Time | null
    rollup: boolean
  }
}
export type ThresholdPreviewReply = {
  year: number
  objects: number
  hits_before: number
  hits_after: number
  more: PreviewedHit[]
  fewer: PreviewedHit[]
  added: number
  gone: number
}
/** A time in UTC */
export type Time = string
/** A fiscal year */
export type Year = number

export interface Routes {
  /** Asks for judging what is new, or everything with full; a job does it, scan tells whether it is done. */
  'POST /evaluate': { body: EvaluateRequest; reply: EvaluateReply }
  /** Whether a scan is done, with counts rule by rule for a day; after that, and for an unknown scan, the answer is running. */
  'GET /evaluate/{scan}': { reply: EvaluateState }
  /** Tries a draft threshold on last year's records, keeps it with the threshold, and lists alerts that come and go, at most 100 each. */
  'POST /threshold/{id}/preview': { body: NoMembers; reply: ThresholdPreviewReply }
  /** The newest full scan rule by rule; what did not run names the source that was missing. Source: rules R01–R52. */
  'GET /rule-run': { reply: RuleRunReply }
  /** The two lights, of money and of goals, of a unit's projects in a year. */
  'GET /dual-monitoring': { query: {
      unit: string
      year: number
    }; reply: DualMonitoringReply }
  /** The form of an alert as a page to print, in the reader's language. */
  'GET /alert/{id}/form': { reply: string }
  /** Examines the facts of a document by the live rules; writes nothing; amounts in yuan, as text. */
  'POST /examine': { body: ExamineRequest; reply: ExamineReply }
  /** Alerts newer than after, newest first, at most limit, with counts by level, rule, region and status from rollups. */
  'GET /stream': { query: {
      after?: string
      limit?: number
      level?: 'blue' | 'yellow' | 'orange' | 'red' | 'grey'
      rule?: string
      status?: 'open' | 'explained' | 'normal' | 'violation' | 'rectified' | 'closed' | 'lapsed'
      year?: number
      unit?: string
      department?: string
      region?: string
    }; reply: StreamReply }
}
export type Reply<R extends keyof Routes> = Routes[R]['reply']
export type Body<R extends keyof Routes> = Routes[R] extends { body: infer B } ? B : never
export type Asked<R extends keyof Routes> = Routes[R] extends { query: infer Q } ? Q : Record<string, never>
