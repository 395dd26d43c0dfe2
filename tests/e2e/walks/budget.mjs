/** The pages between project and budget: a score sheet filled in, ranks given, ceilings split, two versions compared, two scenarios side by side. */
import assert from 'node:assert/strict'
import { walkAllocate } from './budget/allocate.mjs'
import { walkCycle } from './budget/cycle.mjs'
import { kClerk } from './entry.mjs'

const kCity = '320500000'
const kBudget = `budget-division.${kCity}`
const kLeader = `finance-leader.${kCity}`
const kReviewer = `department-reviewer.${kCity}.106`

/** Once for the server: an open step, two frozen versions of a unit, a ceiling. */
async function scene({ rest, server }) {
  if (server.scene) return
  server.scene = true
  const node = async (code) => (await rest.ask(kClerk, 'GET', `/system/node?q=${code}`)).items.find((one) => one.code === code).id
  const [region, unit, department] = await Promise.all([kCity, `${kCity}-106001`, `${kCity}-106`].map(node))
  const move = (who, path, row, name) => rest.ask(who, 'POST', `${path}/${row.id}/transitions/${name}`, { json: { comment: name }, headers: { 'If-Match': `"${row.version}"` } })
  const round = await rest.ask(kBudget, 'POST', '/compilation/budget-round', { json: { region, fiscal_year: 2026, step: 'one_up', opens_on: '2026-01-01', closes_on: '2026-12-31' } })
  await move(kBudget, '/compilation/budget-round', round, 'open')
  const freeze = () => rest.ask(kClerk, 'POST', '/compilation/freeze', { json: { unit, fiscal_year: 2026, step: 'one_up' } })
  const taken = []
  for (const project of (await rest.ask(kClerk, 'GET', `/compilation/project?limit=50&filter=${encodeURIComponent(`status==in_library;unit==${unit}`)}`)).items) {
    await move(kClerk, '/compilation/project', project, 'compile').then((moved) => taken.push(moved), () => undefined) // those without lines are refused
  }
  assert.ok(taken.length > 0, 'the demo has projects that can be compiled')
  await freeze()
  await move(kBudget, '/compilation/project', taken[0], 'terminate')
  await freeze()
  const fund = (await rest.ask(kBudget, 'GET', '/standards/fund-kind?limit=1&filter=code==1')).items[0].id
  const ceiling = await rest.ask(kBudget, 'POST', '/compilation/ceiling', { json: { node: department, fiscal_year: 2026, fund_kind: fund, category: 'specific', amount: '5000000.00' } })
  await move(kBudget, '/compilation/ceiling', ceiling, 'issue')
}

/** The walks share one server: the next finds no sheet. */
async function tearUp({ rest }) {
  for (const sheet of (await rest.ask(kBudget, 'GET', '/compilation/zero-base-review?filter=status==draft')).items) {
    await rest.ask(kBudget, 'DELETE', `/compilation/zero-base-review/${sheet.id}`, { headers: { 'If-Match': `"${sheet.version}"` } })
  }
}

async function scores(walker) {
  const { page } = walker
  await walker.menu('/p/compilation/review')
  await walker.choose(walker.t('review.state'), walker.t('review.states.in_library'))
  const row = page.locator('[data-test=review] tbody tr').first()
  await row.waitFor()
  await walker.look('review')
  await row.getByRole('button').last().click()
  const sheet = page.locator('[data-test=score-sheet]')
  await sheet.waitFor()
  await walker.look('score-sheet')
  await sheet.locator('[data-test=save-sheet]').click()
  await sheet.locator('[data-test=complaint]').first().waitFor()
  for (const [name, points] of [['policy_basis', 19], ['necessity', 14], ['duty_match', 9], ['estimate_basis', 14], ['feasibility', 9], ['performance', 14], ['execution', 9], ['funding', 5]]) {
    await sheet.locator(`#s-${name}`).fill(String(points))
    await page.keyboard.press('Tab')
  }
  await sheet.getByText(walker.t('sheet.points', { points: 93 })).waitFor()
  await sheet.locator('#s-approved_amount').fill('0')
  await sheet.locator('#s-cut_reason').fill('Paid from elsewhere')
  await sheet.locator('#s-sunset_year').fill('2027')
  await page.keyboard.press('Tab')
  await sheet.locator('[data-test=save-sheet]').click()
  await sheet.getByText(walker.t('sheet.isDraft')).waitFor()
  await walker.look('score-sheet-saved')
  await page.keyboard.press('Escape')
  await sheet.waitFor({ state: 'detached' })
}

