/** How the walks make budgets, plans and payments: over REST, by the people whose work it is. */
import assert from 'node:assert/strict'

const kCity = '320500000'
export const kPeople = {
  clerk: `unit-clerk.${kCity}.106001`, reviewer: `unit-reviewer.${kCity}.106001`, head: `unit-head.${kCity}.106001`, budget: `budget-division.${kCity}`,
  leader: `finance-leader.${kCity}`, treasury: `treasury-division.${kCity}`,
}
/** The day in China, where budget years are counted. */
export const today = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)
export const thisYear = () => Number(today().slice(0, 4))

export class Money {
  /** One for a server, made when it is first asked for. */
  static async of({ rest, server }) {
    if (!server.money) {
      const one = new Money(rest)
      const node = async (code, who) => (await rest.ask(who, 'GET', `/system/node?q=${code}`)).items.find((found) => found.code === code).id
      one.region = await node(kCity, kPeople.budget)
      one.unit = await node(`${kCity}-106001`, kPeople.clerk)
      server.money = one
    }
    return server.money
  }

  constructor(rest) {
    this.rest = rest
    this.count = 0
  }

  make(who, path, json) { return this.rest.ask(who, 'POST', path, { json }) }
  read(who, path, id) { return this.rest.ask(who, 'GET', `${path}/${id}`) }
  async first(who, path, filter) { return (await this.rest.ask(who, 'GET', `${path}?limit=1&filter=${encodeURIComponent(filter)}`)).items[0] }
  async move(who, path, id, name) {
    const { version } = await this.read(who, path, id)
    return this.rest.ask(who, 'POST', `${path}/${id}/transitions/${name}`, { json: { comment: name }, headers: { 'If-Match': `"${version}"` } })
  }
  /** The one open task about a record, approved by each in turn. */
  async approve(id, ...people) {
    for (const who of people) {
      const { items } = await this.rest.ask(who, 'GET', '/workflow/inbox?box=todo&limit=200')
      const task = items.find((one) => one.subject_id === id)
      assert.ok(task, `${who} has a task about ${id}`)
      await this.rest.ask(who, 'POST', `/workflow/step/${task.id}/act`, { json: { decision: 'approve', opinion: 'OK' }, headers: { 'If-Match': `"${task.version}"` } })
    }
  }

  async document(kind, lines, more = {}) {
    this.count += 1
    const document = await this.make(kPeople.budget, '/ledger/document', { number: `W-${kind}-${this.count}`, kind, node: this.region, fiscal_year: thisYear(), title: kind, ...more })
    for (const [at, line] of lines.entries()) await this.make(kPeople.budget, '/ledger/document-line', { document: document.id, line_no: at + 1, ...line })
    await this.move(kPeople.budget, '/ledger/document', document.id, 'submit')
    await this.move(kPeople.leader, '/ledger/document', document.id, 'post')
    return document.id
  }
  /** An executable indicator of the unit. */
  async indicator(amount, more = {}) {
    this.count += 1
    const project = more.project_code ?? `W${this.count}`
    await this.document('add', [{ amount, unit: this.unit, stage: 'executable', fund_kind: '1', functional_class: '2050203', source_year: thisYear(), ...more, project_code: project }])
    return (await this.first(kPeople.clerk, '/ledger/indicator', `project_code==${project}`)).id
  }
  async plan(indicator, amount, month = Number(today().slice(5, 7))) {
    const plan = await this.make(kPeople.clerk, '/treasury/usage-plan', { unit: this.unit, fiscal_year: thisYear(), month, indicator, requested_amount: amount, use: '校舍维修' })
    await this.move(kPeople.clerk, '/treasury/usage-plan', plan.id, 'submit')
    await this.approve(plan.id, kPeople.reviewer, kPeople.treasury)
    return plan.id
  }
  async request(plan, amount, more = {}) {
    return (await this.make(kPeople.clerk, '/treasury/payment-request', { unit: this.unit, fiscal_year: thisYear(), plan, payee_kind: 'company', payee_name: '苏州某建筑公司',
      payee_account: '6222020000000001', payee_bank: '工商银行苏州支行', amount, use: '维修款', ...more })).id
  }
  async approved(plan, amount, more) {
    const request = await this.request(plan, amount, more)
    await this.move(kPeople.clerk, '/treasury/payment-request', request, 'submit')
    await this.approve(request, kPeople.reviewer, kPeople.head)
    return request
  }
  async voucher(request) {
    await this.move(kPeople.treasury, '/treasury/payment-request', request, 'certify')
    const { id } = await this.first(kPeople.treasury, '/treasury/payment-certificate', `request==${request};kind==payment;status==made`)
    await this.move(kPeople.leader, '/treasury/payment-certificate', id, 'seal')
    await this.move(kPeople.treasury, '/treasury/payment-certificate', id, 'send')
    return id
  }
  async paid(plan, amount, serial, more) {
    const id = await this.voucher(await this.approved(plan, amount, more))
    await this.make(kPeople.treasury, `/treasury/payment-certificate/${id}/receipt`, { bank_serial: serial, paid_on: today(), amount })
    return id
  }
}
