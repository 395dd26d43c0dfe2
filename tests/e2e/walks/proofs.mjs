/** What is checked before it counts: a table that must roll up, a budget of another system through a mapping, a threshold on last year, a new edition, a statement of the bank; and what is counted anew: balances, payments, a report. */
import assert from 'node:assert/strict'
import { as } from '../lib/desk.mjs'
import { kPeople, Money, thisYear, today } from '../lib/money.mjs'

const kEditor = 'standards-editor'
const kSupervision = 'supervision-division.320000000'
const kProvince = 'budget-division.320000000'
const table = (...rows) => rows.map((row) => row.join('\t')).join('\n')

async function rolledUp(walker) {
  const { page } = walker
  await walker.menu('/p/compilation/rollup')
  await page.locator('revo-grid .rgCell').first().waitFor()
  await walker.look('roll-up')
  await walker.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const paste = async (text) => {
    const box = await page.locator('revo-grid').boundingBox()
    await page.mouse.click(box.x + 120, box.y + 60)
    await page.locator('revogr-focus').first().waitFor({ state: 'attached' })
    await page.evaluate((content) => navigator.clipboard.writeText(content), text)
    await page.keyboard.press('Control+V')
  }
  await paste(table(['205', '', 'A', '３00'], ['20501', '205', 'A', '100'], ['20502', '205', 'A', '1,00']))
  await page.locator('[data-test=check-roll-up]').click()
  await page.locator('[data-test=rolled-up]').getByText('205', { exact: true }).waitFor()
  await walker.look('roll-up-differs')
  await page.locator('[data-test=rolled-up]').getByText('200.00').waitFor()
  await paste(table(['205', '', 'A', '200'], ['20501', '205', 'A', '100'], ['20502', '205', 'A', '100']))
  await page.locator('[data-test=check-roll-up]').click()
  await page.getByText(walker.t('rollup.sound')).waitFor()
}

/** A class that the next list drops: the project that uses it is named, with what it becomes. */
async function changedClasses(walker, name) {
  const { page } = walker
  await walker.menu('/p/compilation/codes')
  await page.locator('[data-test=codes] [role=status]').waitFor()
  const year = page.getByRole('spinbutton', { name: walker.t('codes.year') })
  await walker.settled()
  for (let now = Number(await year.inputValue()); now !== thisYear(); now += Math.sign(thisYear() - now)) await year.press(now < thisYear() ? 'ArrowUp' : 'ArrowDown')
  await page.getByRole('link', { name: new RegExp(name) }).waitFor()
  await walker.look('code-changes')
}

/** A wrong cell is named by its place, and nothing comes in; put right, it is tried and taken in. */
async function mapped(walker, rest) {
  const { page } = walker
  const mapping = (await rest.ask(kProvince, 'GET', '/compilation/import-mapping?limit=1&filter=code==national_elements;status==in_use')).items[0]
  const { columns, wide } = mapping.definition
  const names = [...columns, ...wide].map((one) => one.source)
  const line = (amount) => names.map((name) => ({ fiscal_year: '2026', mof_div_code: '320500000', agency_code: '106001', pro_code: 'W1', exp_func_code: '2050203' })[name] ?? (['apply_up', 'reply_amt', 'cur_amt'].includes(name) ? amount : '')).join(',')
  const send = (text) => page.locator('[data-test=mapping-file]').setInputFiles({ name: `w-${walker.language}-${walker.size}.csv`, mimeType: 'text/csv', buffer: Buffer.from(`${names.join(',')}\r\n${text}\r\n`) })
  walker.data.add(`w-${walker.language}-${walker.size}.csv`)
  for (const name of names) walker.data.add(name)
  walker.data.add(JSON.stringify(mapping.definition, null, 2)) // shown as it is kept
  await walker.go(`/compilation/import-mapping/${mapping.id}`)
  await page.locator('[data-test=mapping]').waitFor()
  await send(line('ten'))
  await page.locator('[data-test=mapping-try]').click()
  await page.locator('[data-test=mapping-report] tbody tr').first().waitFor()
  const cell = `${String.fromCharCode('A'.charCodeAt(0) + names.indexOf('apply_up'))}2`
  await page.locator('[data-test=mapping-report] tbody').getByText(cell, { exact: true }).waitFor()
  assert.ok(await page.locator('[data-test=mapping-import]').isDisabled(), 'what has errors is not taken in')
  await walker.look('mapping-refused')
  await send(line('1234.50'))
  await page.locator('[data-test=mapping-try]').click()
  await page.locator('[data-test=mapping-report]').getByText('3,703.50').waitFor()
  await page.locator('[data-test=mapping-import]').click()
  await walker.link(walker.t('mapping.figures')).waitFor()
  await walker.look('mapping-done')
}

