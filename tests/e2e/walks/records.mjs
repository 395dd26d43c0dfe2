/** One person's day with projects: find, read, declare, correct, meet a colleague's change, import, export. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { home, kClerk, papers, signInByKeyboard, signOut, wrongPassword } from './entry.mjs'

const kDivision = 'budget-division.320000000'
const kProjects = '/compilation/project'

async function projectEntity(source) {
  return JSON.parse(await readFile(join(source, 'plugins/compilation/entities/project.json'), 'utf8'))
}

/** Titles of fields and values in the walker's language. */
class Words {
  constructor(walker, entity) { Object.assign(this, { walker, entity }) }
  field(name) { return this.walker.say(this.entity.fields.find((one) => one.name === name).title) }
  value(name, code) { return this.walker.say(this.entity.fields.find((one) => one.name === name).values.find((one) => one.code === code).title) }
  state(code) { return this.walker.say(this.entity.states.values.find((one) => one.code === code).title) }
}

const rowsShown = (page) => page.locator('.data-table tbody tr')
const cells = async (page, title) => (await page.locator(`.data-table tbody td:is([data-label="${title}"], [data-label^="${title} ("])`).allInnerTexts()).map((text) => text.trim().split('\n').pop())
const amount = (text) => Number(text.replace(/[^\d.-]/g, ''))

async function answered(walker, match, act) {
  const [response] = await Promise.all([walker.page.waitForResponse((one) => match(new URL(one.url()))), act()])
  await walker.settled()
  return response
}
const listing = (change) => (url) => url.pathname === `/api/v1${kProjects}` && !url.searchParams.has('count') && change(url.searchParams)

/** A number on the home page leads to exactly that many rows. */
async function fromHome(walker, words) {
  const { page } = walker
  const tile = page.locator('a[href="/compilation/project?state=department_reviewed"]')
  await tile.waitFor()
  const count = amount((await tile.locator('.count').innerText()))
  assert.ok(count > 0, 'the demo has projects in review')
  await walker.look('home')
  await tile.click()
  await page.getByText(walker.t('pager.total', { total: count.toLocaleString('en') })).waitFor()
  const states = await cells(page, walker.language === 'zh' ? '状态' : 'State')
  assert.ok(states.length > 0 && states.every((one) => one === words.state('department_reviewed')), `only this state: ${states}`)
}

async function sortAndSearch(walker, words) {
  const { page } = walker
  await walker.menu(kProjects)
  await rowsShown(page).first().waitFor()
  await walker.look('list')
  const title = words.field('total_amount')
  if (walker.phone) await answered(walker, listing((query) => query.get('sort') === 'total_amount'), () => walker.choose(walker.t('table.sort'), walker.t('table.ascending', { column: title })))
  else await answered(walker, listing((query) => query.get('sort') === 'total_amount'), () => walker.button(title, page.locator('thead')).click())
  const sorted = (await cells(page, title)).map(amount)
  assert.ok(sorted.length > 10 && sorted.some((one) => one !== sorted[0]), 'there is something to sort')
  assert.deepEqual(sorted, [...sorted].sort((a, b) => a - b), 'the amounts ascend')

  const before = await rowsShown(page).first().innerText()
  await answered(walker, listing((query) => query.has('cursor')), () => walker.button(walker.t('pager.next')).click())
  assert.notEqual(await rowsShown(page).first().innerText(), before, 'the next page shows other rows')
  await page.getByText(walker.t('pager.page', { number: 2, shown: 50 })).waitFor()
  const later = (await cells(page, title)).map(amount)
  assert.ok(later[0] >= sorted[sorted.length - 1], 'the second page goes on where the first ended')
  await answered(walker, listing((query) => !query.has('cursor')), () => walker.button(walker.t('pager.previous')).click())
  assert.equal(await rowsShown(page).first().innerText(), before, 'the way back shows the same rows')

  const name = (await page.locator('.data-table tbody td.primary').first().innerText()).trim()
  await page.locator('[data-test=words]').fill(name)
  await answered(walker, listing((query) => query.get('q') === name), () => page.keyboard.press('Enter'))
  const found = (await page.locator('.data-table tbody td.primary').allInnerTexts()).map((one) => one.trim())
  assert.ok(found.length >= 1 && found.every((one) => one.includes(name)), `all rows carry the words: ${found}`)
  await page.locator('[data-test=words]').fill('no project has such a name')
  await answered(walker, listing((query) => query.has('q')), () => page.keyboard.press('Enter'))
  await page.getByText(walker.t('list.nothingFound')).waitFor()
  await walker.look('list-nothing')
}

