/**
 * What goes wrong for people: the network gone for a minute, nonsense in every cell, a file of 50 MB, names with rare characters and
 * from right to left, a clock in another zone; and what is the same wherever they sit: columns, and a view shared with their role.
 */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { kClerk } from './entry.mjs'

const kProjects = '/compilation/project'
const kSharer = 'budget-division.320500000'
const kColleague = 'budget-division.320583000'
const kRare = '𠮷野家龘靐㐂 مدرسة الأمل שלום'
const rows = (page) => page.locator('.data-table tbody tr')

async function project(rest, name) {
  const first = async (path) => (await rest.ask(kClerk, 'GET', path)).items[0].id
  return rest.ask(kClerk, 'POST', kProjects, { json: {
    name, unit: (await rest.ask(kClerk, 'GET', '/system/node?q=320500000-106001')).items[0].id, category: 'specific', fiscal_year: 2026, existence: 'new', start_year: 2026, end_year: 2026,
    total_amount: '10000.00', year_amount: '10000.00', functional_class: await first('/standards/functional-class?limit=1&filter=code==2050203;list_year==2026'),
    fund_kind: await first('/standards/fund-kind?limit=1&filter=code==1'), design_basis: 'Basis', performance_goal: 'Goal', contact_name: 'Contact', contact_phone: '0512-65220000',
  } })
}

/** Saving without a network says so and keeps what was typed; with it again the same button saves. */
async function offline(walker, id, name) {
  const { page } = walker
  await walker.go(`${kProjects}/${id}/edit`)
  await page.locator('[data-test=record-form]').waitFor()
  await page.locator('#f-location').fill(`${name} offline`)
  await page.locator('[data-test=draft-kept]').waitFor()
  await walker.context.setOffline(true)
  await page.locator('[data-test=save]').click()
  await page.getByText(walker.t('error.sentence.0')).first().waitFor()
  assert.equal(await page.locator('#f-location').inputValue(), `${name} offline`, 'what was typed is still there')
  await walker.look('offline')
  await walker.context.setOffline(false)
  await page.locator('[data-test=save]').click()
  await page.waitForURL(new RegExp(`${kProjects}/${id}$`))
  assert.equal((await walker.rest.ask(kClerk, 'GET', `${kProjects}/${id}`)).location, `${name} offline`)
}

async function rare(walker, id, name) {
  const { page, rest } = walker
  await walker.go(`${kProjects}/${id}/edit`)
  await page.locator('[data-test=record-form]').waitFor()
  await page.locator('#f-name').fill(`${name} ${kRare}`)
  await page.locator('[data-test=save]').click()
  await page.getByRole('heading', { level: 1 }).getByText(kRare).waitFor()
  await walker.look('rare-record')
  assert.equal((await rest.ask(kClerk, 'GET', `${kProjects}/${id}`)).name, `${name} ${kRare}`)
  await walker.go(`${kProjects}?q=${encodeURIComponent(name)}`)
  await rows(page).getByText(kRare).first().waitFor()
  await walker.look('rare-list')
  await walker.go(`${kProjects}/${id}/edit`)
  await page.locator('#f-name').fill('turned \u202Eround')
  walker.expect(422, `${kProjects}/${id}`)
  await page.locator('[data-test=save]').click()
  await page.locator('#f-name-said[data-test=complaint]').waitFor() // marks that turn the text round are told, not swallowed
  await walker.look('rare-refused')
  await page.locator('#f-name').fill(name)
  await page.locator('[data-test=save]').click()
  await page.waitForURL(new RegExp(`${kProjects}/${id}$`))
}

/** Nonsense in every column of three rows: each cell says so, and nothing can be saved. */
async function nonsense(walker) {
  const { page } = walker
  if (walker.phone) return // a sheet of many columns is work for a desk
  await walker.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await walker.go(`${kProjects}/entry`)
  await page.locator('revo-grid .rgCell').first().waitFor()
  const box = await page.locator('revo-grid').boundingBox()
  await page.mouse.click(box.x + 120, box.y + 60)
  await page.locator('revogr-focus').first().waitFor({ state: 'attached' })
  const junk = ['=1+1', '<b>x</b>', '-', '１２３abc', '99999999999999999999', '\u0000', '💥', "'; drop", '2026-13-45', '#REF!', 'NaN', '1e9', '…']
  await page.evaluate((text) => navigator.clipboard.writeText(text), Array.from({ length: 3 }, (_, at) => Array.from({ length: 60 }, (_one, n) => junk[(n + at) % junk.length]).join('\t')).join('\n'))
  await page.keyboard.press('Control+V')
  await page.locator('[data-test=grid-count]').getByText(/\d/).first().waitFor()
  await page.locator('revo-grid .rgCell.wrong').first().waitFor() // each in its own place, with its reason
  await walker.look('nonsense')
  const count = async () => (await walker.rest.ask(kClerk, 'GET', `${kProjects}?limit=1&count=exact`)).count
  const before = await count()
  const check = page.locator('[data-test=grid-check]')
  if (await check.isEnabled()) {
    await check.click()
    await page.locator('[data-test=verdict], .error-panel, [data-test=complaint]').first().waitFor()
    await walker.look('nonsense-checked')
  }
  assert.equal(await count(), before, 'nothing was saved')
  await page.locator('[data-test=undo]').click()
  page.once('dialog', (question) => question.accept())
  await walker.go('/')
}

