/**
 * One unit's budget from review to issue, all of it clicked by the people whose work it is: an ex-ante evaluation and a zero-base sheet that
 * come back once (J3, J4), the library, the second round up with a version that is refused, returned and accepted (J5), and the issue that
 * waits for the People's Congress (J6). Each ends in its printed form. A region for each language, on a desktop: a region has one budget a year.
 */
import assert from 'node:assert/strict'
import { as, changeByForm, decideInInbox, fill, makeByForm, moveByButton, printedForm } from '../../lib/desk.mjs'
import { thisYear, today } from '../../lib/money.mjs'

const kRegions = { zh: '320583000', en: '320000000' }
const kProject = '/compilation/project'
const kExAnte = '/compilation/ex-ante-review'
const kVersion = '/compilation/budget-version'
const kIssue = '/compilation/budget-issue'
const kPoints = { policy_basis: 18, necessity: 13, duty_match: 9, estimate_basis: 13, feasibility: 9, performance: 13, execution: 8, funding: 4 }

const peopleOf = (region) => ({
  clerk: `unit-clerk.${region}.106001`, department: `department-reviewer.${region}.106`, division: `finance-division.${region}`, budget: `budget-division.${region}`,
  leader: `finance-leader.${region}`, performance: `performance-division.${region}`,
})

/** A project of the unit as its clerk declared it (that is walked elsewhere); `whole`: with its line and papers, and sent. */
async function declared(rest, clerk, region, name) {
  const node = async (code) => (await rest.ask(clerk, 'GET', `/system/node?q=${code}`)).items.find((one) => one.code === code).id
  const first = async (list, filter) => (await rest.ask(clerk, 'GET', `/standards/${list}?limit=1&filter=${encodeURIComponent(filter)}`)).items[0].id
  const year = thisYear()
  return rest.ask(clerk, 'POST', kProject, { json: {
    name, unit: await node(`${region}-106001`), category: 'specific', fiscal_year: year, existence: 'new', start_year: year, end_year: year + 1, total_amount: '200000.00', year_amount: '100000.00',
    functional_class: await first('functional-class', `code==2050203;list_year==${year}`), fund_kind: await first('fund-kind', 'code==1'), contact_name: 'Contact', contact_phone: '0512-57330000',
    design_basis: 'Basis', performance_goal: 'Goal', summary: name,
  } })
}
async function papersAndLine(rest, clerk, project) {
  const code = async (list, number) => (await rest.ask(clerk, 'GET', `/standards/${list}?limit=1&filter=${encodeURIComponent(`code==${number};list_year==${project.fiscal_year}`)}`)).items[0].id
  const line = { project: project.id, line_no: 1, year: project.fiscal_year, task: project.name, functional_class: project.functional_class, fund_kind: project.fund_kind, quantity: '1', price: project.year_amount,
    department_economic_class: await code('department-economic-class', '30201') }
  const write = async (government) => rest.ask(clerk, 'POST', '/compilation/expenditure-line', { json: { ...line, government_economic_class: await code('government-economic-class', government) } })
  await write('50201').catch(() => write('50502')) // by the kind of the unit
  for (const kind of ['basis', 'estimate', 'plan']) await rest.ask(clerk, 'POST', '/compilation/project-paper', { json: { project: project.id, kind, title: kind } })
}
const statusOf = async (rest, who, path, id) => (await rest.ask(who, 'GET', `${path}/${id}`)).status

async function exAnte(open, rest, people, project) {
  const opinion = 'Please check the amount'
  const id = await as(open, people.performance, 'the evaluation', async (walker) => {
    const made = await makeByForm(walker, kExAnte, { project: project.name, evaluated_on: today(), necessity: 18, economy: 17, goal: 16, feasibility: 18, funding: 19, conclusion: '', suggested_amount: '20万', opinion: 'Good' }, 'ex-ante-new')
    await moveByButton(walker, people.performance, kExAnte, made, 'submit', { refused: 422, picture: 'ex-ante-without-papers' })
    await papersAndLine(rest, people.clerk, project)
    await moveByButton(walker, people.performance, kExAnte, made, 'submit')
    return made
  })
  await as(open, people.leader, 'it comes back', (walker) => decideInInbox(walker, people.leader, id, { decision: 'return', opinion, picture: 'ex-ante-task' }))
  await as(open, people.performance, 'corrected', async (walker) => {
    await walker.go(`${kExAnte}/${id}`)
    await walker.page.locator('[data-test=approval]').getByText(opinion).first().waitFor()
    await walker.look('ex-ante-returned')
    await changeByForm(walker, kExAnte, id, { suggested_amount: '18万' })
    await moveByButton(walker, people.performance, kExAnte, id, 'submit')
  })
  await as(open, people.leader, 'approved', (walker) => decideInInbox(walker, people.leader, id, { picture: 'ex-ante-again' }))
  await as(open, people.performance, 'printed', async (walker) => {
    await walker.go(`${kExAnte}/${id}`)
    await walker.look('ex-ante-decided')
    await printedForm(walker, kExAnte, id, project.name, '180,000.00')
  })
  assert.equal(await statusOf(rest, people.performance, kExAnte, id), 'decided')
}

