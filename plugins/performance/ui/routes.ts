// Made by sdk/ui/routes.mjs from plugin.json and schemas/; not written by hand.

export type Comparison = {
  count: number
  median: string
  mad: string
  lowest: string
  highest: string
  judged: boolean
  indicator: string
  benchmark: string | null
  note: string
  items: ({
    project: Id
    region: string
    evaluation: Id
    line: Id
    value: string
    outlier: string | null
  })[]
  published?: {
    values: number | null
    regions: number | null
    median: string | null
    mad: string | null
    lowest: string | null
    highest: string | null
  }
}
export type ComparisonPublishReply = {
  id: Id
}
export type ComparisonPublishRequest = {
  indicator: string
  year: Year
}
/** A day */
export type Day = string
export type EvaluationForm = {
  number: string
  year: Year
  kind: string
  status: string
  unit: string
  department: string
  project?: {
    code: string
    name: string
  }
  goal_expected?: string | null
  goal_actual: string | null
  problems: string | null
  suggestions: string | null
  money: MoneyRow[]
  full_budget: Money
  executed: Money
  execution_rate: Ratio | null
  execution_points: string | null
  total: string | null
  grade: 'excellent' | 'good' | 'fair' | 'poor' | null
  lines: FormLine[]
}
export type EvaluationPrepareReply = {
  lines: number
}
export type EvaluationVerifyReply = {
  items: ScoreFinding[]
}
/** One mistake: field (JSON pointer), code, message and remedy, in the reader's language */
export type Finding = {
  field: string
  code: string
  message: string
  remedy: string
}
export type FormLine = {
  id: Id
  evidence: ({
    id: Id
    title: string
    measured: string | null
  })[] | null
  line_no: number
  first_level: 'cost' | 'output' | 'benefit' | 'satisfaction' | 'decision' | 'process' | 'operating_cost' | 'management' | 'duty' | 'social_effect' | 'sustainability'
  second_level: string
  name: string
  nature: 'at_least' | 'at_most' | 'equal' | 'qualitative'
  target: string
  unit_of_measure: string | null
  weight: string
  actual: string | null
  actual_unit: string | null
  reached: 'achieved' | 'partly' | 'missed' | null
  percent: number | null
  applicable: boolean | null
  completion: Ratio | null
  points: string | null
  reason: string | null
  mark: 'none' | 'low_target' | 'overshoot' | 'shortfall' | 'not_applicable' | null
}
export type GoalQualityReply = {
  score: number
  errors: Finding[]
  advice: Finding[]
}
/** Id of a record */
export type Id = string
/** An amount in yuan with two decimals */
export type Money = string
export type MoneyRow = {
  title: string
  initial: Money
  full: Money
  executed: Money
  rate: string | null
}
/** No members; the body may be left out */
export type NoMembers = Record<string, never>
export type PolicyPackSimulateReply = {
  subjects: number
  shielded: number
  cut: number
  raised: number
  cancelled: number
  base: Money
  amount: Money
  change: Money
  by_grade: Record<string, {
    projects: number
    change: Money
  }>
  digest: string
}
export type PolicyPackSimulateRequest = {
  fiscal_year: Year
}
export type ProposeReply = {
  created: Id[]
  skipped: number
  pack: Id
}
export type ProposeRequest = {
  region: Id
  fiscal_year: Year
}
/** A ratio: 1 is 100% */
export type Ratio = number
export type ReportBatchReply = {
  job: string
}
export type ReportBatchRequest = {
  kind: 'project' | 'department'
  node: Id
  fiscal_year: Year
  template?: string
}
export type ReportCatalogueReply = {
  fields: {
    code: string
    title: string
  }[]
  tables: {
    code: string
    title: string
    columns: {
      code: string
      title: string
    }[]
  }[]
  charts: {
    code: string
    title: string
  }[]
}
export type ReportCheckReply = {
  number: string
  rules: string
  data: {
    kept: string
    derived: string
    same: boolean
  }
  html: {
    kept: string
    derived: string
    same: boolean
  }
  docx: {
    kept: string
    derived: string
    same: boolean
  }
  xlsx: {
    kept: string
    derived: string
    same: boolean
  }
  rows_today: {
    kept: string
    derived: string
    same: boolean
  }
}
export type ReportMakeReply = {
  id: Id
  number: string
  made: boolean
}
/** evaluation for a report of a project, node and fiscal_year for the others */
export type ReportMakeRequest = {
  kind: 'project' | 'department' | 'region' | 'year'
  evaluation?: Id
  node?: Id
  fiscal_year?: Year
  template?: string
}
export type Result = {
  id: Id
  base_amount: Money
  number: string | null
  status: string
  grade: 'excellent' | 'good' | 'fair' | 'poor' | null
  total: string | null
  pack: Id
  pack_told: string | null
  fiscal_year: Year
  budget_year: Year | null
  proposed_factor: Ratio | null
  decided_factor: Ratio | null
  factor: Ratio | null
  decision_reason: string | null
  shield: string | null
  proposed_amount: Money | null
  proposed_change: Money | null
  amount: Money | null
  change: Money | null
}
export type ScoreFinding = {
  id?: Id
  unit: Id
  evaluation: Id
  score_line: Id
  kind: string
  told: string
  evidence?: Id | null
  claimed?: string | null
  measured?: string | null
  self_points?: string | null
  verified_points?: string | null
  difference?: string | null
  status?: 'open' | 'confirmed' | 'dismissed' | null
}
export type StandingReply = {
  items: {
    unit: Id
    code: string
    name: string
    points: number
    rewarded: boolean
  }[]
}
export type Suggestion = {
  indicator: Id
  score: number
  reasons: string[]
  code: string
  name: string
  industry: string
  first_level: 'cost' | 'output' | 'benefit' | 'satisfaction' | 'decision' | 'process' | 'operating_cost' | 'management' | 'duty' | 'social_effect' | 'sustainability'
  second_level: string
  nature: 'at_least' | 'at_most' | 'equal' | 'qualitative'
  formula: string
  unit_of_measure: string | null
  data_source: string
  benchmark: string | null
  benchmark_kind: 'sourced' | 'memory' | 'none' | null
}
export type SuggestReply = {
  types: string[]
  function: string
  items: Suggestion[]
}
export type TracedEvidence = {
  evidence: {
    id: Id
    title: string
    measured: string | null
  }
  line: {
    id: Id
    name: string
    points: string | null
  }
  findings: ({
    id: Id
    difference: string | null
    status: string
  })[]
  results: TracedResult[]
}
export type TracedLine = {
  id: Id
  name: string
  weight: string
  points: string
  target: string
  actual: string
  evidence: ({
    id: Id
    title: string
    measured: string | null
  })[]
  without: {
    total: string
    grade: string
    amount: Money
    difference: Money
  } | null
}
export type TracedResult = {
  result: Result
  project: {
    id: Id
    code: string
    name: string
  }
  evaluation: {
    id: Id
    number: string
    kind: string
    total: string | null
    execution_points: string | null
  }
  appeals: ({
    id: Id
    status: string
    corrected_total: string | null
  })[]
  lines: TracedLine[]
  effects: ({
    id: Id
    status: string
    ceiling: Id | null
    carried_on: Day | null
    carried_by: string | null
    document: string | null
    change: Money | null
    ceiling_change: Money | null
  })[]
  ceilings: {
    id: Id
    category: string
    amount: Money
    status: string
  }[]
}
export type TracedResults = {
  results: TracedResult[]
}
/** A fiscal year */
export type Year = number

