/** A clerk who never saw the form declares a project: step by step, a table pasted in, the session gone in between, papers, and sent. */
import assert from 'node:assert/strict'
import { keyboardAlone } from './declare/keyboard.mjs'
import { kClerk } from './entry.mjs'

const kPage = '/p/compilation/declare'

const at = (page, step) => page.locator(`[data-test=step-${step}]`)
const next = (page) => page.locator('[data-test=next]').click()

async function basics(walker, name) {
  const { page } = walker
  await walker.menu(kPage)
  await at(page, 'basics').waitFor()
  await walker.look('declare-basics')
  await next(page)
  await page.locator('[data-test=complaint]').first().waitFor()
  await walker.look('declare-basics-missing')
  await page.locator('#d-name').fill(name)
  await page.locator('#d-contact_phone').fill('0512-65220000')
  await next(page)
  await at(page, 'category').waitFor()
}

async function category(walker) {
  const { page } = walker
  await page.locator('input[name=category][value=specific]').check()
  for (const [field, text, words] of [['functional_class', /2050203|初中|Junior/, '2050203'], ['fund_kind', /一般公共预算/, '']]) {
    await page.locator(`#d-${field}`).click()
    if (words) await page.locator(`#d-${field}`).fill(words)
    await page.getByRole('option', { name: text }).locator('visible=true').first().click()
  }
  await page.locator('#d-hot_std').click()
  for (const topic of ['乡村振兴', '教育']) await page.getByRole('option', { name: topic, exact: true }).locator('visible=true').click()
  await page.keyboard.press('Escape')
  await walker.look('declare-category')
}

/** Whatever was typed is there again after the window was closed without saving. */
async function interrupted(walker, name) {
  const { page } = walker
  await page.locator('[data-test=draft-kept]').waitFor()
  await page.reload()
  await page.locator('[data-test=restored]').waitFor()
  await at(page, 'category').waitFor()
  await walker.look('declare-restored')
  assert.equal(await page.locator('input[name=category][value=specific]').isChecked(), true)
  await page.getByRole('button', { name: walker.t('declare.back') }).click()
  assert.equal(await page.locator('#d-name').inputValue(), name)
  await next(page)
  await at(page, 'category').waitFor()
  await next(page)
  await at(page, 'money').waitFor()
}

async function money(walker) {
  const { page } = walker
  await page.locator('#d-total_amount').fill('10万')
  await page.locator('#d-year_amount').fill('10万')
  await page.keyboard.press('Tab')
  await walker.look('declare-money')
  await next(page)
  await at(page, 'content').waitFor()
  await page.locator('#d-design_basis').fill('Document 12')
  await page.locator('#d-performance_goal').fill('All of it')
  await page.locator('[data-test=stored]').waitFor() // on the server from now on
  await walker.look('declare-content')
  await next(page)
  await at(page, 'lines').waitFor()
}

/** One line from a standard, the other pasted as a spreadsheet gives it; on a phone both are typed. */
async function lines(walker) {
  const { page } = walker
  await page.locator('[data-test=add-line]').click()
  await page.locator('#line-standard').click()
  await page.locator('#line-standard').fill('AC-DESKTOP')
  await page.getByRole('option', { name: /AC-DESKTOP/ }).locator('visible=true').first().click()
  await page.locator('#line-class').click()
  await page.locator('#line-class').fill('30201')
  await page.getByRole('option', { name: /30201/ }).locator('visible=true').first().click()
  await page.locator('#line-quantity').fill('10')
  await walker.look('declare-line')
  await walker.button(walker.t('lines.keep'), page.getByRole('dialog')).click()
  await page.locator('#line-task').waitFor({ state: 'detached' })
  if (walker.phone) {
    await page.locator('[data-test=add-line]').click()
    await page.locator('#line-task').fill('Training')
    await page.locator('#line-class').click()
    await page.locator('#line-class').fill('30216')
    await page.getByRole('option', { name: /30216/ }).locator('visible=true').first().click()
    await page.locator('#line-quantity').fill('100')
    await page.locator('#line-price').fill('500')
    await walker.button(walker.t('lines.keep'), page.getByRole('dialog')).click()
    await page.locator('#line-task').waitFor({ state: 'detached' })
  } else {
    const cell = page.locator('revo-grid .rgCell[data-rgrow="1"][data-rgcol="0"]').last() // the first is the number of the row
    await cell.click()
    await page.locator('revogr-focus').first().waitFor({ state: 'attached' })
    await walker.context.grantPermissions(['clipboard-read', 'clipboard-write'])
    walker.data.add('人') // what is pasted is the clerk's own
    await page.evaluate((text) => navigator.clipboard.writeText(text), 'Training\t３０２１６\t1,00\t0.05万\t人')
    await page.keyboard.press('Control+V')
    await page.locator('revo-grid').getByText('Training').waitFor()
  }
  await page.locator('[data-test=line-sums]:not(.off)').waitFor()
  await walker.look('declare-lines')
  await next(page)
  await at(page, 'papers').waitFor()
}

async function papersAndSend(walker, rest, name) {
  const { page } = walker
  await page.locator('[data-test=papers]').waitFor()
  await walker.look('declare-papers')
  await next(page)
  await at(page, 'check').waitFor()
  walker.expect(422, '/transitions/submit')
  await page.locator('[data-test=submit]').click()
  await page.locator('.finding.grave').first().waitFor()
  await walker.look('declare-refused')
  await page.locator('.finding.grave').first().getByRole('button').click()
  await at(page, 'papers').waitFor()
  for (const kind of ['basis', 'estimate', 'plan']) {
    const paper = page.locator('.paper', { has: page.locator(`#paper-${kind}`) })
    await paper.locator('input[type=file]').setInputFiles({ name: `${kind}.txt`, mimeType: 'text/plain', buffer: Buffer.from(kind) })
    await paper.locator('.state-tag.success').waitFor()
  }
  await next(page)
  await at(page, 'check').waitFor()
  await walker.look('declare-check')
  await page.locator('[data-test=submit]').click()
  await page.locator('[data-test=declared]').waitFor()
  await walker.look('declared')
  const found = (await rest.ask(kClerk, 'GET', `/compilation/project?q=${encodeURIComponent(name)}`)).items[0]
  assert.equal(found.status, 'submitted')
  const kept = (await rest.ask(kClerk, 'GET', `/compilation/expenditure-line?filter=project==${found.id}&sort=line_no`)).items
  assert.deepEqual(kept.map((one) => [one.task.includes('Training'), one.amount]), [[false, '50000.00'], [true, '50000.00']])
  await page.locator('[data-test=recall]').click()
  await at(page, 'check').waitFor()
}

export async function walkDeclare(open, { rest }) {
  const walker = await open()
  const name = `Declared ${walker.language} ${walker.size}`
  await walker.step('sign in', () => walker.enter(kClerk))
  await walker.step('basics', () => basics(walker, name))
  await walker.step('category', () => category(walker))
  await walker.step('interrupted', () => interrupted(walker, name))
  await walker.step('money', () => money(walker))
  await walker.step('lines', () => lines(walker))
  await walker.step('papers and send', () => papersAndSend(walker, rest, name))
  await walker.close()
  if (!walker.phone) await keyboardAlone(open, rest, walker.language) // a phone has no keyboard
}