async function openSheet(walker, project) {
  const { page } = walker
  await walker.menu('/p/compilation/review')
  await page.locator('[data-test=review] tbody tr').first().waitFor()
  await page.locator('[data-test=review] tbody tr', { hasText: project.name }).getByRole('button').last().click()
  const sheet = page.locator('[data-test=score-sheet]')
  await sheet.waitFor()
  return sheet
}
async function saveAndSend(walker, sheet) {
  await sheet.locator('[data-test=save-sheet]').click()
  await walker.page.locator('.el-message', { hasText: walker.t('sheet.saved') }).first().waitFor()
  await sheet.locator('[data-test=send-sheet]').click()
  await sheet.locator('[data-test=send-sheet]').waitFor({ state: 'detached' })
}
async function zeroBase(open, rest, people, project) {
  await as(open, people.division, 'the sheet', async (walker) => {
    const sheet = await openSheet(walker, project)
    await sheet.locator('[data-test=save-sheet]').click()
    await sheet.locator('[data-test=complaint]').first().waitFor()
    await fill(walker, { ...kPoints, approved_amount: '9万', cut_reason: 'Dearer than the offers', sunset_year: thisYear() + 2 }, 's-')
    await saveAndSend(walker, sheet)
    await walker.look('sheet-sent')
  })
  const id = (await rest.ask(people.division, 'GET', `/compilation/zero-base-review?filter=project==${project.id}`)).items[0].id
  await as(open, people.budget, 'it comes back', (walker) => decideInInbox(walker, people.budget, id, { decision: 'return', opinion: 'The offers bear it out', picture: 'sheet-task' }))
  await as(open, people.division, 'corrected', async (walker) => {
    const sheet = await openSheet(walker, project)
    await walker.look('sheet-returned')
    await fill(walker, { approved_amount: '10万' }, 's-')
    await saveAndSend(walker, sheet)
  })
  await as(open, people.budget, 'approved', (walker) => decideInInbox(walker, people.budget, id, { picture: 'sheet-again' }))
  await as(open, people.division, 'printed', async (walker) => {
    const sheet = await openSheet(walker, project)
    await sheet.locator('[data-test=sheet-record]').click()
    await walker.page.locator('[data-test=print-form]').waitFor()
    await walker.look('sheet-decided')
    await printedForm(walker, '/compilation/zero-base-review', id, project.name, '100,000.00')
  })
  assert.equal(await statusOf(rest, people.division, '/compilation/zero-base-review', id), 'decided')
}

/** The department's opinion and rank, the division's admission. */
async function admitted(open, rest, people, project) {
  await as(open, people.department, 'the department', async (walker) => {
    await decideInInbox(walker, people.department, project.id, { picture: 'library-department' })
    await walker.menu('/p/compilation/review')
    await walker.choose(walker.t('review.state'), walker.t('review.states.department_reviewed'))
    await walker.page.locator('[data-test=review] tbody tr', { hasText: project.name }).locator('input').fill('7001')
    await walker.page.keyboard.press('Tab')
    await walker.page.getByText(walker.t('review.ranked')).waitFor()
  })
}

