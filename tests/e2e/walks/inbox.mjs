/** What falls to people: a reviewer handles tasks one by one, by keyboard and together; a clerk recalls; the record shows the course. */
import assert from 'node:assert/strict'
import { kClerk, papers } from './entry.mjs'

const kReviewer = 'department-reviewer.320500000.106'
const kDivision = 'finance-division.320500000'
const kProjects = '/compilation/project'

export async function submitted(rest, name, changes = {}) {
  const node = (await rest.ask(kClerk, 'GET', '/system/node?q=320500000-106001')).items[0].id
  const functional = (await rest.ask(kClerk, 'GET', '/standards/functional-class?limit=1&filter=code==2050203;list_year==2026')).items[0].id
  const fund = (await rest.ask(kClerk, 'GET', '/standards/fund-kind?limit=1&filter=code==1')).items[0].id
  const project = await rest.ask(kClerk, 'POST', kProjects, { json: {
    name, unit: node, category: 'specific', fiscal_year: 2026, existence: 'new', start_year: 2026, end_year: 2027, total_amount: '2900000.00', year_amount: '100000.00',
    functional_class: functional, fund_kind: fund, contact_name: 'Contact', contact_phone: '0512-57330000', design_basis: 'Basis', performance_goal: 'Goal', ...changes,
  } })
  await papers(rest, project.id)
  await rest.ask(kClerk, 'POST', `${kProjects}/${project.id}/transitions/submit`, { json: {}, headers: { 'If-Match': `"${project.version}"` } })
  return project
}
const status = async (rest, project) => (await rest.ask(kClerk, 'GET', `${kProjects}/${project.id}`)).status
const row = (page, name) => page.locator('[data-test=inbox] tbody tr', { hasText: name })

async function oneByOne(walker, rest, projects) {
  const { page } = walker
  const count = page.locator('[data-test=todo-count]')
  await count.waitFor()
  await walker.look('home-with-tasks')
  await count.click()
  await page.waitForURL('**/p/workflow/inbox')
  await row(page, projects[0].name).waitFor()
  await walker.look('inbox')
  await row(page, projects[0].name).getByRole('button').first().click()
  const panel = page.locator('[data-test=task-panel]')
  await panel.getByText(walker.t('task.never')).waitFor()
  await walker.look('inbox-task')
  await panel.locator('[data-test=return]').click()
  await panel.getByText(walker.t('task.opinionNeeded')).waitFor()
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'task-opinion', 'the next key press goes into the opinion')
  await panel.locator('[data-test=transfer]').click()
  const dialog = page.getByRole('dialog', { name: walker.t('task.transfer') })
  await dialog.waitFor()
  await walker.look('inbox-transfer')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  await panel.getByRole('button', { name: walker.t('task.phraseDefault.needEstimate'), exact: true }).click()
  await panel.locator('[data-test=return]').click()
  await panel.locator('[data-test=return]').waitFor({ state: 'detached' })
  assert.equal(await status(rest, projects[0]), 'returned')
  await walker.look('inbox-returned')
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'detached' })
}

/** Opens a task, writes and approves without a mouse. */
async function byKeyboard(walker, rest, project) {
  const { page } = walker
  const words = row(page, project.name)
  await words.focus()
  await page.keyboard.press('Enter')
  const panel = page.locator('[data-test=task-panel]')
  await panel.locator('#task-opinion').waitFor()
  await walker.tabTo('#task-opinion')
  await page.keyboard.type('OK')
  await walker.tabTo('[data-test=approve]')
  await page.keyboard.press('Enter')
  await panel.locator('[data-test=recall]').waitFor({ state: 'attached' }).catch(() => undefined) // the step has moved the record: then there is no way back
  await panel.locator('[data-test=approve]').waitFor({ state: 'detached' })
  assert.equal(await status(rest, project), 'department_reviewed')
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'detached' })
}

async function together(walker, rest, projects) {
  const { page } = walker
  for (const project of projects) await row(page, project.name).getByRole('checkbox').check()
  await page.locator('[data-test=approve-chosen]').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText(walker.t('batch.rule')).waitFor()
  await walker.look('inbox-batch')
  await walker.button(walker.t('task.approve'), dialog).last().click()
  for (const project of projects) await row(page, project.name).waitFor({ state: 'detached' })
  for (const project of projects) assert.equal(await status(rest, project), 'department_reviewed')
  await page.getByRole('tab', { name: walker.t('inbox.box.done') }).click()
  await row(page, projects[0].name).waitFor()
  await walker.look('inbox-done')
  await page.getByRole('tab', { name: walker.t('inbox.delegations') }).click()
  await page.locator('[data-test=new-deputy]').click()
  await page.locator('#deputy-reason').waitFor()
  await walker.look('inbox-deputy')
  await page.keyboard.press('Escape')
  await page.locator('#deputy-reason').waitFor({ state: 'detached' })
}