async function planned(walker, project) {
  const { page } = walker
  await walker.go(`/compilation/project/${project}`)
  await page.locator('[data-test=rolling-plan] summary').click()
  await page.locator('[data-test=rolling-plan] tbody tr').first().waitFor()
  await page.locator('[data-test=rolling-plan] tbody').getByText('-20,000.00', { exact: true }).waitFor()
  await page.locator('[data-test=rolling-plan]').scrollIntoViewIfNeeded()
  await walker.look('rolling-plan')
}

async function compared(walker) {
  const { page } = walker
  await walker.menu('/p/ledger/drift')
  await page.locator('[data-test=compare]').click()
  await page.locator('[data-test=compared]').waitFor()
  await page.getByText(walker.t('drift.none')).waitFor()
  await page.locator('[data-test=play]').click()
  await page.locator('[data-test=replay] tbody tr').first().waitFor()
  await walker.look('ledger-drift')
}

async function recounted(walker) {
  const { page } = walker
  await walker.menu('/p/treasury/recount')
  await walker.look('recount')
  await page.locator('[data-test=recount]').click()
  await page.locator('[data-test=recounted]').getByText(walker.t('recount.none')).waitFor()
  await walker.look('recounted')
}

/** A statement with a voucher that we never paid: the difference is found. */
async function matched(walker, money) {
  const { page } = walker
  money.sheets = (money.sheets ?? 0) + 1 // a region has one statement of a bank from a day on
  const from = new Date(Date.parse(today()) - money.sheets * 86_400_000).toISOString().slice(0, 10)
  const sheet = (await money.make(kPeople.treasury, '/treasury/reconciliation', { region: money.region, counterpart: 'agent_bank', from_day: from, to_day: today(), their_count: 1, their_sum: '10.00' })).id
  await money.make(kPeople.treasury, '/treasury/reconciliation-line', { reconciliation: sheet, line: 1, voucher_no: 'W-NEVER', amount: '10.00' })
  await walker.go(`/treasury/reconciliation/${sheet}`)
  await page.locator('[data-test=match-start]').click()
  await page.locator('[data-test=matched]').waitFor()
  const told = await money.read(kPeople.treasury, '/treasury/reconciliation', sheet)
  await page.getByText(walker.t('match.found', { count: told.our_count, differences: told.differences })).waitFor()
  const [line] = (await money.rest.ask(kPeople.treasury, 'GET', `/treasury/reconciliation-line?limit=10&filter=reconciliation==${sheet};voucher_no==W-NEVER`)).items
  assert.equal(line.result, 'missing_here', 'the voucher that was never paid is found')
  await walker.look('matched')
}

async function tried(walker, money) {
  const { page } = walker
  const draft = await money.make(kSupervision, '/monitoring/threshold', { rule: 'R07', code: 'days', region_code: '320500000', fiscal_year: thisYear(), edition: money.edition = (money.edition ?? 10) + 1, value: '120' })
  await walker.go(`/monitoring/threshold/${draft.id}`)
  await page.locator('[data-test=try-threshold]').click()
  await page.locator('[data-test=trial-counts]').waitFor()
  assert.equal((await money.read(kSupervision, '/monitoring/threshold', draft.id)).previewed_value, '120', 'it is kept with what it was tried with')
  await walker.look('threshold-tried')
}

