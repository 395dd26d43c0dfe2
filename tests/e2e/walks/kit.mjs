/** What the parts of the interface do beyond the daily round: views, bulk acts, the keyboard, drafts, the entry grid, matching columns, search. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { kClerk, papers } from './entry.mjs'

const kDivision = 'budget-division.320500000'
const kProjects = '/compilation/project'
const rows = (page) => page.locator('.data-table tbody tr')

async function sums(walker) {
  const { page } = walker
  await walker.menu(kProjects)
  await rows(page).first().waitFor()
  const answer = await walker.rest.ask(kDivision, 'GET', `${kProjects}/aggregate?aggregate=sum:total_amount`)
  const expected = answer.items[0].sum_total_amount.replace(/\B(?=(\d{3})+\.)/g, ',')
  await page.locator('tfoot').getByText(expected, { exact: true }).waitFor()
}

async function views(walker) {
  const { page } = walker
  await walker.go(`${kProjects}?state=in_library&sort=-total_amount`)
  await rows(page).first().waitFor()
  await page.locator('[data-test=views]').click()
  await page.locator('[data-test=keep-view]').click()
  await walker.field(walker.t('views.name')).fill('Large ones')
  await walker.look('view-keep')
  await page.keyboard.press('Enter')
  await page.locator('[data-test=views]').getByText('Large ones').waitFor()
  await walker.go(kProjects)
  await rows(page).first().waitFor()
  await page.locator('[data-test=views]').click()
  await walker.look('views')
  await page.getByRole('menuitem', { name: 'Large ones' }).click()
  await page.waitForURL(/state=in_library/)
  assert.match(page.url(), /sort=-total_amount/)
}

async function byKeys(walker) {
  const { page } = walker
  if (walker.phone) return // no keyboard
  await walker.go(kProjects)
  await rows(page).first().waitFor()
  await page.keyboard.press('?')
  await page.getByRole('dialog').getByText(walker.t('keys.move')).waitFor()
  await walker.look('keys')
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await page.keyboard.press('/')
  assert.equal(await page.evaluate(() => document.activeElement.closest('[data-test=words]') !== null || document.activeElement.dataset.test === 'words'), true, '"/" goes to the search')
  await page.locator('main').focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Space')
  assert.equal(await page.locator('tbody tr.chosen').count(), 1)
  const name = await page.locator('tbody tr.chosen td.primary').innerText()
  await walker.look('row-chosen')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1 }).getByText(name.trim()).waitFor()
}

/** Two projects of the clerk, submitted together; one that was meanwhile changed is told by name. */
async function bulk(walker, mark) {
  const { page, rest } = walker
  await walker.go(`${kProjects}?q=${encodeURIComponent(mark)}`)
  await rows(page).nth(1).waitFor()
  await page.locator('tbody input[type=checkbox]').nth(0).check()
  await page.locator('tbody input[type=checkbox]').nth(1).check()
  const region = page.locator('[data-test=bulk]')
  await region.getByText(walker.t('bulk.chosen', { count: 2 })).waitFor()
  await walker.look('bulk')
  const chosen = (await rest.ask(kClerk, 'GET', `${kProjects}?q=${encodeURIComponent(mark)}`)).items
  await rest.ask(kClerk, 'PATCH', `${kProjects}/${chosen[1].id}`, { json: { location: 'Elsewhere' }, headers: { 'If-Match': `"${chosen[1].version}"` } })
  await region.getByRole('button', { name: /\(2\)/ }).first().click()
  walker.expect(412, '/transitions/submit')
  await page.getByRole('dialog').locator('.el-button--primary').click()
  const outcome = page.locator('[data-test=bulk-outcome]')
  await outcome.getByText(walker.t('bulk.done', { count: 1 })).waitFor()
  await outcome.getByText(chosen[1].name).waitFor()
  await walker.look('bulk-outcome')
  await walker.button(walker.t('common.close'), page.getByRole('dialog')).last().click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
}

