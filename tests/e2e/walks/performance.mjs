/** A goal from suggestions of the library, refused while its weights are off; a self-evaluation with evidence for every score; the policy tried out. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { as, fill } from '../lib/desk.mjs'
import { kPeople, Money, thisYear } from '../lib/money.mjs'
import { costs, template } from './performance/offices.mjs'

const kPerformance = 'performance-division.320500000'
const kLeader = kPeople.leader
const kTree = [['output', 'quantity', '15'], ['output', 'quality', '15'], ['output', 'timeliness', '10'], ['output', 'cost', '10'], ['benefit', 'social', '30'], ['satisfaction', 'satisfaction', '10']]
const kRules = {
  excellent: { factor: '1.05', priority: 3, unit_points: 5 }, good: { factor: '1', priority: 1, unit_points: 2 }, fair: { factor: '0.8', priority: -1, unit_points: -2, publish: true },
  poor: { factor: '0', cancel: true, priority: -5, unit_points: -10, accountable: true },
}

/** A project of last and this year in the middle of its work, with an approved goal for last year. */
async function scene(money, server, name) {
  const { rest } = money
  const first = (path, filter) => money.first(kPeople.clerk, path, filter)
  const project = await money.make(kPeople.clerk, '/compilation/project', {
    name, unit: money.unit, category: 'specific', fiscal_year: thisYear(), existence: 'new', start_year: thisYear() - 1, end_year: thisYear(), total_amount: '3000000.00', year_amount: '1000000.00',
    functional_class: (await first('/standards/functional-class', `code==2050203;list_year==${thisYear()}`)).id, fund_kind: (await first('/standards/fund-kind', 'code==1')).id,
    contact_name: 'A', contact_phone: '0512-57330000', design_basis: 'Document 12', summary: '消除校舍安全隐患',
  })
  // The project's life before is told elsewhere; here it stands where its year would have brought it.
  execFileSync('sqlite3', [join(server.folder, 'onebudget.db'), '.timeout 60000', `UPDATE p_compilation__project SET status = 'executing' WHERE id = ${Number(project.id)}`])
  const scheme = (await first('/performance/scheme', 'code==self_10_50_30_10;status==in_force')).id
  const goal = await money.make(kPeople.clerk, '/performance/goal', { unit: money.unit, project: project.id, fiscal_year: thisYear() - 1, revision: 1, scheme, amount: '1000000.00', fiscal_amount: '1000000.00', annual_goal: 'Repair', midterm_goal: 'Safe' })
  for (const [at, [level, second, weight]] of kTree.entries()) {
    await money.make(kPeople.clerk, '/performance/goal-indicator', { goal: goal.id, line_no: at + 1, first_level: level, second_level: second, name: `Repair ${second}`, nature: 'at_least', target: '100', unit_of_measure: '%', weight, data_source: 'Papers' })
  }
  await money.move(kPeople.clerk, '/performance/goal', goal.id, 'submit')
  await money.move(kPerformance, '/performance/goal', goal.id, 'approve')
  return { project, scheme, rest }
}

