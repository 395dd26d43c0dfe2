import { regionFilter } from './sums'

/** The conditions of the address as the server's filter; what is malformed there is left out. */
export function rowFilter(asked: (name: string) => string): string {
  const plain = (name: string, pattern: RegExp): string => (pattern.test(asked(name)) ? asked(name) : '')
  const year = plain('year', /^\d{4}$/)
  const fund = plain('fund', /^\d+$/)
  const func = plain('function', /^\d{3}$/)
  const department = plain('department', /^[\w.-]{1,20}$/)
  const grade = plain('grade', /^[a-z]+$/)
  const alert = asked('alert')
  return [
    year && `fiscal_year==${year}`, regionFilter(plain('region', /^(\d{4}|\d{6}|\d{9})$/)), fund && `fund_kind==${fund}`, func && `function_group==${func}`, department && `department==${department}`, grade && `grade==${grade}`,
    asked('guarantees') === 'true' && 'three_guarantees==true', alert === 'any' && 'alert_level!=none', alert === 'red' && 'alert_level=in=(red,grey)',
  ].filter(Boolean).join(';')
}
