/** A unit plans its year in a sheet, asks for a payment while the rules look on, it comes back once, three people decide, the treasury sends the voucher that a leader sealed, the bank answers, part comes back. */
import assert from 'node:assert/strict'
import { as, decideInInbox } from '../lib/desk.mjs'
import { kPeople, Money, thisYear, today } from '../lib/money.mjs'

const kPlan = '/treasury/usage-plan'
const kRequest = '/treasury/payment-request'
const kMonth = Number(today().slice(5, 7))

async function planned(walker, project, money, indicator) {
  const { page } = walker
  await walker.menu('/p/treasury/plans')
  await page.locator('[data-test=plans]').waitFor()
  await page.locator('#plans-use').fill(`Roof ${project}`)
  const row = (await money.rest.ask(kPeople.clerk, 'GET', `/ledger/indicator?limit=1000&sort=code&filter=${encodeURIComponent(`unit==${money.unit};fiscal_year==${thisYear()};stage==executable`)}`)).items.findIndex((one) => one.id === indicator)
  if (walker.phone) {
    // The only indicator stands open by itself.
    const card = page.locator('[data-test=plans] details').filter({ hasText: project })
    await card.waitFor()
    if (await card.getAttribute('open') === null) await card.locator('summary').click()
    await page.locator(`#plan-${row}-${kMonth}`).fill('9亿')
    await page.keyboard.press('Tab')
    await page.locator('[data-test=over]').waitFor()
    await walker.look('plans-too-much')
    await page.locator(`#plan-${row}-${kMonth}`).fill('20万')
    await page.keyboard.press('Tab')
  } else {
    const cell = () => page.locator(`revo-grid .rgCell[data-rgrow="${row}"][data-rgcol="${kMonth - 1}"]`).last()
    await walker.context.grantPermissions(['clipboard-read', 'clipboard-write'])
    walker.data.add('２０万')
    for (const text of ['99亿', '２０万']) {
      // A sheet that is still being laid out does not scroll: asked at every other frame until the cell is there.
      const scrolled = () => page.locator('revo-grid').evaluate((grid, [x, y]) => {
        grid.scrollToColumnIndex(x)
        grid.scrollToRow(y)
        return new Promise((told) => { requestAnimationFrame(() => requestAnimationFrame(() => told(grid.querySelector(`.rgCell[data-rgrow="${y}"][data-rgcol="${x}"]`) !== null))) })
      }, [kMonth - 1, row])
      for (let frame = 0; frame < 300 && !(await scrolled());) frame += 1
      await cell().click()
      await page.locator('revogr-focus').first().waitFor({ state: 'attached' })
      await page.evaluate((value) => navigator.clipboard.writeText(value), text)
      await page.keyboard.press('Control+V')
      if (text === '99亿') {
        await page.locator('[data-test=over]').waitFor()
        await walker.look('plans-too-much')
      }
    }
  }
  await page.locator('[data-test=over]').waitFor({ state: 'detached' })
  await walker.look('plans')
  await page.locator('[data-test=send-plans]').click()
  await page.locator('.el-message__content', { hasText: walker.t('plans.sent') }).waitFor()
  await page.locator('[data-test=plan-list] tbody tr').first().waitFor()
  await walker.look('plans-sent')
  const plan = await money.first(kPeople.clerk, kPlan, `indicator==${indicator};status==submitted`)
  assert.equal(plan.requested_amount, '200000.00')
  return plan
}

async function asked(walker, plan) {
  const { page } = walker
  await walker.menu('/p/treasury/payments')
  await page.locator('[data-test=new-payment]').click()
  await page.locator('[data-test=payment-form]').waitFor()
  await walker.look('payment-new')
  await page.locator('#p-plan').click()
  await page.locator('#p-plan').fill(plan.plan_no)
  await page.getByRole('option', { name: plan.plan_no }).locator('visible=true').first().click()
  await page.locator('#p-payee_name').fill('Builder & Sons')
  walker.expect(422, '/payment-request')
  await page.locator('#p-amount').fill('30万')
  await page.keyboard.press('Tab')
  await page.locator('[data-test=complaint]').first().waitFor() // no account yet
  await walker.look('payment-incomplete')
  await page.locator('#p-payee_account').fill('6222020000000001')
  await page.locator('#p-payee_bank').fill('ICBC')
  await page.locator('[data-test=verdict].bad').waitFor()
  await page.locator('.hit.red').first().waitFor()
  await walker.look('payment-stopped')
  walker.expect(422, '/transitions/submit')
  await page.locator('[data-test=send-payment]').click()
  await page.locator('[data-test=payment-form] form .error-panel').waitFor()
  await page.locator('#p-amount').fill('10万')
  await page.keyboard.press('Tab')
  await page.locator('[data-test=verdict].good').waitFor()
  await walker.look('payment-passes')
  await page.locator('[data-test=send-payment]').click()
  await page.locator('[data-test=payment-sheet]').waitFor()
  await walker.look('payment-sent')
  await page.emulateMedia({ media: 'print' })
  await page.locator('[data-test=paper]').waitFor()
  await walker.look('payment-paper')
  await page.emulateMedia({ media: 'screen' })
  return new URL(page.url()).searchParams.get('request')
}