async function filterAndColumns(walker, words) {
  const { page } = walker
  await walker.go(kProjects)
  await rowsShown(page).first().waitFor()
  await page.locator('[data-test=filter]').click()
  const dialog = page.getByRole('dialog')
  await walker.choose(walker.t('filter.fieldOf', { number: 1 }), words.field('total_amount'))
  await walker.choose(walker.t('filter.opOf', { number: 1 }), walker.t('filter.op.ge'))
  await walker.field(walker.t('filter.valueOf', { number: 1 })).fill('100万')
  await walker.button(walker.t('filter.add'), dialog).click()
  await walker.choose(walker.t('filter.fieldOf', { number: 2 }), words.walker.say(words.entity.states.title ?? { zh: '状态', en: 'State' }))
  await walker.choose(walker.t('filter.valueOf', { number: 2 }), words.state('in_library'))
  await page.keyboard.press('Escape')
  if (!await dialog.isVisible()) assert.fail('Escape closes the open list, not the whole dialog')
  await walker.look('filter')
  await answered(walker, listing((query) => query.get('filter') === 'total_amount=ge=1000000.00;status=in=(in_library)'), () => walker.button(walker.t('filter.apply'), dialog).click())
  const shown = (await cells(page, words.field('total_amount'))).map(amount)
  assert.ok(shown.length > 0 && shown.every((one) => one >= 1_000_000), `only large amounts: ${shown}`)
  await page.getByRole('group', { name: walker.t('filter.inForce') }).getByText(words.state('in_library')).waitFor()
  await walker.look('list-filtered')
  await page.reload()
  await rowsShown(page).first().waitFor()
  assert.ok((await cells(page, words.field('total_amount'))).every((one) => amount(one) >= 1_000_000), 'the filter survives a reload')

  const ending = page.locator(`.data-table tbody td[data-label="${words.field('end_year')}"]`).first()
  const columns = async (shown) => {
    await page.locator('[data-test=columns]').click()
    const box = dialog.locator('.el-checkbox', { hasText: words.field('end_year') })
    if (await box.locator('input').isChecked() !== shown) await box.click()
    if (shown) await walker.look('columns')
    await walker.button(walker.t('common.confirm'), dialog).click()
  }
  await columns(true)
  await ending.waitFor()
  await page.reload()
  await ending.waitFor()
  // The choice follows the account, and so into the next round: it is taken back.
  await columns(false)
  await ending.waitFor({ state: 'detached' })
}

async function inTheDark(walker) {
  const { page } = walker
  await walker.button(walker.t('shell.dark')).click()
  await walker.look('list-dark')
  await page.locator('[data-test=filter]').click()
  await walker.look('filter-dark')
  await walker.button(walker.t('common.cancel'), page.getByRole('dialog')).click()
  await walker.go('/')
  await page.locator('.state-tag').first().waitFor() // the choice is kept over a reload
  await walker.look('home-dark')
  await walker.button(walker.t('shell.light')).click()
}

async function readByKeyboard(walker, words) {
  const { page } = walker
  await walker.go(kProjects)
  await rowsShown(page).first().waitFor()
  await walker.tabTo('td.primary a')
  const name = await page.evaluate(() => document.activeElement.textContent.trim())
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/compilation\/project\/\d+$/)
  await page.getByRole('heading', { level: 1, name }).waitFor()
  await page.getByText(words.field('year_amount'), { exact: true }).waitFor()
  await walker.look('detail')
  await walker.tabTo('[role=tab][aria-selected=true]')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  const past = page.getByRole('region', { name: walker.t('detail.history') })
  await past.getByText(new RegExp(`${walker.t('action.import')}|${walker.t('action.create')}`)).first().waitFor()
  await past.locator('summary').first().click()
  await walker.look('history')
}

async function fill(walker, words, name) {
  const { page } = walker
  const text = (field, value) => walker.field(words.field(field)).fill(value)
  await text('name', name)
  await walker.choose(words.field('category'), words.value('category', 'specific'))
  await text('fiscal_year', '2026')
  await walker.choose(words.field('existence'), words.value('existence', 'new'))
  await text('start_year', '2026')
  await text('end_year', '2025')
  await text('total_amount', '10万')
  await text('year_amount', '100000')
  await walker.choose(words.field('functional_class'), /2050203.*2026/, { typed: '2050203' })
  await walker.choose(words.field('fund_kind'), /./)
  await text('design_basis', 'Basis 2026-1')
  await text('performance_goal', 'Goal 100%')
  await text('contact_name', 'Contact')
  await text('contact_phone', '025-12345678')
}

