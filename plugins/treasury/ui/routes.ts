// Made by sdk/ui/routes.mjs from plugin.json and schemas/; not written by hand.

/** An amount given in yuan, at most two decimals */
export type Amount = string
/** A sentence in both languages */
export type Both = {
  zh: string
  en: string
}
export type CurveMonth = {
  month: number
  plan: Money
  plan_to_date: Money
  paid: Money | null
  refunded: Money | null
  paid_to_date: Money | null
  deviation: Ratio | null
}
export type CurveReply = {
  year: Year
  day: Day
  total: {
    plan: Money
    paid: Money
    refunded: Money
  }
  items: CurveMonth[]
  fresh: {
    at: Time | null
    rollup: boolean
  }
}
/** A day */
export type Day = string
export type ExchangeMessageReportReply = {
  state: 'queued' | 'taken' | 'acknowledged' | 'failed'
}
export type ExchangeMessageReportRequest = {
  step: 'acknowledge' | 'fail' | 'retry'
  reason?: string
}
export type ExchangeReceiveReply = {
  state: string
  repeated: boolean
}
export type ExchangeReceiveRequest = {
  number: string
  type: 'accepted' | 'rejected' | 'receipt'
  cert_no: string
  body?: Received
}
export type ExchangeTakeReply = {
  messages: Taken[]
}
export type ExchangeTakeRequest = {
  limit?: number
}
/** One mistake: field (JSON pointer), code, message and remedy, in the reader's language */
export type Finding = {
  field: string
  code: string
  message: string
  remedy: string
}
/** Id of a record */
export type Id = string
/** An amount in yuan with two decimals */
export type Money = string
/** No members; the body may be left out */
export type NoMembers = Record<string, never>
export type PaymentCertificateCancellationReply = {
  id: Id
  cert_no: string
}
export type PaymentCertificateCancellationRequest = {
  reason: string
}
export type PaymentCertificateReceiptReply = {
  status: string
  repeated: boolean
}
export type PaymentCertificateReceiptRequest = {
  bank_serial: string
  paid_on: Day
  amount: Amount
  actual_account?: string
  clearing_notice_no?: string
  summary_no?: string
  remittance_no?: string
  cleared_on?: Day
}
export type PaymentRequestCheckReply = {
  allowed: boolean
  level: string | null
  hits: {
    rule: string
    level: string
    message: Both
    evidence: unknown
  }[]
  findings: Finding[]
  rules_run: {
    monitoring: 'run' | 'not_run'
    not_run: {
      rule: string
      source: unknown
    }[]
  }
  funds: Record<string, unknown> | null
}
/** A ratio: 1 is 100% */
export type Ratio = number
export type Received = {
  bank_serial?: string
  paid_on?: Day
  amount?: Amount
  actual_account?: string
  clearing_notice_no?: string
  summary_no?: string
  remittance_no?: string
  cleared_on?: Day
  reason?: string
}
export type ReconciliationMatchReply = {
  our_count: number
  our_sum: Money
  differences: number
}
export type RecountReply = {
  fiscal_year: number
  checked: number
  drifted: {
    what: string
    id: string
    kept: Money
    counted: Money
  }[]
}
export type RecountRequest = {
  fiscal_year?: Year
}
export type Taken = {
  id: Id
  number: string
  type: string
  body: Record<string, unknown>
  certificate: Id
  attempts: number | null
  state: 'taken'
}
/** A time in UTC */
export type Time = string
export type UsagePlanGrantReply = {
  approved_amount: Money
}
export type UsagePlanGrantRequest = {
  amount: Amount
}
/** A fiscal year */
export type Year = number

export interface Routes {
  /** Grants a plan under review an amount in yuan, at most what was asked for. */
  'POST /usage-plan/{id}/grant': { body: UsagePlanGrantRequest; reply: UsagePlanGrantReply }
  /** All rules of a payment request (its own, monitoring, funds) without any effect; amounts in funds are in yuan. */
  'POST /payment-request/{id}/check': { body: NoMembers; reply: PaymentRequestCheckReply }
  /** Records the bank's receipt; a voucher that agrees with it is paid; in yuan; the same receipt again has no effect. */
  'POST /payment-certificate/{id}/receipt': { body: PaymentCertificateReceiptRequest; reply: PaymentCertificateReceiptReply }
  /** Makes the voucher that cancels one that was sent and is not paid. */
  'POST /payment-certificate/{id}/cancellation': { body: PaymentCertificateCancellationRequest; reply: PaymentCertificateCancellationReply }
  /** Compares a statement line by line with paid vouchers and keeps the differences; in yuan. */
  'POST /reconciliation/{id}/match': { body: NoMembers; reply: ReconciliationMatchReply }
  /** An adapter of an outside system takes messages that wait, the oldest first, at most limit; they count as taken. */
  'POST /exchange/take': { body: ExchangeTakeRequest; reply: ExchangeTakeReply }
  /** An adapter reports what became of a message: acknowledged, failed, or to be sent again. */
  'POST /exchange/message/{id}/report': { body: ExchangeMessageReportRequest; reply: ExchangeMessageReportReply }
  /** A message of an outside system about a voucher: accepted, rejected or its receipt; the same number counts once; amounts in body are in yuan. */
  'POST /exchange/receive': { body: ExchangeReceiveRequest; reply: ExchangeReceiveReply }
  /** A usage plan as a page to print, in the reader's language. */
  'GET /usage-plan/{id}/form': { reply: string }
  /** A payment request as a page to print, in the reader's language. */
  'GET /payment-request/{id}/form': { reply: string }
  /** Plans and payments by month in yuan from rollups; months to come are null. */
  'GET /curve': { query: {
      year: number
      region?: string
      department?: string
      unit?: string
      fund?: string
      function?: string
    }; reply: CurveReply }
  /** Recounts the balances of a year from documents and compares; changes nothing; in yuan. */
  'POST /recount': { body: RecountRequest; reply: RecountReply }
}
export type Reply<R extends keyof Routes> = Routes[R]['reply']
export type Body<R extends keyof Routes> = Routes[R] extends { body: infer B } ? B : never
export type Asked<R extends keyof Routes> = Routes[R] extends { query: infer Q } ? Q : Record<string, never>