async function goal(walker, name) {
  const { page } = walker
  await walker.menu('/p/performance/goals')
  await page.locator('[data-test=rows]').waitFor()
  await page.locator('[data-test=new-goal]').click()
  await page.locator('#f-project').click()
  await page.locator('#f-project').fill(name)
  await page.getByRole('option', { name }).locator('visible=true').first().click()
  await page.locator('#f-amount').fill('100万')
  await page.locator('#f-fiscal_amount').fill('90万')
  await page.locator('#f-annual_goal').fill('Repair it')
  await walker.look('goal-new')
  await walker.button(walker.t('desk.keep'), page.getByRole('dialog')).click()
  await page.locator('[data-test=goal-sheet]').waitFor()
  await page.locator('[data-test=suggest]').click()
  await page.locator('[data-test=suggestions] li').first().waitFor()
  await page.locator('[data-test=suggestions] li').first().getByRole('button').click()
  await page.locator('[data-test=weights]').getByText('5').first().waitFor()
  await walker.settled()
  await walker.look('goal-suggested')
  await walker.print('goal')
  walker.expect(422, '/transitions/submit')
  await page.locator('[data-test=move-submit]').click()
  await page.locator('.error-panel').waitFor()
  await walker.look('goal-refused')
  return new URL(page.url()).searchParams.get('goal')
}
/** What was refused is put right: the money adds up, the suggestion makes way for lines in the order and weights of the scheme; then it goes. */
async function completed(walker, { rest }) {
  const { page } = walker
  await page.locator('[data-test=edit-goal]').click()
  await fill(walker, { other_amount: '10万', midterm_goal: 'Safe' })
  await walker.button(walker.t('desk.keep'), page.getByRole('dialog')).click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  const lines = page.getByRole('region', { name: walker.t('goals.indicators') })
  await walker.settled()
  await lines.getByRole('button', { name: new RegExp(`^${walker.t('lineList.remove')} `) }).click()
  await walker.button(walker.t('lineList.remove'), page.locator('.el-message-box, .el-dialog').last()).click()
  await lines.locator('tbody tr').waitFor({ state: 'detached' })
  const schema = await rest.ask(kPeople.clerk, 'GET', '/performance/goal-indicator/schema')
  const called = (field, code) => walker.say(schema.fields.find((one) => one.name === field).values.find((one) => one.code === code).title)
  for (const [at, [level, second, weight]] of kTree.entries()) {
    await walker.button(`${walker.t('lineList.add')} ${walker.t('goals.indicators')}`, lines).click()
    await fill(walker, { first_level: called('first_level', level), second_level: called('second_level', second), name: `Repair ${second}`, nature: called('nature', 'at_least'), target: '100', unit_of_measure: '%', weight, data_source: 'Papers' }, 'line-')
    if (at === 0) await walker.look('goal-line')
    await walker.button(walker.t('edit.save'), page.getByRole('dialog')).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await lines.locator('tbody tr').nth(at).waitFor()
    await walker.settled() // the sheet above is read anew, and a click would miss what moves
  }
  await walker.look('goal-complete')
  await sent(walker, 'submit')
}
/** A move of the sheet that is open: its button goes when it is done. */
async function sent(walker, name, comment) {
  const button = walker.page.locator(`[data-test=move-${name}]`)
  if (comment) await walker.page.locator('#sheet-comment').fill(comment)
  await button.click()
  await button.waitFor({ state: 'detached' })
  await walker.settled()
}
const opened = (walker, page, kind, id) => walker.go(`/p/performance/${page}?${kind}=${id}`).then(() => walker.page.locator(`[data-test=${kind}-sheet]`).waitFor())
/** It comes back with a word, is corrected, and is approved. */
async function judged(open, id) {
  await as(open, kPerformance, 'the goal comes back', async (walker) => {
    await opened(walker, 'goals', 'goal', id)
    await sent(walker, 'return', 'Write the goal of the whole term')
    await walker.look('goal-returned')
  })
  await as(open, kPeople.clerk, 'corrected', async (walker) => {
    await opened(walker, 'goals', 'goal', id)
    await walker.page.locator('[data-test=edit-goal]').click()
    await walker.page.locator('#f-midterm_goal').fill('Safe for ten years')
    await walker.button(walker.t('desk.keep'), walker.page.getByRole('dialog')).click()
    await walker.page.getByText('Safe for ten years').waitFor()
    await sent(walker, 'submit')
    await walker.look('goal-again')
  })
  await as(open, kPerformance, 'approved', async (walker) => {
    await opened(walker, 'goals', 'goal', id)
    await sent(walker, 'approve')
    await walker.look('goal-approved')
  })
}