const complaintAt = (page, field) => page.locator(`#f-${field}-said[data-test=complaint]`)

async function create(walker, words, name) {
  const { page } = walker
  await walker.menu(kProjects)
  await rowsShown(page).first().waitFor()
  await walker.link(walker.t('list.create')).click()
  await page.locator('[data-test=record-form]').waitFor()
  await page.locator('[data-test=save]').click()
  await complaintAt(page, 'name').waitFor()
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'f-name', 'the focus is on the first field that is wrong')
  assert.equal(await page.locator('#f-name').getAttribute('aria-invalid'), 'true')
  await walker.look('form-missing')
  await fill(walker, words, name)
  walker.expect(422, kProjects)
  await page.locator('[data-test=save]').click()
  await complaintAt(page, 'end_year').waitFor()
  assert.equal(await page.locator('[data-test=complaint]').count(), 1, 'the one wrong field has the one complaint')
  await walker.look('form-refused')
  await walker.field(words.field('end_year')).fill('2026')
  await page.locator('[data-test=save]').click()
  await page.waitForURL(/\/compilation\/project\/\d+$/)
  await page.getByRole('heading', { level: 1 }).getByText(name).waitFor()
  await walker.look('created')
  return page.url().split('/').pop()
}

async function conflict(walker, words, rest, id, name) {
  const { page } = walker
  await walker.link(walker.t('detail.edit')).click()
  await page.locator('[data-test=record-form]').waitFor()
  const version = (await rest.ask(kClerk, 'GET', `${kProjects}/${id}`)).version
  await rest.ask(kClerk, 'PATCH', `${kProjects}/${id}`, { json: { name: `${name} theirs`, location: 'Elsewhere' }, headers: { 'If-Match': `"${version}"` } })
  await walker.field(words.field('name')).fill(`${name} mine`)
  await walker.field(words.field('summary')).fill('My summary')
  walker.expect(412, `${kProjects}/${id}`)
  await page.locator('[data-test=save]').click()
  const clash = page.locator('[data-test=conflict-name]')
  await clash.getByText(`${name} theirs`, { exact: true }).waitFor()
  await clash.getByText(`${name} mine`, { exact: true }).waitFor()
  const confirm = walker.button(walker.t('edit.resolve'))
  assert.ok(await confirm.isDisabled(), 'it cannot be saved before the choice is made')
  await walker.look('conflict')
  await clash.getByText(walker.t('edit.takeMine'), { exact: true }).click()
  await confirm.click()
  await page.waitForURL(new RegExp(`/compilation/project/${id}$`))
  const now = await rest.ask(kClerk, 'GET', `${kProjects}/${id}`)
  assert.deepEqual([now.name, now.location, now.summary], [`${name} mine`, 'Elsewhere', 'My summary'], 'my choice, their other field, and my other field')
}

async function submit(walker, words, rest, id) {
  const { page } = walker
  await papers(rest, id)
  const title = walker.say(words.entity.states.transitions.find((one) => one.name === 'submit').title)
  await walker.button(title, page.locator('.page-head')).click()
  await walker.field(walker.t('detail.comment')).fill('Ready')
  await walker.look('transition')
  await walker.button(title, page.getByRole('dialog')).click()
  await page.locator('.state-tag', { hasText: words.state('submitted') }).waitFor()
  assert.equal((await rest.ask(kClerk, 'GET', `${kProjects}/${id}`)).status, 'submitted')
}

/** The session ends in the middle of work: signing in again goes on where one was. */
async function sessionEnds(walker, words, name) {
  const { page } = walker
  await walker.menu(kProjects)
  await rowsShown(page).first().waitFor()
  await walker.link(walker.t('list.create')).click()
  await walker.field(words.field('name')).fill(`${name} kept`)
  await walker.context.clearCookies()
  walker.expect(401, '/standards/fund-kind')
  await page.locator('#f-fund_kind').click()
  const dialog = page.getByRole('dialog', { name: walker.t('expired.title') })
  await dialog.waitFor()
  await walker.look('session-ended')
  await dialog.locator('#password').fill(walker.server.passwords[kClerk])
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'hidden' })
  assert.equal(await walker.field(words.field('name')).inputValue(), `${name} kept`, 'what was typed is still there')
  page.once('dialog', (question) => question.accept()) // leave in spite of unsaved input
  await walker.menu(kProjects)
}

