/** What there is and what lacks, and a recommendation within the ceilings: computed by one, read with its reasons, accepted by another. */
import { as } from '../../lib/desk.mjs'
import assert from 'node:assert/strict'

const kRecommendation = '/compilation/recommendation'

async function computed(walker) {
  const { page } = walker
  await walker.menu('/p/compilation/allocate')
  await page.locator('[data-test=fiscal-gap] [data-test=sum-resources]').waitFor()
  await walker.look('allocate')
  const answer = page.waitForResponse((one) => one.url().endsWith('/compilation/recommend') && one.request().method() === 'POST')
  await page.locator('[data-test=recommend]').click()
  const { id, taken } = await (await answer).json()
  const sheet = page.locator('[data-test=recommendation]')
  await page.locator('[data-test=told]').waitFor()
  await sheet.locator('tbody tr').first().waitFor()
  assert.ok(taken > 0, 'something is to be funded')
  await sheet.getByRole('radio', { name: walker.t('allocate.which.taken') }).locator('xpath=ancestor::label').click()
  assert.equal(await sheet.locator('tbody tr').count(), taken, 'as many rows as are to be funded')
  await walker.look('allocate-computed')
  await page.locator('[data-test=fiscal-gap]').scrollIntoViewIfNeeded()
  await walker.look('allocate-gap')
  return id
}

/** Nothing is applied: the project that it takes is as it was, the recommendation is accepted by another person. */
export async function walkAllocate(open, { rest }, budget, leader) {
  const id = await as(open, budget, 'a recommendation is computed', computed)
  const item = (await rest.ask(budget, 'GET', `/compilation/recommendation-item?limit=1&filter=${encodeURIComponent(`recommendation==${id};taken==true`)}`)).items[0]
  const before = await rest.ask(budget, 'GET', `/compilation/project/${item.project}`)
  await as(open, leader, 'and accepted by another', async (walker) => {
    const { page } = walker
    await walker.menu('/p/compilation/allocate')
    await page.locator('[data-test=recommendation-accept]').click()
    const dialog = page.getByRole('dialog')
    await dialog.locator('#recommendation-comment').fill('OK')
    await walker.look('allocate-accept')
    await dialog.locator('.el-dialog__footer .el-button--primary').click()
    await page.locator('[data-test=recommendation-accept]').waitFor({ state: 'detached' })
    await walker.look('allocate-accepted')
  })
  assert.equal((await rest.ask(budget, 'GET', `${kRecommendation}/${id}`)).status, 'accepted')
  assert.equal((await rest.ask(budget, 'GET', `/compilation/project/${item.project}`)).version, before.version, 'no project is changed')
}