async function rounds(walker) {
  const { page } = walker
  await walker.menu('/p/compilation/rounds')
  const ceilings = page.locator('[data-test=ceilings]')
  await ceilings.locator('tbody tr').first().waitFor()
  const compare = page.locator('[data-test=compare]')
  await compare.locator('[data-test=compare-totals]').waitFor()
  await walker.look('rounds')
  await compare.locator('[data-test=compare-totals]').scrollIntoViewIfNeeded()
  await compare.locator('tbody tr').first().waitFor()
  await walker.look('rounds-compared')
  await ceilings.locator('tbody tr').first().getByRole('button').first().click()
  const dialog = page.getByRole('dialog')
  await dialog.locator('input').first().fill('1234.5万')
  await page.keyboard.press('Tab')
  await dialog.getByText(walker.t('rounds.tooMuch')).waitFor()
  await walker.look('ceiling-too-much')
  await dialog.locator('input').first().fill('123.45万')
  await page.keyboard.press('Tab')
  await walker.button(walker.t('rounds.split'), dialog).last().click()
  await dialog.waitFor({ state: 'hidden' })
}

async function scenario(walker, name, percent) {
  const { page } = walker
  await page.locator('[data-test=new-scenario]').click()
  await page.locator('#scenario-name').fill(name)
  await page.locator('#percent-0').fill(String(percent))
  await page.keyboard.press('Tab')
  await walker.look('scenario-new')
  await walker.button(walker.t('scenario.make'), page.getByRole('dialog')).click()
  await page.locator('#scenario-name').waitFor({ state: 'detached' })
  await page.locator('[data-test=outcome]').waitFor()
}
async function sideBySide(walker) {
  const { page } = walker
  const mark = `${walker.language} ${walker.size}`
  await walker.menu('/p/compilation/scenarios')
  await page.locator('[data-test=scenarios]').waitFor()
  await scenario(walker, `Up ${mark}`, 5)
  await scenario(walker, `Down ${mark}`, -10)
  await walker.choose(walker.t('scenario.second'), `Up ${mark}`)
  await page.locator('[data-test=run]').click()
  await page.locator('[data-test=outcome] > div').nth(2).waitFor()
  await page.locator('.el-switch').first().click()
  await page.locator('[data-test=scenarios] tbody tr').first().waitFor()
  await walker.look('scenarios')
}

export async function walkBudget(open, given) {
  await scene(given)
  const walker = await open()
  await walker.step('sign in as the budget division', () => walker.enter(kBudget))
  await walker.step('score sheet', () => scores(walker).finally(() => tearUp(given)))
  await walker.step('rounds', () => rounds(walker))
  await walker.step('scenarios', () => sideBySide(walker))
  await walker.close()
  const reviewer = await open()
  await reviewer.step('the department ranks', async () => {
    await reviewer.enter(kReviewer)
    await reviewer.menu('/p/compilation/review')
    await reviewer.choose(reviewer.t('review.state'), reviewer.t('review.states.in_library'))
    const rank = reviewer.page.locator('[data-test=review] tbody tr').first().locator('input')
    // The walks share one server: the rank that the one before gave is there before this one changes it.
    const before = given.server.rank
    for (let tries = 0; before && await rank.inputValue() !== String(before) && tries < 100; ++tries) await reviewer.page.waitForTimeout(50)
    given.server.rank = (before ?? 2) + 1
    await rank.fill(String(given.server.rank))
    await reviewer.page.keyboard.press('Tab')
    await reviewer.page.getByText(reviewer.t('review.ranked')).waitFor()
    await reviewer.look('ranking')
  })
  await reviewer.close()
  await walkAllocate(open, given, kBudget, kLeader)
  await walkCycle(open, given)
}
