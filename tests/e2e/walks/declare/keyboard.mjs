/** A declaration from the empty form to sent, and its approval, without a mouse: from signing in to the decision nothing is pressed but keys. */
import assert from 'node:assert/strict'
import { kClerk, signInByKeyboard } from '../entry.mjs'

const kReviewer = 'department-reviewer.320500000.106'
const kPages = { declare: { zh: '项目申报', en: 'Declare a project' }, inbox: { zh: '待办', en: 'Inbox' } }

/** Every press of a mouse or a finger is counted, over all pages of the window. */
async function withoutMouse(open, who, act) {
  const walker = await open()
  await walker.context.addInitScript(() => { addEventListener('pointerdown', () => sessionStorage.setItem('pressed', String(Number(sessionStorage.getItem('pressed') ?? 0) + 1)), { capture: true }) })
  await walker.step(`${who} by keyboard`, async () => {
    await signInByKeyboard(walker, who)
    await act(walker)
  })
  assert.equal(await walker.page.evaluate(() => sessionStorage.getItem('pressed')), null, 'nothing was pressed but keys')
  await walker.close()
}

/** Ctrl+K, the words, Enter. */
async function goTo(walker, words, path) {
  const { page } = walker
  await page.keyboard.press('Control+K')
  await page.locator('[data-test=palette-words]').waitFor()
  await walker.tabTo('[data-test=palette-words]')
  await page.keyboard.type(words)
  const hit = page.getByRole('option', { selected: true }).filter({ hasText: words })
  for (let press = 0; press < 20 && !await hit.count(); press += 1) await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.waitForURL((url) => url.pathname === path)
}
async function enter(walker, selector) {
  await walker.tabTo(selector)
  await walker.page.keyboard.press('Enter')
}
async function type(walker, selector, text) {
  await walker.tabTo(selector)
  await walker.page.keyboard.press('Control+A')
  await walker.page.keyboard.type(text)
}
async function pick(walker, selector, words, option) {
  const { page } = walker
  await walker.tabTo(selector)
  if (words) await page.keyboard.type(words)
  else await page.keyboard.press('Enter')
  await page.getByRole('option', { name: option }).locator('visible=true').first().waitFor()
  const at = page.locator('.el-select-dropdown__item.is-hovering').locator('visible=true').filter({ hasText: option })
  for (let press = 0; press < 40 && !await at.count(); press += 1) await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('option', { name: option }).locator('visible=true').first().waitFor({ state: 'detached' }).catch(() => undefined) // hidden, not gone
}
const next = async (walker, step) => {
  await enter(walker, '[data-test=next]')
  await walker.page.locator(`[data-test=step-${step}]`).waitFor()
}

async function declared(walker, name) {
  const { page } = walker
  await goTo(walker, walker.say(kPages.declare), '/p/compilation/declare')
  await page.locator('[data-test=step-basics]').waitFor()
  await type(walker, '#d-name', name)
  await type(walker, '#d-contact_phone', '0512-65220000')
  await next(walker, 'category')
  await walker.tabTo('input[name=category]')
  for (let press = 0; press < 5 && await page.evaluate(() => document.activeElement.value) !== 'specific'; press += 1) await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Space')
  await pick(walker, '#d-functional_class', '2050203', /2050203/)
  await pick(walker, '#d-fund_kind', '', /一般公共预算/)
  await walker.look('keyboard-category')
  await next(walker, 'money')
  await type(walker, '#d-total_amount', '10万')
  await type(walker, '#d-year_amount', '10万')
  await next(walker, 'content')
  await type(walker, '#d-design_basis', 'Document 12')
  await type(walker, '#d-performance_goal', 'All of it')
  await next(walker, 'lines')
  await enter(walker, '[data-test=add-line]')
  await page.locator('#line-standard').waitFor()
  await pick(walker, '#line-standard', 'AC-DESKTOP', /AC-DESKTOP/)
  await pick(walker, '#line-class', '30201', /30201/)
  await type(walker, '#line-quantity', '20')
  await walker.look('keyboard-line')
  await enter(walker, '.el-dialog .el-button--primary')
  await page.locator('[data-test=line-sums]:not(.off)').waitFor()
  await next(walker, 'papers')
  for (const kind of ['basis', 'estimate', 'plan']) {
    const chooser = page.waitForEvent('filechooser') // asked for before the key: the browser must know that it is not to open a window of its own
    await enter(walker, `#paper-${kind}`)
    await (await chooser).setFiles({ name: `${kind}.txt`, mimeType: 'text/plain', buffer: Buffer.from(kind) })
    await page.locator('.paper', { has: page.locator(`#paper-${kind}`) }).locator('.state-tag.success').waitFor()
  }
  await next(walker, 'check')
  await enter(walker, '[data-test=submit]')
  await page.locator('[data-test=declared]').waitFor()
  await walker.look('keyboard-declared')
}

async function approved(walker, name) {
  const { page } = walker
  await goTo(walker, walker.say(kPages.inbox), '/p/workflow/inbox')
  await page.locator('[data-test=inbox] tbody tr', { hasText: name }).waitFor()
  for (let press = 0; press < 200 && !await page.evaluate((words) => document.activeElement.tagName === 'BUTTON' && document.activeElement.innerText.includes(words), name); press += 1) await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.locator('#task-opinion').waitFor()
  await type(walker, '#task-opinion', 'OK')
  await walker.look('keyboard-task')
  await enter(walker, '[data-test=approve]')
  await page.locator('[data-test=approve]').waitFor({ state: 'detached' })
}

export async function keyboardAlone(open, rest, mark) {
  const name = `Keys ${mark} ${Date.now().toString(36)}`
  await withoutMouse(open, kClerk, (walker) => declared(walker, name))
  const status = async () => (await rest.ask(kClerk, 'GET', `/compilation/project?q=${encodeURIComponent(name)}`)).items[0].status
  assert.equal(await status(), 'submitted')
  await withoutMouse(open, kReviewer, (walker) => approved(walker, name))
  assert.equal(await status(), 'department_reviewed')
}
