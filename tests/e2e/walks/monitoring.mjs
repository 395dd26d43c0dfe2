/** An alert comes in while the board is open; the unit explains, finance finds, the unit rectifies, and it is closed; a contract; two lights. */
import assert from 'node:assert/strict'
import { as, decideInInbox } from '../lib/desk.mjs'
import { kPeople, Money, thisYear } from '../lib/money.mjs'

const kCity = '320500000'
const kSupervision = `supervision-division.${kCity}`
const kDivision = `finance-division.${kCity}`

/** A budget line carried for two years with a balance left: R08, orange. Answers when it is judged. */
async function raise(money, object, title) {
  const { rest } = money
  await money.make(kSupervision, '/monitoring/fact', { unit: money.unit, subject: 'line', object, object_title: title, fiscal_year: thisYear(), told_by: 'walk', facts: { as_of: `${thisYear()}-07-01`, source_year: thisYear() - 2, balance: '5000.00' } })
  await money.make(kSupervision, '/monitoring/evaluate', { day: `${thisYear()}-07-01` })
  for (let tries = 0; tries < 600; tries += 1) {
    const found = (await rest.ask(kSupervision, 'GET', `/monitoring/alert?filter=object==${object}`)).items[0]
    if (found) return found
    await new Promise((resolve) => { setTimeout(resolve, 50) })
  }
  throw new Error('no alert came')
}
async function openAlert(walker, alert) {
  await walker.menu('/p/monitoring/alerts')
  await walker.page.locator(`a[href$="alert=${alert.id}"]`).click()
  await walker.page.locator('[data-test=alert-sheet]').waitFor()
}
const addTo = (walker, title) => walker.page.getByRole('button', { name: new RegExp(`${title}$`) }).filter({ hasText: walker.t('lineList.add') }).click()
const keep = (walker) => walker.button(walker.t('edit.save'), walker.page.getByRole('dialog')).click()
const kept = (walker) => walker.page.getByRole('dialog').waitFor({ state: 'detached' })

async function board(walker, money, object) {
  const { page } = walker
  await walker.menu('/p/monitoring/alerts')
  await page.locator('.live.on').waitFor()
  const alert = await raise(money, object, `Roof ${object}`)
  await page.locator(`a[href$="alert=${alert.id}"]`).waitFor() // by itself, as it comes in
  await walker.look('alerts')
  await page.locator('.level.grey').click()
  await walker.settled()
  await walker.look('alerts-grey')
  await page.locator('.level.grey').click()
  return alert
}
async function explain(walker, alert) {
  const { page } = walker
  await openAlert(walker, alert)
  await walker.look('alert-open')
  await addTo(walker, walker.t('alerts.explanation'))
  await page.locator('#line-content').fill('The builder was late.')
  await walker.look('alert-explanation')
  await keep(walker)
  await kept(walker)
  await addTo(walker, walker.t('alerts.papers'))
  await page.locator('#line-title').fill('Extension')
  await keep(walker)
  await kept(walker)
  await page.locator('[data-test=print-letter]').waitFor()
  await walker.look('alert-explained')
  await page.emulateMedia({ media: 'print' })
  await page.emulateMedia({ media: 'screen' })
}
async function press(walker, alert, name, comment = 'OK') {
  await openAlert(walker, alert)
  await walker.page.locator('#alert-comment').fill(comment)
  await walker.page.locator(`[data-test=alert-${name}]`).click()
}
async function contract(walker, money, number) {
  const { page } = walker
  await walker.menu('/p/monitoring/contracts')
  await page.locator('[data-test=contracts]').waitFor()
  await page.locator('[data-test=new-contract]').click()
  await page.locator('#c-number').fill(number)
  await page.locator('#c-title').fill(`Kitchen ${number}`)
  walker.expect(422, '/monitoring/contract')
  await walker.button(walker.t('contracts.keep'), page.getByRole('dialog')).click()
  await page.locator('.el-dialog .error-panel').waitFor()
  await walker.look('contract-refused')
  await page.locator('#c-supplier').fill('Pots & Pans')
  await page.locator('#c-amount').fill('10万')
  await walker.button(walker.t('contracts.keep'), page.getByRole('dialog')).click()
  await page.locator('[data-test=contract]').waitFor()
  await addTo(walker, walker.t('contracts.lines'))
  for (const [name, value] of [['budget_line', `ZB-${number}`], ['fund_source', 'This year'], ['line_amount', '10万'], ['share_amount', '10万']]) await page.locator(`#line-${name}`).fill(value)
  await keep(walker)
  await kept(walker)
  await addTo(walker, walker.t('contracts.termList'))
  await page.locator('#line-node').fill('On delivery')
  await page.locator('#line-share').fill('100')
  await keep(walker)
  await kept(walker)
  await walker.look('contract')
  await walker.print('contract')
  const row = await money.first(kPeople.clerk, '/monitoring/contract', `number==${number}`)
  await page.locator('[data-test=contract-submit]').click()
  await page.locator('[data-test=contract-withdraw]').waitFor()
  await walker.look('contract-submitted')
  return row.id
}
async function rectified(walker, alert) {
  await openAlert(walker, alert)
  await addTo(walker, walker.t('alerts.rectification'))
  await walker.page.locator('#line-measures').fill('Paid back')
  await walker.page.locator('#line-recovered_amount').fill('5000')
  await walker.look('alert-rectification')
  await keep(walker)
  await kept(walker)
}
async function lights(walker, code) {
  const { page } = walker
  await walker.menu('/p/monitoring/lights')
  await page.locator('[data-test=new-progress]').click()
  for (const [name, value] of [['project_code', code], ['project_name', `Cameras ${code}`], ['planned_spending', '50'], ['actual_spending', '40'], ['planned_output', '50'], ['actual_output', '15']]) await page.locator(`#g-${name}`).fill(value)
  await page.locator('#g-as_of').fill(`${thisYear()}-06-30`)
  await page.keyboard.press('Tab')
  walker.expect(422, '/monitoring/progress')
  await walker.button(walker.t('contracts.keep'), page.getByRole('dialog')).click()
  await page.locator('.el-dialog .error-panel').waitFor()
  await walker.look('progress-refused')
  await page.locator('#g-deviation').fill('Late delivery')
  await walker.button(walker.t('contracts.keep'), page.getByRole('dialog')).click()
  await page.getByText(`Cameras ${code}`).waitFor()
  await walker.look('lights')
}