async function evaluation(walker, name) {
  const { page } = walker
  await walker.menu('/p/performance/evaluations')
  await page.locator('[data-test=rows]').waitFor()
  await walker.look('evaluations')
  await page.locator('[data-test=new-evaluation]').click()
  await page.locator('#f-project').click()
  await page.locator('#f-project').fill(name)
  await page.getByRole('option', { name }).locator('visible=true').first().click()
  await walker.look('evaluation-new')
  await walker.button(walker.t('desk.keep'), page.getByRole('dialog')).click()
  await page.locator('[data-test=evaluation-sheet]').waitFor()
  await page.locator('[data-test=prepare]').click()
  await page.locator('[data-test=score]').nth(5).waitFor()
  const card = page.locator('[data-test=score]').first()
  await card.locator('[data-test=fill]').click()
  await page.locator('#f-actual').fill('100')
  await page.locator('#f-actual_unit').fill('%')
  await page.locator('#f-reason').fill('As planned')
  await walker.button(walker.t('desk.keep'), page.getByRole('dialog')).click()
  await page.locator('#f-actual').waitFor({ state: 'detached' })
  await card.getByRole('button', { name: new RegExp(walker.t('evaluations.evidence')) }).first().click()
  await page.locator('#line-title').fill('Acceptance')
  await page.locator('#line-measured').fill('100')
  walker.expect(422, '/performance/evidence')
  await walker.button(walker.t('edit.save'), page.getByRole('dialog')).click()
  await page.locator('.el-dialog .error-panel').waitFor() // neither file nor number
  await walker.look('evidence-refused')
  await page.locator('#line-document_ref').fill('No. 1')
  await walker.button(walker.t('edit.save'), page.getByRole('dialog')).click()
  await page.locator('#line-title').waitFor({ state: 'detached' })
  await card.getByText('Acceptance').waitFor()
  await walker.settled()
  await walker.look('evaluation')
  await walker.print('evaluation')
  walker.expect(422, '/transitions/submit')
  await page.locator('[data-test=move-submit]').click()
  await page.locator('.error-panel').waitFor()
  await page.locator('[data-test=read-report]').click()
  await page.frameLocator('[data-test=report] iframe').locator('h1').first().waitFor()
  await page.locator('[data-test=report]').scrollIntoViewIfNeeded()
  await walker.look('evaluation-report')
}

async function policy(walker) {
  const { page } = walker
  await walker.menu('/p/performance/results')
  await page.locator('[data-test=policies] li').first().waitFor()
  await page.locator('[data-test=policies] li').first().getByRole('button').click()
  await page.locator('[data-test=simulation]').waitFor()
  await walker.look('policy')
}