async function freeze(walker, note, refused) {
  const { page } = walker
  await walker.menu('/p/compilation/rounds')
  await page.locator('[data-test=freeze]').click()
  await walker.choose(walker.t('rounds.step'), walker.t('rounds.steps.two_up'))
  if (note) await page.locator('#freeze-note').fill(note)
  if (refused) walker.expect(422, '/compilation/freeze')
  await walker.button(walker.t('rounds.freeze'), page.getByRole('dialog')).click()
  if (refused) {
    await page.getByRole('dialog').locator('.error-panel').waitFor()
    await walker.look('freeze-refused')
    await page.keyboard.press('Escape')
    return null
  }
  await page.locator('[data-test=frozen] a').click()
  await page.waitForURL((url) => url.pathname.startsWith(`${kVersion}/`))
  return new URL(page.url()).pathname.split('/').at(-1)
}
async function ceilings(open, rest, people, region) {
  await as(open, people.budget, 'the ceiling', async (walker) => {
    await makeByForm(walker, '/compilation/ceiling', { node: `${region}-106`, fiscal_year: thisYear(), fund_kind: '一般公共预算', category: walker.language === 'zh' ? '特定目标' : 'Specific', amount: '15万' }, 'ceiling-new')
    await walker.menu('/p/compilation/rounds')
    // Whoever sees the province sees the ceilings of others too.
    const row = walker.page.locator('[data-test=ceilings] tbody tr').filter({ hasText: /(?<![\d,])(150,000\.00|15\.00)(?!\d)/ }).first()
    await row.getByRole('button', { name: walker.t('effects.open') }).click()
    await walker.page.locator('[data-test=ceiling-results]').getByText(walker.t('effects.none')).waitFor()
    await walker.look('ceiling-results')
    await walker.button(walker.t('rounds.issue'), row).click()
    await walker.button(walker.t('rounds.issue'), row).waitFor({ state: 'detached' })
    await walker.look('ceiling-issued')
  })
  await as(open, people.department, 'its part', async (walker) => {
    const { page } = walker
    await walker.menu('/p/compilation/rounds')
    await page.locator('[data-test=ceilings] tbody tr').first().getByRole('button').first().click()
    await page.getByRole('dialog').locator('input').first().fill('15万')
    await page.keyboard.press('Tab')
    await walker.button(walker.t('rounds.split'), page.getByRole('dialog')).last().click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    const part = walker.button(walker.t('rounds.issue'), page.locator('[data-test=ceilings]'))
    await part.first().click()
    await part.waitFor({ state: 'detached' })
    await walker.look('ceiling-split')
  })
}
async function secondRound(open, rest, people, region, project) {
  await as(open, people.budget, 'the round is opened', async (walker) => {
    const id = await makeByForm(walker, '/compilation/budget-round', { region, fiscal_year: thisYear(), step: walker.t('rounds.steps.two_up'), opens_on: today(), closes_on: today() }, 'round-new')
    await moveByButton(walker, people.budget, '/compilation/budget-round', id, 'open')
  })
  await as(open, people.clerk, 'taken from the library', async (walker) => {
    await moveByButton(walker, people.clerk, kProject, project.id, 'compile')
    await freeze(walker, '', true)
  })
  await ceilings(open, rest, people, region)
  const version = await as(open, people.clerk, 'sent up', async (walker) => {
    const bare = await freeze(walker, '')
    await moveByButton(walker, people.clerk, kVersion, bare, 'submit', { refused: 422, picture: 'version-without-note' })
    const id = await freeze(walker, 'Note 1')
    await moveByButton(walker, people.clerk, kVersion, id, 'submit')
    await walker.look('version-sent')
    return id
  })
  await as(open, people.department, 'it comes back', (walker) => decideInInbox(walker, people.department, version, { decision: 'return', opinion: 'Buy less', picture: 'version-task' }))
  const again = await as(open, people.clerk, 'sent up again', async (walker) => {
    const id = await freeze(walker, 'Note 2')
    await moveByButton(walker, people.clerk, kVersion, id, 'submit')
    await walker.look('version-again')
    return id
  })
  await as(open, people.department, 'the department agrees', (walker) => decideInInbox(walker, people.department, again, { picture: 'version-department' }))
  await as(open, people.budget, 'finance agrees', async (walker) => {
    await decideInInbox(walker, people.budget, again, { picture: 'version-finance' })
    await printedForm(walker, kVersion, again, '100,000.00')
  })
  assert.equal(await statusOf(rest, people.clerk, kVersion, again), 'accepted')
}

