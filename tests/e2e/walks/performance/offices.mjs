/** An office's own template: taken from the province's, refused with an unknown field, previewed, approved by a second person. And costs of the same thing side by side. */
import assert from 'node:assert/strict'
import { thisYear } from '../../lib/money.mjs'

const kTemplate = '/performance/office-template'

export async function template(walker, money, { maker, approver }) {
  const { page } = walker
  await walker.menu('/p/performance/templates')
  await page.locator('[data-test=shared] tbody tr').first().waitFor()
  await walker.look('templates')
  await page.locator('[data-test=take]').first().click()
  await page.locator('[data-test=template-sheet]').waitFor()
  const id = new URL(page.url()).searchParams.get('template')
  const body = page.locator('#tpl-body')
  const whole = await body.inputValue()
  await body.fill(`${whole}\n{{money.ful}}`)
  walker.expect(422, `${kTemplate}/${id}`)
  await page.locator('[data-test=keep-template]').click()
  await page.locator('.error-panel').waitFor()
  await walker.look('template-refused')
  await body.fill(`${whole}\n`)
  await body.press('Control+End')
  await page.locator('.names button').first().click() // what may be named goes where the cursor stands
  assert.match(await body.inputValue(), /\{\{[a-z._]+\}\}$/)
  await page.locator('#tpl-name').fill('Suzhou')
  await page.locator('[data-test=keep-template]').click()
  await page.locator('[data-test=keep-template][disabled], [data-test=keep-template].is-disabled').waitFor()
  await page.locator('[data-test=preview]').click()
  await page.frameLocator('[data-test=template-sheet] iframe').locator('h1').first().waitFor()
  await walker.look('template')
  await page.locator('[data-test=template-sheet] iframe').scrollIntoViewIfNeeded()
  await walker.look('template-preview')
  await page.locator('[data-test=move-submit]').click()
  await page.locator('[data-test=move-submit]').waitFor({ state: 'detached' })
  await walker.settled()
  // A second person's word, and taken back: the rounds after this one print by the province's again.
  assert.equal((await money.read(maker, kTemplate, id)).status, 'submitted')
  await money.move(approver, kTemplate, id, 'approve')
  await page.locator('[data-test=template-sheet] .row').first().getByText(walker.language === 'zh' ? '有效' : 'In force').waitFor()
  await money.move(approver, kTemplate, id, 'withdraw')
}

/** A cost evaluation by the unit, its lines, and the page that holds the same thing side by side. */
export async function costs(walker, money, { clerk, projects }) {
  const scheme = (await money.first(clerk, '/performance/scheme', 'kind==cost;status==in_force')).id
  for (const [at, project] of projects.entries()) {
    const evaluation = await money.make(clerk, '/performance/evaluation', { unit: money.unit, project: project.id, fiscal_year: thisYear() - 1, kind: 'cost', scheme, fiscal_initial: '1000000.00', fiscal_full: '1000000.00', fiscal_executed: '900000.00' })
    await money.make(clerk, '/performance/cost-line', { evaluation: evaluation.id, line_no: 1, item: '教学楼保洁', cost: at ? '66000.00' : '48000.00', quantity: '1200', unit_of_measure: '平方米', unit_standard: '45.00', standard_source: '财行〔2024〕1号' })
  }
  const { page } = walker
  await walker.menu('/p/performance/costs')
  const item = page.locator('[data-test=item]').first()
  await item.locator('tbody tr').nth(1).waitFor()
  await walker.look('costs')
  await item.locator('tbody a').first().click()
  await page.locator('[data-test=evaluation-sheet]').waitFor()
  await walker.look('cost-evaluation')
}