async function draft(walker, mark) {
  const { page } = walker
  await walker.go(`${kProjects}/new`)
  await page.locator('[data-test=record-form]').waitFor()
  await page.locator('#f-name').fill(`${mark} draft`)
  await page.locator('[data-test=draft-kept]').waitFor()
  page.once('dialog', (question) => question.accept())
  await page.reload()
  await page.locator('[data-test=draft]').waitFor()
  await walker.look('draft')
  await page.locator('[data-test=take-draft]').click()
  assert.equal(await page.locator('#f-name').inputValue(), `${mark} draft`)
  await page.keyboard.press('Control+Enter')
  await page.locator('[data-test=complaint]').first().waitFor() // it is sent, and says what is missing
  page.once('dialog', (question) => question.accept())
  await walker.menu(kProjects)
}

async function grid(walker, mark) {
  const { page, rest } = walker
  if (walker.phone) return // a sheet of many columns is work for a desk
  const fund = (await rest.ask(kClerk, 'GET', '/standards/fund-kind?limit=1&filter=status==in_force')).items[0].code
  const lesson = (await rest.ask(kClerk, 'GET', '/standards/functional-class?limit=1&filter=code==2050203;list_year==2026')).items[0].id
  const schema = await rest.ask(kClerk, 'GET', `${kProjects}/schema`)
  const value = { unit: '320500000-106001', category: 'specific', fiscal_year: '２０２６年', existence: 'new', origin: 'own', start_year: '2026', end_year: '2026', total_amount: '1,0万', year_amount: '５0000', functional_class: `id:${lesson}`, fund_kind: fund, design_basis: 'Basis', performance_goal: 'Goal', contact_name: 'Contact', contact_phone: '025-12345678' }
  const asked = schema.fields.filter((one) => !one.computed && !one.readonly && one.name !== schema.states.field && !['file', 'json'].includes(one.type))
  const groups = [...new Set(asked.map((one) => one.group ?? 'other'))]
  const names = groups.flatMap((group) => asked.filter((one) => (one.group ?? 'other') === group)).map((one) => one.name)
  const line = (name, more = {}) => names.map((one) => ({ ...value, name, ...more }[one] ?? '')).join('\t')
  await walker.go(`${kProjects}/entry`)
  await page.locator('revo-grid .rgCell').first().waitFor()
  const paste = async (text) => {
    const box = await page.locator('revo-grid').boundingBox() // what was said above it has moved it
    await page.mouse.click(box.x + 120, box.y + 60)
    await page.locator('revogr-focus').first().waitFor({ state: 'attached' })
    await page.evaluate((content) => navigator.clipboard.writeText(content), text)
    await page.keyboard.press('Control+V')
  }
  const count = page.locator('[data-test=grid-count]')
  await paste([line(`${mark} grid 1`), line(`${mark} grid 2`, { total_amount: 'ten' })].join('\n'))
  await count.getByText(walker.t('grid.unread', { count: 1 })).waitFor()
  await walker.look('grid-unread')
  await page.locator('[data-test=undo]').click()
  await count.getByText(walker.t('grid.filled', { count: 0 })).waitFor()
  await paste([line(`${mark} grid 1`), line(`${mark} grid 2`, { end_year: '2025' })].join('\n'))
  await count.getByText(walker.t('grid.filled', { count: 2 })).waitFor()
  await page.locator('[data-test=grid-check]').click()
  await page.locator('[data-test=verdict]').getByText(walker.t('import.checked', { rows: 2, valid: 1, invalid: 1 })).waitFor()
  await walker.look('grid-refused')
  await paste([line(`${mark} grid 1`), line(`${mark} grid 2`)].join('\n'))
  await page.locator('[data-test=grid-check]').click()
  await page.locator('[data-test=verdict]').getByText(walker.t('import.checked', { rows: 2, valid: 2, invalid: 0 })).waitFor()
  await page.locator('[data-test=grid-save]').click()
  await page.locator('[data-test=verdict]').getByText(walker.t('import.imported', { created: 2, updated: 0 })).waitFor()
  const found = (await rest.ask(kClerk, 'GET', `${kProjects}?q=${encodeURIComponent(`${mark} grid`)}`)).items
  assert.deepEqual(found.map((one) => [one.total_amount, one.year_amount]), [['100000.00', '50000.00'], ['100000.00', '50000.00']])
  const many = Array.from({ length: 9_000 }, (_, at) => line(`${mark} many ${at}`)).join('\n')
  await paste(many)
  await count.getByText(walker.t('grid.filled', { count: 9000 })).waitFor()
  page.once('dialog', (question) => question.accept())
  await walker.menu(kProjects)
}

