/** The ledger of indicators: four columns, what is behind a number, would this pass, and a document made by one person and posted by another. */
import assert from 'node:assert/strict'
import { kPeople, Money, thisYear, today } from '../lib/money.mjs'

async function scene(given) {
  const money = await Money.of(given)
  if (!given.server.ledger) {
    const one = await money.indicator('800000.00', { project_code: 'W-ROOF' })
    const two = await money.indicator('300000.00', { project_code: 'W-BOOKS', functional_class: '2050201' })
    await money.paid(await money.plan(one, '500000.00'), '100000.00', 'W-LEDGER')
    given.server.ledger = { one, two }
  }
  return money
}

async function book(walker) {
  const { page } = walker
  await walker.menu('/p/ledger/indicators')
  await page.locator('[data-test=book] tbody tr').first().waitFor()
  await walker.look('ledger')
  const group = page.locator('[data-test=book] .turn').filter({ hasText: '2050203' })
  await group.focus()
  await page.keyboard.press('Enter')
  const row = page.locator('[data-test=book] tbody tr').filter({ hasText: 'W-ROOF' })
  await row.waitFor()
  await walker.look('ledger-open')
  await row.locator('.number').nth(1).click()
  const drill = page.locator('[data-test=drill]')
  await drill.locator('[data-test=holding]').waitFor()
  await drill.locator('[data-test=drill-sum] .state-tag.success').waitFor()
  await walker.look('ledger-drill')
  await drill.getByText(walker.t('four.paid'), { exact: true }).first().click()
  await drill.locator('tbody tr').first().waitFor()
  await drill.locator('[data-test=drill-sum] .state-tag.success').waitFor()
  await page.keyboard.press('Escape')
  await drill.waitFor({ state: 'detached' })
}

async function dated(walker) {
  const { page } = walker
  await page.locator('#book-day').fill(`${thisYear()}-01-01`)
  await page.keyboard.press('Enter')
  await page.getByText(walker.t('book.asOf', { day: `${thisYear()}-01-01` })).waitFor()
  await walker.settled()
  assert.match(await page.locator('[data-test=four] .budget dd').innerText(), /^0\.00/)
  await walker.look('ledger-as-of')
  await page.locator('#book-day').fill(today())
  await page.keyboard.press('Enter')
  await page.getByText(walker.t('book.asOf', { day: today() })).waitFor()
  await walker.settled()
  assert.doesNotMatch(await page.locator('[data-test=four] .budget dd').innerText(), /^0\.00/)
}

async function check(walker) {
  const { page } = walker
  await page.locator('[data-test=book] .turn').filter({ hasText: '2050203' }).click()
  await page.locator('[data-test=book] tbody tr').filter({ hasText: 'W-ROOF' }).getByRole('button', { name: walker.t('trial.title') }).click()
  await page.locator('#check-amount-0').fill('9,999.99万')
  await page.keyboard.press('Tab')
  await page.getByRole('dialog').getByRole('button', { name: walker.t('trial.act'), exact: true }).last().click()
  await page.locator('[data-test=proof] .branch.broken').first().waitFor()
  await walker.look('funds-check-refused')
  await page.locator('#check-amount-0').fill('1')
  await page.keyboard.press('Enter')
  await page.locator('[data-test=proof] .root.pass').waitFor()
  await walker.look('funds-check-passes')
  await page.keyboard.press('Escape')
}

/** A wrong number of the batch first, an amount that is not there second; then it goes. */
async function write(walker, title) {
  const { page } = walker
  await walker.menu('/p/ledger/documents')
  await page.locator('[data-test=year-end]').click()
  await page.locator('#year-end-income').waitFor()
  await walker.look('year-end') // what it makes would stand in the way of the other walks
  await page.keyboard.press('Escape')
  await page.locator('#year-end-income').waitFor({ state: 'detached' })
  await page.locator('[data-test=new-document]').click()
  await walker.look('document-kinds')
  await page.locator('[data-test=kind-transfer]').click()
  await page.locator('#document-number').fill(title)
  await page.locator('#document-title').fill(title)
  await page.locator('[data-test=send-document]').click()
  await page.locator('[data-test=complaint]').first().waitFor()
  await walker.look('document-missing')
  await page.locator('#document-batch').fill('1')
  for (const [field, words] of [['source', 'W-BOOKS'], ['target', 'W-ROOF']]) {
    await page.locator(`#line-0-${field}`).click()
    await page.locator(`#line-0-${field}`).fill(words)
    await page.getByRole('option', { name: words }).locator('visible=true').first().click()
  }
  await page.locator('#line-0-amount').fill('3亿')
  await page.keyboard.press('Tab')
  await walker.look('document-too-much')
  await page.locator('#line-0-amount').fill('100')
  await page.locator('[data-test=send-document]').click()
  await page.locator('[data-test=document-sheet]').waitFor()
  await walker.look('document-submitted')
  assert.equal(await page.locator('[data-test=move-post]').count(), 0, 'nobody posts their own document')
}

async function post(walker, title) {
  const { page } = walker
  await walker.menu('/p/ledger/documents')
  await page.locator('[data-test=documents]').getByRole('button', { name: title }).click()
  await page.locator('[data-test=move-post]').click()
  await page.locator('[data-test=document-sheet] .state-tag.success').waitFor()
  await walker.look('document-posted')
  await walker.print('document')
}

export async function walkLedger(open, given) {
  await scene(given)
  const title = `W-${Date.now().toString(36)}`
  const clerk = await open()
  await clerk.step('sign in as a clerk', () => clerk.enter(kPeople.clerk))
  await clerk.step('the book', () => book(clerk))
  await clerk.step('as of a day', () => dated(clerk))
  await clerk.step('would it pass', () => check(clerk))
  await clerk.step('the proof on a record', async () => {
    const decision = (await given.rest.ask(kPeople.clerk, 'GET', '/ledger/decision?limit=1')).items[0]
    await clerk.go(`/ledger/decision/${decision.id}`)
    await clerk.page.locator('[data-test=proof-part]').waitFor()
    await clerk.look('decision')
  })
  await clerk.close()
  const budget = await open()
  await budget.step('sign in as the budget division', () => budget.enter(kPeople.budget))
  await budget.step('a document', () => write(budget, title))
  await budget.close()
  const leader = await open()
  await leader.step('sign in as a leader', () => leader.enter(kPeople.leader))
  await leader.step('posted by another', () => post(leader, title))
  await leader.close()
}