/** What came back, corrected and sent again. */
async function corrected(walker, request) {
  const { page } = walker
  await walker.go(`/p/treasury/payments?request=${request}`)
  await page.locator('[data-test=edit-payment]').click()
  await page.locator('[data-test=payment-form]').waitFor()
  await page.locator('#p-use').fill('Roof, first part')
  await page.locator('[data-test=verdict].good').waitFor()
  await walker.look('payment-corrected')
  await page.locator('[data-test=send-payment]').click()
  await page.locator('[data-test=payment-sheet]').waitFor()
}
async function sealed(walker, request) {
  await walker.go(`/p/treasury/payments?request=${request}`)
  await walker.page.locator('[data-test=voucher-seal]').click()
  await walker.page.locator('[data-test=voucher-seal]').waitFor({ state: 'detached' })
  await walker.look('voucher-sealed')
}
async function paid(walker, request) {
  const { page } = walker
  await walker.menu('/p/treasury/payments')
  await page.locator('[data-test=payments] tbody tr').first().waitFor()
  await walker.look('payments')
  await page.locator(`a[href$="request=${request}"]`).click()
  await page.locator('[data-test=request-certify]').click()
  await page.locator('[data-test=voucher]').waitFor()
  await walker.look('payment-voucher')
}
async function receipt(walker, request, mark) {
  const { page } = walker
  await walker.go(`/p/treasury/payments?request=${request}`)
  await page.locator('[data-test=voucher-send]').click()
  await page.locator('[data-test=receipt]').click()
  await page.locator('#g-bank_serial').fill(`B-${mark}`)
  await page.locator('#g-paid_on').fill(today())
  await page.keyboard.press('Tab')
  await walker.look('payment-receipt')
  await walker.button(walker.t('give.keep'), page.getByRole('dialog')).click()
  await page.locator('[data-test=refund]').click()
  await page.locator('#g-amount').fill('999999')
  await page.locator('#g-bank_serial').fill(`R-${mark}`)
  await page.locator('#g-reason').fill('Settled lower')
  walker.expect(422, '/treasury/refund')
  await walker.button(walker.t('give.keep'), page.getByRole('dialog')).click()
  await page.locator('.el-dialog .error-panel').waitFor()
  await walker.look('refund-too-large')
  await page.locator('#g-amount').fill('4万')
  await walker.button(walker.t('give.keep'), page.getByRole('dialog')).click()
  await page.locator('#g-amount').waitFor({ state: 'detached' })
  await page.locator('a[href^="/treasury/refund/"]').waitFor()
  await walker.look('payment-paid')
}

export async function walkTreasury(open, given) {
  const money = await Money.of(given)
  const project = `T-${Date.now().toString(36)}`
  const indicator = await money.indicator('600000.00', { project_code: project })
  const clerk = await open()
  await clerk.step('sign in as a clerk', () => clerk.enter(kPeople.clerk))
  let plan, request
  await clerk.step('the plan', async () => { plan = await planned(clerk, project, money, indicator) })
  const decided = (who, id, picture, more) => as(open, who, picture, (walker) => decideInInbox(walker, who, id, { picture, ...more }))
  await decided(kPeople.reviewer, plan.id, 'plan-reviewed')
  await decided(kPeople.treasury, plan.id, 'plan-approved')
  await clerk.step('the request', async () => { request = await asked(clerk, plan) })
  await decided(kPeople.reviewer, request, 'payment-returned', { decision: 'return', opinion: 'Say what it is for' })
  await clerk.step('corrected', () => corrected(clerk, request))
  await clerk.close()
  await decided(kPeople.reviewer, request, 'payment-reviewed')
  await decided(kPeople.head, request, 'payment-approved')
  const treasury = await open()
  await treasury.step('sign in as the treasury', () => treasury.enter(kPeople.treasury))
  await treasury.step('the voucher', () => paid(treasury, request))
  await as(open, kPeople.leader, 'sealed', (walker) => sealed(walker, request))
  await treasury.step('the receipt and what came back', () => receipt(treasury, request, project))
  await treasury.close()
  assert.equal((await money.read(kPeople.treasury, kRequest, request)).status, 'paid')
}