export interface Routes {
  /** Suggests indicators of the library by type, class and words of a project, or by text, which may stand alone, with reasons, at most limit. */
  'GET /suggest': { query: {
      project?: string
      text?: string
      limit?: number
    }; reply: SuggestReply }
  /** The quality score of a goal, its mistakes and advice. */
  'GET /goal/{id}/quality': { reply: GoalQualityReply }
  /** Fills an evaluation with lines from its goal and scheme; weights follow the scheme, 100 points in all. */
  'POST /evaluation/{id}/prepare': { body: NoMembers; reply: EvaluationPrepareReply }
  /** Checks a self-evaluation against its evidence and writes findings to be judged; those that are there stay. */
  'POST /evaluation/{id}/verify': { body: NoMembers; reply: EvaluationVerifyReply }
  /** The contents of the form of an evaluation; money in yuan, points as decimal texts. */
  'GET /evaluation/{id}/form': { reply: EvaluationForm }
  /** Values of one indicator over visible projects, their median, spread and outliers. */
  'GET /comparison': { query: {
      indicator: string
      year: number
    }; reply: Comparison }
  /** Publishes a comparison as a benchmark; too few values are refused. */
  'POST /comparison/publish': { body: ComparisonPublishRequest; reply: ComparisonPublishReply }
  /** The form of an evaluation as a page to print. */
  'GET /evaluation/{id}/report': { reply: string }
  /** Simulates a policy on the evaluations of a year, in yuan; kept with the policy, which needs it before approval. */
  'POST /policy-pack/{id}/simulate': { body: PolicyPackSimulateRequest; reply: PolicyPackSimulateReply }
  /** Proposes what results of a region and year do by the policy in force; those with a result are skipped. */
  'POST /propose': { body: ProposeRequest; reply: ProposeReply }
  /** From a result, from a project and budget year, or from a piece of evidence, the trace from evidence to money; give one of the three; in yuan. */
  'GET /trace': { query: {
      result?: string
      project?: string
      budget_year?: number
      evidence?: string
    }; reply: TracedResult | TracedResults | TracedEvidence }
  /** Points of units in a year, the best first; those above nought are rewarded. */
  'GET /standing': { query: {
      year: number
    }; reply: StandingReply }
  /** Makes a report and keeps SM3 digests of data and output; unchanged data answer the report that is there, with made false. */
  'POST /report/make': { body: ReportMakeRequest; reply: ReportMakeReply }
  /** A job makes reports of the projects or departments at and below a node; /system/job/{job} shows its progress. */
  'POST /report/batch': { body: ReportBatchRequest; reply: ReportBatchReply }
  /** The report as a page, printed anew from the data it keeps. */
  'GET /report/{id}/html': { reply: string }
  /** The report as DOCX, printed anew from the data it keeps. */
  'GET /report/{id}/docx': { reply: string }
  /** The report as XLSX, printed anew from the data it keeps. */
  'GET /report/{id}/xlsx': { reply: string }
  /** Proves a report: digests of its data and outputs, and whether today's data are the same. */
  'GET /report/{id}/check': { reply: ReportCheckReply }
  /** Fields, tables and charts that a template of a kind may name. */
  'GET /report-catalogue': { query: {
      kind?: 'project' | 'department' | 'region' | 'year'
    }; reply: ReportCatalogueReply }
  /** Prints an office's template, a draft too, with the newest evaluation that the reader sees. */
  'GET /office-template/{id}/preview': { reply: string }
  /** Prints a template of the province, a draft too, with the newest evaluation that the reader sees. */
  'GET /report-template/{id}/preview': { reply: string }
}
export type Reply<R extends keyof Routes> = Routes[R]['reply']
export type Body<R extends keyof Routes> = Routes[R] extends { body: infer B } ? B : never
export type Asked<R extends keyof Routes> = Routes[R] extends { query: infer Q } ? Q : Record<string, never>