function csv(codes, name, unit) {
  const head = 'code,name,unit,category,fiscal_year,existence,origin,start_year,end_year,total_amount,year_amount,functional_class,fund_kind,design_basis,performance_goal,contact_name,contact_phone'
  const row = (title, total) => ['', title, unit, 'specific', 2026, 'new', 'own', 2026, 2026, total, '10.00', `id:${codes.class}`, codes.fund, 'Basis', 'Goal', 'Contact', '025-12345678'].join(',')
  return [head, row(`${name} import 1`, '10.00'), row(`${name} import 2`, 'ten'), row('', '20.00'), row(`${name} import 4`, '40.00')].join('\r\n') + '\r\n'
}

async function exchange(walker, words, rest, name) {
  const { page } = walker
  await walker.menu(kProjects)
  await rowsShown(page).first().waitFor()
  await walker.link(walker.t('list.import')).click()
  await walker.look('import')
  const fund = (await rest.ask(kClerk, 'GET', '/standards/fund-kind?limit=1&filter=status==in_force')).items[0].code
  const lesson = (await rest.ask(kClerk, 'GET', '/standards/functional-class?limit=1&filter=code==2050203;list_year==2026')).items[0].id
  const unit = '320500000-106001'
  await page.locator('[data-test=import-file]').setInputFiles({ name: 'wrong.csv', mimeType: 'text/csv', buffer: Buffer.from('nmae\r\nx\r\n') })
  walker.expect(422, '/import')
  await page.locator('[data-test=check]').click()
  await page.getByRole('alert').getByText('nmae').first().waitFor()
  await walker.look('import-wrong-head')
  await page.locator('[data-test=import-file]').setInputFiles({ name: 'projects.csv', mimeType: 'text/csv', buffer: Buffer.from(csv({ fund, class: lesson }, name, unit)) })
  await page.locator('[data-test=check]').click()
  await page.locator('[data-test=verdict]').getByText(walker.t('import.checked', { rows: 4, valid: 2, invalid: 2 })).waitFor()
  const report = page.getByRole('region', { name: walker.t('import.report') }).first()
  for (const line of [3, 4]) await report.getByText(walker.t('import.lineOf', { line }), { exact: true }).first().waitFor()
  const text = await report.innerText()
  assert.ok(text.includes('ten') && text.includes(words.field('total_amount')) && text.includes(words.field('name')), 'the value and the fields are named')
  assert.ok(!text.includes(walker.t('import.lineOf', { line: 2 })), 'a right line is not complained of')
  await walker.look('import-report')
  await page.locator('[data-test=import-good]').click()
  await page.locator('[data-test=verdict]').getByText(walker.t('import.imported', { created: 2, updated: 0 })).waitFor()
  await walker.link(walker.t('import.see')).click()
  await page.locator('[data-test=words]').fill(`${name} import`)
  await answered(walker, listing((query) => query.has('q')), () => page.keyboard.press('Enter'))
  assert.equal(await rowsShown(page).count(), 2, 'the two right rows are there')

  await page.locator('[data-test=export]').click()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'CSV (.csv)' }).click()])
  const lines = (await readFile(await download.path(), 'utf8')).trim().split(/\r?\n/)
  assert.equal(lines.length, 3, `a head and what the list shows:\n${lines.join('\n')}`)
  assert.ok(lines.every((line, at) => at === 0 || line.includes(`${name} import`)))
  assert.ok(/\.csv$/.test(download.suggestedFilename()))
}

export async function walkRecords(open, given) {
  const walker = await open()
  const words = new Words(walker, await projectEntity(given.source))
  const name = `Walk ${walker.language} ${walker.size}`
  await walker.step('a wrong password is told', () => wrongPassword(walker))
  await walker.step('sign in by keyboard', () => signInByKeyboard(walker, kDivision))
  await walker.step('home', () => home(walker))
  await walker.step('from a number to its rows', () => fromHome(walker, words))
  await walker.step('sort, page and search', () => sortAndSearch(walker, words))
  await walker.step('filter and columns', () => filterAndColumns(walker, words))
  await walker.step('dark', () => inTheDark(walker))
  await walker.step('read by keyboard', () => readByKeyboard(walker, words))
  await walker.step('sign out', () => signOut(walker))
  await walker.step('sign in as the clerk', () => signInByKeyboard(walker, kClerk))
  let id = ''
  await walker.step('declare a project', async () => { id = await create(walker, words, name) })
  await walker.step('a colleague was faster', () => conflict(walker, words, given.rest, id, name))
  await walker.step('submit', () => submit(walker, words, given.rest, id))
  await walker.step('the session ends', () => sessionEnds(walker, words, name))
  await walker.step('import and export', () => exchange(walker, words, given.rest, name))
  await walker.step('leave', () => walker.leave())
  await walker.close()
}