async function issued(open, rest, people, region, project) {
  const title = `Issue ${region}`
  const issue = await as(open, people.budget, 'the issue', async (walker) => {
    const { page } = walker
    const id = await makeByForm(walker, kIssue, { unit: `${region}-106001`, fiscal_year: thisYear(), document_no: `W-${region}`, title: 'Issue' }, 'issue-new')
    await page.locator('[data-test=prepare-issue]').click()
    await page.locator('[data-test=prepared]').getByText('100,000.00').waitFor()
    await walker.look('issue-prepared')
    await moveByButton(walker, people.budget, kIssue, id, 'submit', { refused: 422, picture: 'issue-before-congress' })
    await makeByForm(walker, '/compilation/congress-approval', { region, fiscal_year: thisYear(), session: '5', document_no: `R-${region}`, approved_on: today(), fund_1: '10万' }, 'congress-new')
    return id
  })
  await as(open, people.leader, 'the resolution is confirmed', async (walker) => {
    const { id } = (await rest.ask(people.leader, 'GET', `/compilation/congress-approval?filter=document_no==R-${region}`)).items[0]
    await moveByButton(walker, people.leader, '/compilation/congress-approval', id, 'confirm')
    await walker.look('congress-confirmed')
  })
  await as(open, people.budget, 'sent', (walker) => moveByButton(walker, people.budget, kIssue, issue, 'submit').then(() => walker.look('issue-sent')))
  await as(open, people.leader, 'it comes back', (walker) => decideInInbox(walker, people.leader, issue, { decision: 'return', opinion: 'The whole title', picture: 'issue-task' }))
  await as(open, people.budget, 'corrected', async (walker) => {
    await changeByForm(walker, kIssue, issue, { title })
    await moveByButton(walker, people.budget, kIssue, issue, 'submit')
    await walker.look('issue-again')
  })
  await as(open, people.leader, 'issued', (walker) => decideInInbox(walker, people.leader, issue, { picture: 'issue-decision' }))
  await as(open, people.budget, 'printed', async (walker) => {
    await walker.go(`${kIssue}/${issue}`)
    await walker.page.locator('[data-test=lines-inside]').click()
    await walker.page.locator('.data-table tbody tr').first().waitFor()
    await walker.look('issue-lines')
    await printedForm(walker, kIssue, issue, title, '100,000.00')
  })
  assert.equal(await statusOf(rest, people.budget, kIssue, issue), 'issued')
  assert.equal(await statusOf(rest, people.clerk, kProject, project.id), 'issued')
}

/** 法定时限: what is missing by today, a notice that came late, put on record with its reason. */
async function statutoryDays(open, people, region) {
  const kAct = '/compilation/statutory-act'
  await as(open, people.budget, 'the days of the law', async (walker) => {
    const { page } = walker
    await walker.go('/')
    await page.locator('[data-test=duties] li').first().waitFor()
    await walker.look('duties-at-home')
    await walker.menu('/p/compilation/rounds')
    const panel = page.locator('[data-test=statutory]')
    const notice = panel.locator('tbody tr', { hasText: walker.t('statutory.kinds.notice') })
    await notice.locator('.state-tag.danger').waitFor()
    await walker.look('statutory')
    const id = await makeByForm(walker, kAct, { region, fiscal_year: thisYear(), kind: walker.language === 'zh' ? '印发编制通知' : 'Notice of compiling', done_on: today(), document_no: `N-${region}` }, 'statutory-new')
    await moveByButton(walker, people.budget, kAct, id, 'record', { refused: 422, picture: 'statutory-late' })
    await changeByForm(walker, kAct, id, { late_reason: 'The upper level was late' })
    await moveByButton(walker, people.budget, kAct, id, 'record')
    await walker.look('statutory-recorded')
    await walker.menu('/p/compilation/rounds')
    await notice.locator('.state-tag.warning').waitFor()
    await notice.getByRole('link', { name: `N-${region}` }).waitFor()
  })
}

export async function walkCycle(open, { rest, server }) {
  const region = kRegions[open.language]
  if (open.size !== 'wide' || (server.cycle ??= new Set()).has(region)) return
  server.cycle.add(region)
  const people = peopleOf(region)
  const project = await declared(rest, people.clerk, region, `Cycle ${region}`)
  await exAnte(open, rest, people, project)
  await rest.ask(people.clerk, 'POST', `${kProject}/${project.id}/transitions/submit`, { json: {}, headers: { 'If-Match': `"${(await rest.ask(people.clerk, 'GET', `${kProject}/${project.id}`)).version}"` } })
  await admitted(open, rest, people, project)
  await zeroBase(open, rest, people, project)
  await as(open, people.division, 'into the library', (walker) => decideInInbox(walker, people.division, project.id, { picture: 'library-division' }))
  assert.equal(await statusOf(rest, people.clerk, kProject, project.id), 'in_library')
  await secondRound(open, rest, people, region, project)
  await issued(open, rest, people, region, project)
  await statutoryDays(open, people, region)
}