/** The count follows the server's events while nobody touches the page. */
async function counted(walker, rest, name) {
  const { page } = walker
  const count = page.locator('[data-test=todo-count]')
  const before = Number((await rest.ask(kReviewer, 'GET', '/workflow/inbox?limit=1')).counts.todo)
  const project = await submitted(rest, name)
  const expected = walker.t('inbox.count', { count: before + 1 })
  await page.locator(`[data-test=todo-count][aria-label=${JSON.stringify(expected)}]`).waitFor()
  assert.equal(await count.getAttribute('aria-label'), expected)
  return project
}

async function recalled(open, { rest }, project) {
  const walker = await open()
  const { page } = walker
  await walker.step('the clerk recalls', async () => {
    await walker.enter(kClerk)
    await walker.go('/p/workflow/inbox?box=started')
    await row(page, project.name).getByRole('button').first().click()
    const panel = page.locator('[data-test=task-panel]')
    await panel.locator('[data-test=recall]').waitFor()
    await walker.look('inbox-started')
    await panel.locator('[data-test=urge]').click()
    await page.locator('.el-message').first().waitFor()
    await panel.locator('[data-test=recall]').click()
    await page.getByText(walker.t('task.recallAsk')).waitFor()
    await walker.button(walker.t('task.recall'), page.locator('.el-message-box, .el-dialog').last()).click()
    await panel.locator('[data-test=recall]').waitFor({ state: 'detached' })
    assert.equal(await status(rest, project), 'draft')
    await walker.go(`${kProjects}/${project.id}`)
    await page.locator('[data-test=approval]').waitFor()
    await walker.look('record-with-approval')
  })
  await walker.close()
}

/** The finance division sets the spending order while it approves, without a mouse; a refusal stands at its field. */
async function filledIn(open, { rest }, project) {
  const walker = await open()
  const { page } = walker
  const read = () => rest.ask(kClerk, 'GET', `${kProjects}/${project.id}`)
  await rest.ask(kReviewer, 'POST', '/compilation/project-rank', { json: { project: project.id, fiscal_year: 2026, rank: 1 } })
  await walker.step('the division fills in', async () => {
    await walker.enter(kDivision)
    await walker.go('/p/workflow/inbox')
    await row(page, project.name).getByRole('button').first().click()
    const panel = page.locator('[data-test=task-panel]')
    await panel.locator('#fill-spending_order').waitFor()
    await walker.look('inbox-fill')
    await walker.tabTo('#fill-three_guarantees')
    await page.keyboard.press('Space')
    walker.expect(422, '/act')
    await walker.tabTo('[data-test=approve]')
    await page.keyboard.press('Enter')
    const complaint = panel.locator('[data-test=fill] [data-test=complaint]')
    await complaint.waitFor()
    assert.equal(await panel.locator('#fill-three_guarantees').getAttribute('aria-describedby'), await complaint.getAttribute('id'))
    await walker.look('inbox-fill-refused')
    assert.equal((await read()).three_guarantees, true, 'nothing half-written')
    const word = walker.say({ zh: '在建与合同', en: 'Contracts under way' })
    await panel.locator('#fill-spending_order').focus()
    await page.keyboard.press('Enter')
    const option = page.getByRole('option', { name: word, exact: true })
    await option.waitFor()
    while (!/is-hovering/.test(await option.getAttribute('class') ?? '')) await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await option.waitFor({ state: 'hidden' })
    await walker.tabTo('[data-test=approve]')
    await page.keyboard.press('Enter')
    await panel.locator('[data-test=approve]').waitFor({ state: 'detached' })
    const now = await read()
    assert.deepEqual([now.status, now.spending_order, now.three_guarantees], ['in_library', 'contract', false])
    await panel.locator('[data-test=filled]').getByText(word).waitFor()
    await walker.look('inbox-filled')
    await walker.go(`${kProjects}/${project.id}`)
    await page.locator('[data-test=approval]').waitFor()
    await page.getByRole('tab', { name: walker.t('detail.history') }).click()
    await page.getByText(word).locator('visible=true').first().waitFor()
    await walker.look('record-filled')
  })
  await walker.close()
}

export async function walkInbox(open, given) {
  const { rest } = given
  const walker = await open()
  const mark = `Inbox ${walker.language} ${walker.size}`
  const projects = []
  for (const number of [1, 2, 3, 4]) projects.push(await submitted(rest, `${mark} ${number}`, number === 2 ? { spending_order: 'wages' } : {}))
  await walker.step('sign in', () => walker.enter(kReviewer))
  await walker.step('one task', () => oneByOne(walker, rest, projects))
  await walker.step('by keyboard', () => byKeyboard(walker, rest, projects[1]))
  await walker.step('several together', () => together(walker, rest, projects.slice(2)))
  let last
  await walker.step('the count follows', async () => { last = await counted(walker, rest, `${mark} 5`) })
  await recalled(open, given, last)
  await filledIn(open, given, projects[1])
  await walker.close()
}