/** What the rules of a pack find among the records that the reader sees. */
async function packTried(walker, rest) {
  const { page } = walker
  const pack = (await rest.ask(kProvince, 'GET', '/standards/rule-pack?limit=1&filter=status==in_force')).items[0]
  walker.data.add(JSON.stringify(pack.rules, null, 2)) // shown as it is kept
  await walker.go(`/standards/rule-pack/${pack.id}`)
  await page.locator('[data-test=try-pack]').click()
  await page.locator('[data-test=pack-trial] tbody tr').first().waitFor()
  await walker.look('pack-tried')
}

/** Each round takes another code: the first has the draft of the round before it by then. */
async function revised(walker, rest, round) {
  const { page } = walker
  const kind = (await rest.ask(kEditor, 'GET', '/standards/fund-kind?limit=10&sort=code&filter=status==in_force')).items[round]
  await walker.go(`/standards/fund-kind/${kind.id}`)
  await page.locator('[data-test=revise]').waitFor()
  await walker.look('revise')
  await page.locator('[data-test=revise]').click()
  await page.waitForURL((url) => /\/standards\/fund-kind\/\d+$/.test(url.pathname) && !url.pathname.endsWith(`/${kind.id}`))
  await walker.settled()
}

/** A project with a plan written twice, whose class is dropped by the next list. */
async function scene(money, rest) {
  const first = async (path, filter) => (await money.first(kPeople.clerk, path, filter)).id
  const name = 'Proof of a plan'
  const project = await money.make(kPeople.clerk, '/compilation/project', {
    name, unit: money.unit, category: 'specific', fiscal_year: thisYear(), existence: 'new', start_year: thisYear(), end_year: thisYear() + 2, total_amount: '300000.00', year_amount: '100000.00',
    functional_class: await first('/standards/functional-class', `code==2050202;list_year==${thisYear()}`), fund_kind: await first('/standards/fund-kind', 'code==1'),
    design_basis: 'Document 12', performance_goal: 'Goal', contact_name: 'A', contact_phone: '0512-57330000',
  })
  for (const [version, amounts] of [[1, ['100000.00', '100000.00', '100000.00']], [2, ['100000.00', '120000.00', '80000.00']]])
    for (const [at, amount] of amounts.entries())
      await money.make(kPeople.clerk, '/compilation/year-amount', { project: project.id, base_year: thisYear(), version_no: version, year: thisYear() + at, amount })
  const heir = await rest.ask(kEditor, 'POST', '/standards/code-succession', { json: { list: 'functional_class', from_year: thisYear(), from_code: '2050202', to_year: thisYear() + 1, to_code: '2050203', kind: 'merged', edition: 1 } })
  await money.move(kEditor, '/standards/code-succession', heir.id, 'submit')
  await money.move('standards-approver', '/standards/code-succession', heir.id, 'approve')
  return { project: project.id, name }
}

export async function walkProofs(open, given) {
  const money = await Money.of(given)
  const { rest } = given
  if (!given.server.proofs) {
    const one = await money.indicator('100000.00', { project_code: 'W-PROOF' })
    await money.paid(await money.plan(one, '50000.00'), '10000.00', 'W-PROVED')
    given.server.proofs = await scene(money, rest)
  }
  await as(open, kPeople.budget, 'a table that must roll up', async (walker) => {
    if (!walker.phone) await rolledUp(walker)
    await changedClasses(walker, given.server.proofs.name)
    await planned(walker, given.server.proofs.project)
    await compared(walker)
  })
  await as(open, kProvince, 'a budget through a mapping', async (walker) => {
    await mapped(walker, rest)
    await packTried(walker, rest)
  })
  await as(open, kPeople.treasury, 'payments counted anew', async (walker) => {
    await recounted(walker)
    await matched(walker, money)
  })
  await as(open, kSupervision, 'a threshold on last year', (walker) => tried(walker, money))
  await as(open, kEditor, 'a new edition', (walker) => revised(walker, rest, money.sheets - 1))
}
