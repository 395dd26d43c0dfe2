// Made by sdk/ui/routes.mjs from plugin.json and schemas/; not written by hand.

export type Figures = {
  declaration: {
    count: number
    calendar_days: string
    workdays: string
    behind: string
  }
  approval: {
    count: number
    calendar_days: string
    workdays: string
    behind: string
    returned: number
  }
  project_approval: {
    count: number
    calendar_days: string
    workdays: string
    behind: string
    returned: number
  }
  evaluation: {
    goals: number
    evaluated: number
    coverage: string
    behind: string
  }
  alerts: {
    count: number
    by_rule: Record<string, number>
    behind: string
  }
  findings: {
    count: number
    amount: Money
    behind: string
  }
  payments: {
    count: number
    amount: Money
    behind: string
  }
  results: {
    count: number
    amount: Money
    behind: string
  }
  imports: {
    files: number
    refused_files: number
    rows: number
    bad_rows: number
    error_rate: string
    behind: string
  }
  adoption: {
    units: number
    active: number
    rate: string
    behind: string
  }
}
export type FiguresReply = {
  year: Year
  by: string
  events: string
  items: {
    key: string
    name: string
    figures: Figures
    played: boolean
    label?: string
    regime?: string
  }[]
  total: {
    figures: Figures
    played: boolean
    label?: string
  }
}
/** An amount in yuan with two decimals */
export type Money = string
/** A fiscal year */
export type Year = number

export interface Routes {
  /** The platform's own figures by region, month, unit or regime; money in yuan; each names the query of the events behind it. */
  'GET /figures': { query: {
      year: number
      by?: 'region' | 'month' | 'region_month' | 'unit' | 'regime'
      region?: string
    }; reply: FiguresReply }
}
export type Reply<R extends keyof Routes> = Routes[R]['reply']
export type Body<R extends keyof Routes> = Routes[R] extends { body: infer B } ? B : never
export type Asked<R extends keyof Routes> = Routes[R] extends { query: infer Q } ? Q : Record<string, never>
