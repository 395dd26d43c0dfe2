// Made by sdk/ui/routes.mjs from plugin.json and schemas/; not written by hand.

/** An amount given in yuan, at most two decimals */
export type Amount = string
/** An amount asked for in yuan, at most two decimals */
export type AskedAmount = string
export type AskedLine = {
  line: number
  indicator: Id
  amount: AskedAmount
  from?: Id
}
export type Balance = {
  indicator: Id
  code: string
  unit: Id
  fiscal_year: Year
  stage: string
  project: string
  amount: Money
  available: Money
  frozen: Money
  reserved: Money
  confirmed: Money
  paid: Money
}
export type BalanceReply = {
  items: Balance[]
}
/** A sentence in both languages */
export type Both = {
  zh: string
  en: string
}
export type CheckFinding = {
  line: number
  field: string
  code: string
  level: 'pass' | 'warn' | 'hold' | 'stop'
  message: Both
  remedy: Both
}
export type CheckRequest = {
  document: Document
  unit: Id
  link: 'plan' | 'procurement' | 'contract' | 'payment' | 'other'
  title?: string
  expires_on?: Day
  lines: AskedLine[]
}
export type ControlProof = {
  kind: 'control'
  rule: string
  control: Id
  edition: number
  pool: Id
  name: string
  warn_percent: number
  stop_percent: number
  budget: Money
  used: Money
  needed: Money
  after: Money
  level: 'pass' | 'warn' | 'hold' | 'stop'
  holds: boolean
  override: {
    possible: boolean
    role?: string
    limit?: Money
    granted?: Money
    persons?: {
      user: Id
      name: string
      display_name: string
    }[]
  }
}
/** A day */
export type Day = string
export type Document = {
  entity: string
  id: string
}
export type DocumentReverseReply = {
  id: Id
  number: string
}
export type DocumentReverseRequest = {
  number?: string
  posted_on?: Day
}
export type DriftReply = {
  fiscal_year: number
  entries: number
  indicators: number
  reservations: number
  pools: number
  differences: {
    entity: string
    id: string
    field: string
    kept: Money
    computed: Money
  }[]
}
export type DriftRequest = {
  fiscal_year?: Year
}
export type ExecutionItem = {
  key: string
  name: string | null
  amount: Money
  available: Money
  frozen: Money
  reserved: Money
  confirmed: Money
  paid: Money
  rate: Ratio | null
  deviation: Ratio | null
}
export type ExecutionMonth = {
  key: string
  paid: Money | null
  paid_to_date: Money | null
  even_to_date: Money
  even: Ratio
  rate: Ratio | null
  deviation: Ratio | null
}
export type ExecutionReply = {
  year: Year
  by: string
  day: Day
  even: Ratio
  total: ExecutionSum
  items: (ExecutionMonth | ExecutionItem)[]
  fresh: {
    at: Time | null
    rollup: boolean
  }
}
export type ExecutionSum = {
  amount: Money
  available: Money
  frozen: Money
  reserved: Money
  confirmed: Money
  paid: Money
  rate: Ratio | null
  deviation: Ratio | null
}
/** What confirm and release take */
export type ExternalLines = {
  document: Document
  on?: Day
  lines: number[]
  reason?: 'refused' | 'withdrawn' | 'expired' | 'cancelled' | 'closed'
}
/** reserve answers its verdict and proof as well */
export type ExternalReply = {
  allowed?: boolean
  level?: 'pass' | 'warn' | 'hold' | 'stop'
  findings?: CheckFinding[]
  proof?: Proof
  repeated: boolean
  reservations: Reservation[]
  decision?: Id
}
export type ExternalRequest = ExternalReserve | ExternalSpend | ExternalLines
/** What reserve takes */
export type ExternalReserve = {
  document: Document
  on?: Day
  unit: Id
  link: 'plan' | 'procurement' | 'contract' | 'payment' | 'other'
  title?: string
  expires_on?: Day
  lines: AskedLine[]
}
/** What consume and refund take */
export type ExternalSpend = {
  document: Document
  on?: Day
  reference: string
  lines: {
    line: number
    amount: AskedAmount
  }[]
}
export type FundsCheck = {
  allowed: boolean
  level: 'pass' | 'warn' | 'hold' | 'stop'
  findings: CheckFinding[]
  proof: Proof
}
/** Id of a record */
export type Id = string
export type IndicatorProof = {
  kind: 'indicator'
  rule: string
  indicator: Id
  code: string
  stage: string
  lines: {
    line: number
    amount: Money
    drawn: Money
    needed: Money
    from?: Id
  }[]
  balances: {
    available: Money
    frozen: Money
    reserved: Money
    confirmed: Money
    paid: Money
  }
  in_flight: Record<string, Money>
  needed: Money
  left: Money
  holds: boolean
  override?: {
    possible: boolean
    instead: string[]
  }
}
/** An amount in yuan with two decimals */
export type Money = string
export type Proof = {
  rule: 'ledger.funds_check'
  version: number
  document: {
    entity: string
    id: string
  }
  unit: Id
  link: string
  on: Day
  allowed: boolean
  level: 'pass' | 'warn' | 'hold' | 'stop'
  all_of: (IndicatorProof | ControlProof)[]
  refused_lines: {
    line: number
    rule: string
  }[]
}
/** A ratio: 1 is 100% */
export type Ratio = number
export type ReplayReply = {
  fiscal_year: Year
  entries: number
  indicators: number
  debits: Money
  credits: Money
  accounts: Record<string, Money>
  digest: string
}
export type Reservation = {
  line: number
  id: Id
  indicator: Id
  link: 'plan' | 'procurement' | 'contract' | 'payment' | 'other'
  from?: Id
  reserved: Money
  confirmed: Money
  consumed: Money
  state: 'reserved' | 'confirmed' | 'partly_consumed' | 'consumed' | 'released' | 'expired'
  expires_on?: Day
}
/** A time in UTC */
export type Time = string
/** A fiscal year */
export type Year = number
export type YearEndReply = {
  documents: ({
    id: Id
    kind: 'carry_over' | 'recover' | 'write_off'
    number: string
    lines: number
    total: Money
  })[]
  waiting: {
    indicator: Id
    reason: string
  }[]
}
export type YearEndRequest = {
  region: Id
  fiscal_year: Year
  posted_on?: Day
  fund_income?: Amount
}

