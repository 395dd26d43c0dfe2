// Made by sdk/ui/routes.mjs from plugin.json and schemas/; not written by hand.

/** An amount given in yuan, at most two decimals */
export type Amount = string
export type BudgetIssuePrepareReply = {
  version: Id | null
  lines: number
  total: Money
}
/** Year → amount */
export type ByYear = Record<string, Money>
export type CarriedEffect = {
  id: Id
  result: Id | null
  number: string
  project: Id
  unit: Id
  fiscal_year: Year
  evaluated_year: Year | null
  evaluation: string | null
  pack_told: string | null
  grade: 'excellent' | 'good' | 'fair' | 'poor' | null
  total: string | null
  factor: Ratio | null
  shield: 'none' | 'guarantees' | 'debt' | 'legal' | 'contract' | null
  cancel: boolean | null
  priority: number | null
  status: 'in_force' | 'revoked' | null
  ceiling: Id | null
  carried_on: Day | null
  carried_by: string | null
  document: string | null
  change: Money
  ceiling_change: Money | null
  trace: string
  does: 'carry' | 'take_back' | 'shielded' | 'elsewhere' | 'nothing'
  moves: Money
}
export type CeilingApplyResultsReply = {
  ceiling: Id
  before: Money
  amount: Money
  written: boolean
  items: CarriedEffect[]
}
export type CeilingApplyResultsRequest = {
  dry_run?: boolean
  documents?: Record<string, string>
}
export type CeilingSplitReply = {
  items: {
    id: Id
    node: Id
    amount: Money
  }[]
}
export type CeilingSplitRequest = {
  parts: {
    node: Id
    amount: Amount
  }[]
}
export type CodeChange = {
  id: Id
  code: string
  name: string
  field: 'functional_class' | 'department_economic_class' | 'government_economic_class'
  from_code: string
  kind: string
  to_year: number
  to: NewCode[]
  suggestion: NewCode | null
}
export type CodeChangeReply = {
  year: Year
  changes: number
  items: CodeChange[]
  truncated: boolean
}
export type CompareReply = {
  left_total: Money
  right_total: Money
  items: ({
    kind: 'added' | 'removed' | 'changed'
    cell: string
    left: Money
    right: Money
    difference: Money
  })[]
}
/** A day */
export type Day = string
export type DuplicateSearchRequest = {
  region: Id
  fiscal_year: Year
}
export type FiscalGap = {
  region: Id
  fiscal_year: Year
  sources: Record<string, Money>
  spending: Record<string, Money>
  resources: Money
  guaranteed: Money
  committed: Money
  other: Money
  gap: Money
  rest: Money
}
export type Forecast = {
  dataset: string
  year: Year
  cells: number
  backtest: {
    from: number
    to: number
    methods: {
      method: string
      total: Money
      skipped: number
      judged: number
      absolute_error: Money
      relative_error: string
      best: boolean
    }[]
  }
  departments: {
    code: string
    amount: Money
  }[]
  functions: {
    code: string
    amount: Money
  }[]
  regions: {
    code: string
    amount: Money
  }[]
  total: Money
}
export type FreezeReply = {
  id: Id
  number: number
  cells: number
  total: Money
  guarantee_gap: Money
}
export type FreezeRequest = {
  unit: Id
  fiscal_year: Year
  step: 'one_up' | 'one_down' | 'two_up' | 'two_down'
  document_ref?: string
}
/** Id of a record */
export type Id = string
export type ImportMappingRunRequest = {
  dataset?: string
  rows: ((string | number | boolean | null)[])[]
  first_line?: number
  dry_run?: boolean
  expected_total?: Amount
}
/** A job does it and tells the outcome */
export type JobAsked = {
  job: Id
}
export type MappingReport = {
  rows: number
  skipped: number
  records: number
  written: number
  total: Money
  next_line?: number
  expected_total?: string
  sound?: boolean
  errors: RowMistake[]
}
/** An amount in yuan with two decimals */
export type Money = string
export type NewCode = {
  code: string
  name?: string
  id?: Id
}
/** No members; the body may be left out */
export type NoMembers = Record<string, never>
/** A ratio: 1 is 100% */
export type Ratio = number
export type RecommendReply = {
  id: Id
  projects: number
  without_ceiling: number
  taken: number
  total: Money
  value: number
  bound: number
  gap: string
  proven: boolean
  stopped: boolean
}
export type RecommendRequest = {
  region: Id
  fiscal_year: Year
  seconds?: number
  seed?: number
}
/** effects when a ceiling was asked for; effect, parts and review when a result was */
export type ResultTrace = {
  ceiling: TracedCeiling | null
  effects?: TracedEffect[]
  effect?: TracedEffect
  parts?: TracedCeiling[]
  recommendations?: {
    recommendation: Id
    taken: boolean
    priority: number
    reason: string
  }[]
  review?: {
    id: Id
    performance: number
    proposed_performance: number | null
    performance_reason: string | null
    grade: 'a' | 'b' | 'c' | 'd' | null
    approved_amount: Money
  } | null
}
export type RollingPlan = {
  base_year: Year
  version: number
  amounts: ByYear
  against: {
    base_year: number
    version: number
  } | null
  variance: {
    year: number
    earlier: Money
    now: Money
    difference: Money
  }[]
  next_roll: ByYear
}
export type RollUpReply = {
  sound: boolean
  cells: number
  differences: {
    code: string
    column: string
    stated: Money
    summed: Money
    children: number
  }[]
}
export type RollUpRequest = {
  cells: {
    code: string
    parent?: string
    column?: string
    amount: Amount
  }[]
}
export type RowMistake = {
  line: number
  cell: string
  column: string
  value: string
  code: string
  message: string
  remedy: string
}
/** More than 20,000 projects are computed by a job */
export type ScenarioAnswer = ScenarioRun | JobAsked
/** Only projects whose codes begin so are told one by one */
export type ScenarioPart = {
  department?: string
  function?: string
  region?: string
}
export type ScenarioRun = {
  id: Id
  fiscal_year: Year
  departments: {
    code: string
    base: Money
    now: Money
  }[]
  functions: {
    code: string
    base: Money
    now: Money
  }[]
  regions: {
    code: string
    base: Money
    now: Money
  }[]
  projects: {
    project: Id
    code: string
    name: string
    base: Money
    now: Money
    reason: string
  }[]
  changed: number
  count: number
  digest: string
  reproduced: boolean
  base_total: Money
  total: Money
  base_gap: Money
  gap: Money
}
export type StatutoryCalendar = {
  region: Id
  fiscal_year: Year
  today: Day
  items: StatutoryDay[]
}
export type StatutoryDay = {
  kind: 'notice' | 'session' | 'draft' | 'reserve' | 'publish_government' | 'publish_department' | 'general_transfer' | 'special_transfer' | 'central_transfer'
  subject: string
  name: string
  due_on: Day | null
  done_on: Day | null
  state: 'waiting' | 'due' | 'overdue' | 'done' | 'late' | 'exempt'
  late_days: number
  document_no: string
  act: Id | null
}
export type TracedCeiling = {
  id: Id
  node: {
    id: Id
    code: string
    name: string
  }
  fiscal_year: Year
  category: 'personnel' | 'operating' | 'operating_other' | 'specific'
  status: 'draft' | 'issued'
  amount: Money
  before_results: Money
  result_change: Money
  parent_ceiling: Id | null
}
export type TracedEffect = {
  id: Id
  result: Id | null
  number: string
  project: {
    id: Id
    code: string
    name: string
  }
  unit: Id
  fiscal_year: Year
  evaluated_year: Year | null
  evaluation: string | null
  pack_told: string | null
  grade: 'excellent' | 'good' | 'fair' | 'poor' | null
  total: string | null
  factor: Ratio | null
  shield: 'none' | 'guarantees' | 'debt' | 'legal' | 'contract' | null
  cancel: boolean | null
  priority: number | null
  status: 'in_force' | 'revoked' | null
  ceiling: Id | null
  carried_on: Day | null
  carried_by: string | null
  document: string | null
  change: Money
  ceiling_change: Money | null
  trace: string
}
/** A fiscal year */
export type Year = number