/** What finance scored (over REST), confirmed by a leader, becomes a result by the policy and is told to the unit: clicked. */
async function told(open, money, project, policyId) {
  const { rest } = money
  const change = async (path, id, values) => rest.ask(kPerformance, 'PATCH', `${path}/${id}`, { json: values, headers: { 'If-Match': `"${(await money.read(kPerformance, path, id)).version}"` } })
  const scheme = (await money.first(kPerformance, '/performance/scheme', 'code==finance_20_20_30_30;status==in_force')).id
  const evaluation = await money.make(kPerformance, '/performance/evaluation', { unit: money.unit, project: project.id, fiscal_year: thisYear() - 1, kind: 'finance', scheme, fiscal_initial: '1000000.00', fiscal_full: '1000000.00', fiscal_executed: '900000.00', goal_actual: 'Done' })
  await money.make(kPerformance, `/performance/evaluation/${evaluation.id}/prepare`, {})
  const lines = (await rest.ask(kPerformance, 'GET', `/performance/score-line?limit=200&filter=evaluation==${evaluation.id}`)).items
  for (const line of lines) {
    const judged = line.nature === 'qualitative'
    await change('/performance/score-line', line.id, { ...(judged ? { reached: 'achieved', percent: 100 } : { actual: '50', actual_unit: '%' }), reason: 'As found' })
    await money.make(kPerformance, '/performance/evidence', { evaluation: evaluation.id, score_line: line.id, title: 'Visit', document_ref: 'V-1', ...(judged ? {} : { measured: '50' }) })
  }
  await as(open, kPerformance, 'the evaluation is sent', (walker) => opened(walker, 'evaluations', 'evaluation', evaluation.id).then(() => sent(walker, 'submit')).then(() => walker.look('evaluation-sent')))
  await as(open, kLeader, 'the evaluation is confirmed', (walker) => opened(walker, 'evaluations', 'evaluation', evaluation.id).then(() => sent(walker, 'confirm')).then(() => walker.look('evaluation-confirmed')))
  if ((await money.read(kPerformance, '/performance/policy-pack', policyId)).status === 'draft') {
    await money.make(kPerformance, `/performance/policy-pack/${policyId}/simulate`, { fiscal_year: thisYear() - 1 })
    await money.move(kPerformance, '/performance/policy-pack', policyId, 'submit')
    await money.move(kLeader, '/performance/policy-pack', policyId, 'approve')
  }
  return as(open, kPerformance, 'the unit is told', async (walker) => {
    await walker.menu('/p/performance/results')
    await Promise.all([walker.page.waitForResponse((one) => one.url().endsWith('/performance/propose')), walker.page.locator('[data-test=propose]').click()])
    await walker.look('results-proposed')
    const result = await money.first(kPerformance, '/performance/result', `project==${project.id}`)
    await opened(walker, 'results', 'result', result.id)
    await sent(walker, 'notify')
    await walker.look('result-told')
    return result.id
  })
}
/** The report of what finance scored: made, read, kept as Word, proved; made again it is the same one. */
async function reported(walker, name) {
  const { page } = walker
  const make = async () => {
    await walker.menu('/p/performance/reports')
    await page.locator('[data-test=rows]').waitFor()
    await page.locator('[data-test=make-report]').click()
    await page.locator('#report-evaluation').click()
    await page.locator('#report-evaluation').fill(name)
    await page.getByRole('option', { name }).locator('visible=true').first().click()
    await walker.look('report-make')
    await walker.button(walker.t('reports.make'), page.getByRole('dialog')).click()
    await page.locator('[data-test=report-sheet]').waitFor()
    await page.frameLocator('[data-test=report] iframe').locator('h1').first().waitFor()
  }
  await make()
  await page.locator('[data-test=prove]').click()
  await page.locator('[data-test=proof] li').nth(3).waitFor()
  await walker.look('report')
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('[data-test=take-docx]').click()])
  assert.equal((await readFile(await download.path())).subarray(0, 2).toString(), 'PK', 'a document')
  const first = page.url()
  await make()
  assert.equal(page.url(), first, 'unchanged data are the same report')
  await walker.menu('/p/performance/reports')
  await page.locator('[data-test=rows] tbody tr').first().waitFor()
  await walker.look('reports')
}
async function appeal(walker, result) {
  const { page } = walker
  await walker.menu('/p/performance/results')
  await page.locator(`a[href$="result=${result}"]`).click()
  await page.locator('[data-test=trace] tbody tr').first().waitFor()
  await page.locator('[data-test=ceilings] li').first().waitFor()
  await walker.look('result')
  await page.getByRole('button', { name: new RegExp(`${walker.t('results.appeals')}$`) }).first().click()
  await page.locator('#line-ground').fill('The paper was not seen')
  await walker.look('appeal')
  await walker.button(walker.t('edit.save'), page.getByRole('dialog')).click()
  await page.locator('[data-test=appeals]').waitFor()
  await walker.look('appealed')
}

export async function walkPerformance(open, given) {
  const money = await Money.of(given)
  const name = `Wall ${Date.now().toString(36)}`
  const { project } = await scene(money, given.server, name)
  if (!given.server.policy) {
    given.server.policy = await money.make(kPerformance, '/performance/policy-pack', { region: money.region, code: 'results', edition: 1, name: '结果应用办法', rules: kRules, document_no: 'W-1', valid_from: `${thisYear() - 1}-01-01` })
  }
  const clerk = await open()
  await clerk.step('sign in as a clerk', () => clerk.enter(kPeople.clerk))
  const goalId = await clerk.step('the goal', () => goal(clerk, name))
  await clerk.step('the goal is completed', () => completed(clerk, money))
  await judged(open, goalId)
  await clerk.step('the evaluation', () => evaluation(clerk, name))
  await clerk.close()
  const division = await open()
  await division.step('sign in as the performance division', () => division.enter(kPerformance))
  await division.step('the policy', () => policy(division))
  await division.step('the template', () => template(division, money, { maker: kPerformance, approver: kLeader }))
  await division.close()
  const { project: other } = await scene(money, given.server, `${name} B`)
  const result = await told(open, money, other, given.server.policy.id)
  await as(open, kPerformance, 'the report', (walker) => reported(walker, `${name} B`))
  const again = await open()
  await again.step('sign in as the clerk again', () => again.enter(kPeople.clerk))
  await again.step('the appeal', () => appeal(again, result))
  await again.step('the costs', () => costs(again, money, { clerk: kPeople.clerk, projects: [project, other] }))
  await again.close()
}