async function columns(walker, mark) {
  const { page } = walker
  await walker.go(`${kProjects}/import`)
  for (const word of ['项目.csv', '项目名称', '项目单位', '备注', '项目总额（元）']) walker.data.add(word) // the file's own words
  const file = '项目名称*,项目单位,备注,项目总额（元）\r\n' + `${mark},320500000-106001,x,ten\r\n`
  await page.locator('[data-test=import-file]').setInputFiles({ name: '项目.csv', mimeType: 'text/csv', buffer: Buffer.from(file) })
  await page.locator('[data-test=column-map] tbody tr').nth(3).waitFor()
  assert.equal(await page.locator('[data-test=column-map] tr.nowhere').count(), 1, 'the one that is no field goes nowhere')
  await walker.look('import-columns')
  await page.locator('[data-test=check]').click()
  await page.locator('[data-test=verdict]').waitFor()
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('[data-test=error-workbook]').click()])
  assert.equal((await readFile(await download.path())).subarray(0, 2).toString(), 'PK', 'a workbook')
}

async function everywhere(walker) {
  const { page } = walker
  await walker.go('/')
  await page.locator('[data-test=search]').click()
  await walker.look('palette-recent')
  await page.locator('[data-test=palette-words]').fill('2050203')
  const hit = page.getByRole('option').filter({ hasText: '2050203' }).first()
  await hit.waitFor()
  await walker.look('palette')
  await hit.click()
  await page.getByRole('heading', { level: 1 }).getByText('2050203').waitFor()
}

async function looks(walker) {
  const { page } = walker
  await walker.go(kProjects)
  await rows(page).first().waitFor()
  await page.locator('[data-test=display]').click()
  await walker.look('display')
  const dialog = page.getByRole('dialog')
  await dialog.getByText(walker.t('display.size.larger'), { exact: true }).click()
  await dialog.locator('[data-test=contrast]').click()
  await dialog.locator('[data-test=unit]').getByText(walker.language === 'zh' ? '万元' : '10k CNY', { exact: true }).click()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  await walker.look('large-contrast')
  await walker.button(walker.t('shell.dark')).click()
  await walker.look('large-contrast-dark')
  await page.evaluate(() => { for (const key of ['text', 'contrast', 'unit', 'theme']) localStorage.removeItem(`onebudget.${key}`) })
  await page.locator('[data-test=bell]').click()
  await page.getByText(walker.t('notice.none')).waitFor()
  await page.keyboard.press('Escape')
  await walker.go('/')
}

async function project(rest, name) {
  const fund = (await rest.ask(kClerk, 'GET', '/standards/fund-kind?limit=1&filter=status==in_force')).items[0].id
  const lesson = (await rest.ask(kClerk, 'GET', '/standards/functional-class?limit=1&filter=code==2050203;list_year==2026')).items[0].id
  const unit = (await rest.ask(kClerk, 'GET', '/session')).scopes[0].node.id
  const made = await rest.ask(kClerk, 'POST', kProjects, { json: { name, unit, category: 'specific', fiscal_year: 2026, existence: 'new', origin: 'own', start_year: 2026, end_year: 2026, total_amount: '10.00', year_amount: '10.00', functional_class: lesson, fund_kind: fund, design_basis: 'Basis', performance_goal: 'Goal', contact_name: 'Contact', contact_phone: '025-12345678' } })
  await papers(rest, made.id)
}

export async function walkKit(open, { rest }) {
  const walker = await open()
  await walker.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const mark = `Kit ${walker.language} ${walker.size}`
  for (const number of [1, 2]) await project(rest, `${mark} bulk ${number}`)
  await walker.step('sign in as the division', () => walker.enter(kDivision))
  await walker.step('sums', () => sums(walker))
  await walker.step('views', () => views(walker))
  await walker.step('by keys', () => byKeys(walker))
  await walker.step('search everywhere', () => everywhere(walker))
  await walker.step('how it looks', () => looks(walker))
  await walker.step('leave', () => walker.leave())
  await walker.step('sign in as the clerk', () => walker.enter(kClerk))
  await walker.step('bulk', () => bulk(walker, `${mark} bulk`))
  await walker.step('a draft', () => draft(walker, mark))
  await walker.step('the grid', () => grid(walker, mark))
  await walker.step('columns of a file', () => columns(walker, mark))
  await walker.step('leave', () => walker.leave())
  await walker.close()
}