export interface Routes {
  /** Visible projects whose functional or economic class was renamed, split, merged or withdrawn for a later year; at most 1000, then truncated. Source: successions of the yearly lists. */
  'GET /code-change': { query: {
      year: number
    }; reply: CodeChangeReply }
  /** Resources, spending in order and gap of a region and year, in yuan. Source: revenue estimates and the project library. */
  'GET /fiscal-gap': { query: {
      region: string
      year: number
    }; reply: FiscalGap }
  /** Every statutory day of a region's budget of a year: due, done and how it stands; what is not on record is judged by today. Source: Budget Law, its rules and policy values. */
  'GET /statutory-calendar': { query: {
      region: string
      year: number
    }; reply: StatutoryCalendar }
  /** The newest rolling plan of a project for a base year in yuan, its variance against the plan before, and where the next roll begins. */
  'GET /rolling-plan/{id}': { query: {
      base_year: number
    }; reply: RollingPlan }
  /** Splits a ceiling over nodes below, changing those that are there, in yuan; the sum stays within the ceiling. */
  'POST /ceiling/{id}/split': { body: CeilingSplitRequest; reply: CeilingSplitReply }
  /** Carries results of evaluations into a ceiling that is not issued, or tries it (dry_run); shielded money needs a document. In yuan. Source: the policy of results. */
  'POST /ceiling/{id}/apply-results': { body: CeilingApplyResultsRequest; reply: CeilingApplyResultsReply }
  /** From a ceiling to the results and policies behind it, or from a result to the money it reached; give one of the two. */
  'GET /result-trace': { query: {
      ceiling?: string
      result?: string
    }; reply: ResultTrace }
  /** Freezes what a unit declared in a step as a new version; the second round up is checked hard against issued ceilings. In yuan. */
  'POST /freeze': { body: FreezeRequest; reply: FreezeReply }
  /** Every cell that differs between two frozen versions, in yuan; by is a list of columns joined by commas, all without it. */
  'GET /compare': { query: {
      left: string
      right: string
      by?: string
    }; reply: CompareReply }
  /** Checks that a tree of codes rolls up: a parent is the sum of its children, in yuan; at most 50,000 cells. */
  'POST /roll-up': { body: RollUpRequest; reply: RollUpReply }
  /** Fills an issue anew from the unit's newest frozen second round, or from the batch that it changes; in yuan. */
  'POST /budget-issue/{id}/prepare': { body: NoMembers; reply: BudgetIssuePrepareReply }
  /** Searches visible projects for duplicate declarations and writes pairs to be judged; a job does it, judged ones stay as they are. */
  'POST /duplicate-search': { body: DuplicateSearchRequest; reply: JobAsked }
  /** Computes a recommendation within issued ceilings for a person to judge; in yuan; seconds limits the solver, the same seed answers the same. */
  'POST /recommend': { body: RecommendRequest; reply: RecommendReply }
  /** Computes a scenario beside its base, in yuan; the same input answers the same digest. */
  'POST /scenario/{id}/run': { body: NoMembers; reply: ScenarioAnswer }
  /** Forecast and backtest on budgets and finals of a data set, in yuan. */
  'GET /forecast': { query: {
      dataset: string
      year: number
    }; reply: Forecast }
  /** Imports a CSV or Excel file through a mapping, or tries it; at most 20,000 rows, all or none; in yuan. */
  'POST /import-mapping/{id}/file': { query: {
      dataset?: string
      dry_run?: boolean
      expected_total?: Amount
      first_line?: number
    }; body: string; reply: MappingReport }
  /** Imports rows of text through a mapping, or tries it; at most 20,000 rows, all or none; in yuan. */
  'POST /import-mapping/{id}/run': { body: ImportMappingRunRequest; reply: MappingReport }
  /** An official form (declaration, reviews, ceiling, budget, issue) as a page to print. */
  'GET /form': { query: {
      kind: 'declaration' | 'ex-ante' | 'zero-base' | 'ceiling' | 'version' | 'issue'
      id: string
    }; reply: string }
}
export type Reply<R extends keyof Routes> = Routes[R]['reply']
export type Body<R extends keyof Routes> = Routes[R] extends { body: infer B } ? B : never
export type Asked<R extends keyof Routes> = Routes[R] extends { query: infer Q } ? Q : Record<string, never>