export async function walkMonitoring(open, given) {
  const money = await Money.of(given)
  const mark = Date.now().toString(36)
  let alert
  await as(open, kSupervision, 'the board', async (walker) => { alert = await board(walker, money, `W-${mark}`) })
  const agreed = await as(open, kPeople.clerk, 'the explanation', async (walker) => {
    await explain(walker, alert)
    const made = await contract(walker, money, `C-${mark}`)
    await lights(walker, `P-${mark}`)
    return made
  })
  await as(open, kPeople.reviewer, 'the contract', (walker) => decideInInbox(walker, kPeople.reviewer, agreed, { picture: 'contract-task' }))
  assert.equal((await money.read(kPeople.clerk, '/monitoring/contract', agreed)).status, 'in_force')
  await as(open, kPeople.reviewer, 'sent', (walker) => press(walker, alert, 'explain').then(() => walker.page.locator('[data-test=course] li.now', { hasText: walker.t('steps.explained') }).waitFor()).then(() => walker.look('alert-sent')))
  await as(open, kDivision, 'the finding', async (walker) => {
    await openAlert(walker, alert)
    await addTo(walker, walker.t('alerts.finding'))
    await walker.page.locator('#line-conclusion').click()
    await walker.page.getByRole('option').locator('visible=true').nth(1).click()
    await walker.page.locator('#line-violation_type').click()
    await walker.page.getByRole('option').locator('visible=true').nth(1).click()
    await walker.page.locator('#line-demand').fill('Pay it back')
    await walker.page.locator('#line-recover_amount').fill('5000')
    await walker.look('alert-finding')
    await keep(walker)
    await kept(walker)
  })
  await as(open, kSupervision, 'found', async (walker) => {
    await press(walker, alert, 'find_violation')
    await walker.page.locator('[data-test=course] li.now', { hasText: walker.t('steps.found') }).waitFor()
    await walker.page.locator('[data-test=alert-form]').click()
    await walker.page.frameLocator('[data-test=report] iframe').locator('h1').waitFor()
    await walker.look('alert-found')
  })
  await as(open, kPeople.clerk, 'rectified', (walker) => rectified(walker, alert))
  await as(open, kPeople.reviewer, 'rectification sent', (walker) => press(walker, alert, 'rectify').then(() => walker.page.locator('[data-test=alert-rectify]').waitFor({ state: 'detached' })).then(() => walker.look('alert-rectified')))
  await as(open, kSupervision, 'closed', async (walker) => {
    await decideInInbox(walker, kSupervision, alert.id, { picture: 'alert-close-task' })
    await walker.go(`/p/monitoring/alerts?alert=${alert.id}`) // no longer in the list of open ones
    await walker.page.locator('[data-test=alert-sheet]').waitFor()
    await walker.page.locator('[data-test=course] li.now', { hasText: walker.t('steps.closed') }).waitFor()
    await walker.look('alert-closed')
  })
  assert.equal((await money.read(kSupervision, '/monitoring/alert', alert.id)).status, 'closed')
}
