/**
 * A project that came back: the clerk finds it on the first page, corrects it step by step and sends it again; the reviewer is away and a
 * deputy decides, the department ranks, finance admits it to the library; it ends in its printed form.
 */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { kClerk } from './entry.mjs'
import { submitted } from './inbox.mjs'

const kReviewer = 'department-reviewer.320500000.106'
const kPath = '/compilation/project'
const row = (page, name) => page.locator('[data-test=inbox] tbody tr', { hasText: name })

/** The open task about a project, and who of `people` has it. */
async function taskOf(rest, project, people) {
  for (const who of people) {
    const { items } = await rest.ask(who, 'GET', '/workflow/inbox?box=todo&limit=200')
    const task = items.find((one) => one.subject_id === project.id)
    if (task) return { who, task }
  }
  return assert.fail(`somebody has a task about ${project.name}`)
}

async function corrected(walker, project) {
  const { page } = walker
  const back = page.locator('[data-test=first-returned]')
  await back.getByRole('link', { name: project.name }).waitFor()
  await walker.look('came-back')
  await back.getByRole('link', { name: project.name }).click()
  await page.locator('[data-test=go-on]').click()
  await page.waitForURL(/\/p\/compilation\/declare\?project=/)
  for (const step of ['basics', 'category', 'money', 'content', 'lines', 'papers']) {
    await page.locator(`[data-test=step-${step}]`).waitFor()
    if (step === 'content') await page.locator('#d-design_basis').fill('Document 12, with three quotations')
    await page.locator('[data-test=next]').click()
  }
  await page.locator('[data-test=step-check]').waitFor()
  await walker.look('corrected')
  await page.locator('[data-test=submit]').click()
  await page.locator('[data-test=declared]').waitFor()
  await page.getByRole('link', { name: walker.t('declare.see') }).click()
  await page.locator('[data-test=approval]').waitFor()
  assert.equal(await page.locator('[data-test=go-on]').count(), 0, 'what was sent is not changed any more')
  await walker.look('sent-again')
}

async function away(walker, name) {
  const { page } = walker
  await walker.go('/p/workflow/inbox')
  await page.getByRole('tab', { name: walker.t('inbox.delegations') }).click()
  await page.locator('[data-test=new-deputy]').click()
  await page.locator('#deputy-who').click()
  await page.getByRole('option', { name: new RegExp(`^${name} `) }).locator('visible=true').first().click()
  await page.locator('#deputy-reason').fill('Away')
  await walker.button(walker.t('deputy.save'), page.getByRole('dialog')).click()
  await page.locator('[data-test=deputies] li', { hasText: name }).waitFor()
  await walker.look('deputy-kept')
}
async function backAgain(walker, name) {
  const { page } = walker
  await page.locator('[data-test=deputies] li', { hasText: name }).getByRole('button').click()
  await walker.button(walker.t('deputy.end'), page.locator('.el-message-box, .el-dialog').last()).click()
  await page.locator('[data-test=deputies] li', { hasText: name }).waitFor({ state: 'detached' })
}

/** Finance admits nothing that its department has not ranked. */
async function ranked(walker, project) {
  const { page } = walker
  await walker.go('/p/compilation/review')
  await walker.choose(walker.t('review.state'), walker.t('review.states.department_reviewed'))
  await page.locator('[data-test=review] tbody tr', { hasText: project.name }).locator('input').fill(String(1000 + (Date.now() % 8000)))
  await page.keyboard.press('Tab')
  await page.getByText(walker.t('review.ranked')).waitFor()
  await walker.look('ranked')
}

async function approves(walker, project, picture) {
  const { page } = walker
  await walker.go('/p/workflow/inbox')
  await row(page, project.name).getByRole('button').first().click()
  const panel = page.locator('[data-test=task-panel]')
  await panel.locator('#task-opinion').fill('OK')
  await walker.look(picture)
  await panel.locator('[data-test=approve]').click()
  await panel.locator('[data-test=approve]').waitFor({ state: 'detached' })
}

/** The form is a page of its own for paper: looked at as a browser prints it. */
async function printed(walker, project) {
  const { page } = walker
  await walker.go(`${kPath}/${project.id}`)
  const href = await page.locator('[data-test=print-form]').getAttribute('href')
  await page.goto(walker.server.url + href)
  await page.getByText(project.name).first().waitFor()
  await page.emulateMedia({ media: 'print' })
  await page.screenshot({ path: join(walker.shots, `${walker.language}-${walker.size}-form-declaration.png`), fullPage: true })
  await page.emulateMedia({ media: 'screen' })
}

export async function walkJourney(open, { rest, server }) {
  const mark = `Returned ${Date.now().toString(36)}`
  const project = await submitted(rest, mark)
  project.name = mark
  const { task } = await taskOf(rest, project, [kReviewer])
  await rest.ask(kReviewer, 'POST', `/workflow/step/${task.id}/act`, { json: { decision: 'return', opinion: 'Quotations are missing' }, headers: { 'If-Match': `"${task.version}"` } })
  const status = async () => (await rest.ask(kClerk, 'GET', `${kPath}/${project.id}`)).status
  const clerk = await open()
  await clerk.step('the clerk enters', () => clerk.enter(kClerk))
  await clerk.step('corrected and sent again', () => corrected(clerk, project))
  assert.equal(await status(), 'submitted')
  const people = (await rest.ask(kReviewer, 'GET', `/workflow/colleague?office=${task.office}`)).items
  const accounts = new Map((await rest.ask('sysadmin', 'GET', '/system/user?limit=1000')).items.map((one) => [one.id, one.username]))
  const person = people.find((one) => /^department-(head|clerk)/.test(accounts.get(one.id) ?? ''))
  assert.ok(person, 'somebody of the office can stand in')
  const reviewer = await open()
  await reviewer.step('the reviewer enters', () => reviewer.enter(kReviewer))
  await reviewer.step('a deputy', () => away(reviewer, person.name))
  const deputy = await open()
  await deputy.step('the deputy enters', () => deputy.enter(accounts.get(person.id)))
  await deputy.step('the deputy decides', () => approves(deputy, project, 'deputy-task'))
  await deputy.close()
  assert.equal(await status(), 'department_reviewed')
  await reviewer.step('back again', () => backAgain(reviewer, person.name))
  await reviewer.step('ranked', () => ranked(reviewer, project))
  await reviewer.close()
  const { who } = await taskOf(rest, project, Object.keys(server.passwords).filter((who) => who.startsWith('finance-division.320500000')))
  const division = await open()
  await division.step('the division enters', () => division.enter(who))
  await division.step('into the library', () => approves(division, project, 'division-task'))
  await division.close()
  assert.equal(await status(), 'in_library')
  await clerk.step('printed', () => printed(clerk, project))
  await clerk.close()
}