export interface Routes {
  /** Checks the lines of a document against the money without any effect: verdict, findings of the controls and the proof tree. Amounts in yuan. */
  'POST /check': { body: CheckRequest; reply: FundsCheck }
  /** reserve, confirm, consume, refund and release for documents of outside systems, whose entity begins with external. Amounts in yuan. */
  'POST /external/{verb}': { body: ExternalRequest; reply: ExternalReply }
  /** Balances of indicators, now or at the end of a day; amounts in yuan. indicators are ids joined by commas, at most 4000 characters. */
  'GET /balance': { query: {
      indicators?: string
      unit?: string
      fiscal_year?: number
      project?: string
      as_of?: string
    }; reply: BalanceReply }
  /** Execution of executable indicators: a curve by month, or sums by region, department, function, fund or unit, the latest first; in yuan, from rollups kept with each posting. */
  'GET /execution': { query: {
      year: number
      by?: 'month' | 'region' | 'department' | 'function' | 'fund' | 'unit'
      digits?: '3' | '5' | '7'
      region?: string
      department?: string
      unit?: string
      fund?: string
      function?: string
    }; reply: ExecutionReply }
  /** Recomputes all balances of a year from entries and compares to the fen; changes nothing; differences in yuan. */
  'POST /drift': { body: DriftRequest; reply: DriftReply }
  /** Replays a year from its entries, until a day if asked, and answers debits, credits and accounts in yuan, and a digest. */
  'GET /replay': { query: {
      fiscal_year: number
      until?: string
    }; reply: ReplayReply }
  /** Prepares drafts of carry-over, recovery and write-off of a region; what is in flight is listed as waiting; in yuan. Source: rules on carry-over and balances. */
  'POST /year-end': { body: YearEndRequest; reply: YearEndReply }
  /** Prepares the draft of a red reversal of a posted document. */
  'POST /document/{id}/reverse': { body: DocumentReverseRequest; reply: DocumentReverseReply }
}
export type Reply<R extends keyof Routes> = Routes[R]['reply']
export type Body<R extends keyof Routes> = Routes[R] extends { body: infer B } ? B : never
export type Asked<R extends keyof Routes> = Routes[R] extends { query: infer Q } ? Q : Record<string, never>