async function largeFile(walker, id) {
  const { page, rest } = walker
  const paper = await rest.ask(kClerk, 'POST', '/compilation/project-paper', { json: { project: id, kind: 'minutes', title: `Large ${walker.language} ${walker.size}` } })
  const path = join(walker.server.folder, `large-${walker.language}-${walker.size}.pdf`)
  await writeFile(path, Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(50 << 20, 32)]))
  await walker.go(`/compilation/project-paper/${paper.id}/edit`)
  await page.locator('[data-test=record-form]').waitFor()
  await page.locator('input[type=file]').setInputFiles(path)
  await page.getByText('50.0 MB').waitFor()
  await page.locator('[data-test=save]').click()
  await page.waitForURL(new RegExp(`/project-paper/${paper.id}$`))
  await walker.look('large-file')
  assert.ok((await rest.ask(kClerk, 'GET', `/compilation/project-paper/${paper.id}`)).file, 'the file is kept')
}

/** Columns chosen at one computer are there at another. */
async function columns(walker, open, given) {
  const { page } = walker
  await walker.go(kProjects)
  await rows(page).first().waitFor()
  await page.locator('[data-test=columns]').click()
  const dialog = page.getByRole('dialog')
  const boxes = dialog.locator('.line input[type=checkbox]')
  await boxes.first().waitFor({ state: 'attached' })
  for (let at = 3; at < await boxes.count(); at += 1) if (await boxes.nth(at).isChecked()) await dialog.locator('.line .el-checkbox').nth(at).click()
  await Promise.all([page.waitForResponse((one) => one.url().includes('/system/view') && one.request().method() !== 'GET'), dialog.locator('.el-button--primary').click()])
  const heads = (on) => on.locator('.data-table thead th').allInnerTexts()
  await dialog.waitFor({ state: 'hidden' })
  const here = await heads(page)
  const there = await open()
  await there.enter(kClerk)
  await there.go(kProjects)
  await rows(there.page).first().waitFor()
  assert.deepEqual(await heads(there.page), here, 'the same columns at another computer')
  await there.look('columns-elsewhere')
  await there.page.locator('[data-test=columns]').click()
  await there.button(there.t('columns.reset'), there.page.getByRole('dialog')).click()
  await there.page.getByRole('dialog').waitFor({ state: 'hidden' })
  await there.close()
}

/** What one shares with a role, another of the role finds, and may not take away. */
async function sharing(open, mark) {
  const name = `Shared ${mark}`
  const sharer = await open()
  await sharer.enter(kSharer)
  await sharer.go(`${kProjects}?state=in_library&sort=-year_amount`)
  await rows(sharer.page).first().waitFor()
  await sharer.page.locator('[data-test=views]').click()
  await sharer.page.locator('[data-test=keep-view]').click()
  await sharer.field(sharer.t('views.name')).fill(name)
  await sharer.page.locator('#view-role').locator('xpath=ancestor::*[contains(@class, "el-select__wrapper")]').click()
  await sharer.page.getByRole('option').locator('visible=true').first().click()
  await sharer.look('view-share')
  await sharer.button(sharer.t('edit.save'), sharer.page.getByRole('dialog')).click()
  await sharer.page.locator('[data-test=views]').getByText(name).waitFor()
  await sharer.close()
  const other = await open()
  await other.enter(kColleague)
  await other.go(kProjects)
  await rows(other.page).first().waitFor()
  await other.page.locator('[data-test=views]').click()
  await other.look('view-of-a-colleague')
  await other.page.getByRole('menuitem', { name: new RegExp(name) }).click()
  await other.page.waitForURL(/state=in_library/)
  await other.page.locator('[data-test=views]').click()
  assert.equal(await other.page.getByRole('menuitem', { name: other.t('views.drop', { name }) }).count(), 0, 'it is not theirs to drop')
  await other.close()
}

/** A day is a day wherever the clock stands: what is typed is what is kept. */
async function elsewhere(open) {
  const walker = await open({ timezone: 'America/Los_Angeles' })
  const { page } = walker
  await walker.enter(kClerk)
  await walker.go('/monitoring/contract/new')
  await page.locator('[data-test=record-form]').waitFor()
  await page.locator('#f-signed_on').fill('2026-03-01')
  await page.keyboard.press('Enter')
  await page.locator('#f-title').fill('Elsewhere')
  await page.locator('[data-test=draft-kept]').waitFor()
  assert.equal(await page.locator('#f-signed_on').inputValue(), '2026-03-01')
  const kept = await page.evaluate(() => Object.values(localStorage).join(' '))
  assert.match(kept, /"signed_on":"2026-03-01"/)
  await walker.look('another-zone')
  page.once('dialog', (question) => question.accept())
  await walker.go('/')
  await walker.close()
}

export async function walkTrials(open) {
  const walker = await open()
  const name = `Trial ${walker.language} ${walker.size}`
  const { id } = await project(walker.rest, name)
  await walker.step('sign in', () => walker.enter(kClerk))
  await walker.step('the network is gone', () => offline(walker, id, name))
  await walker.step('rare characters', () => rare(walker, id, name))
  await walker.step('nonsense in every cell', () => nonsense(walker))
  await walker.step('a file of 50 MB', () => largeFile(walker, id))
  await walker.step('columns follow the person', () => columns(walker, open))
  await walker.step('a view for a role', () => sharing(open, `${walker.language} ${walker.size}`))
  await walker.step('a clock elsewhere', () => elsewhere(open))
  await walker.close()
}
