/** The three administrators at work: accounts, organisation, plugins, jobs; roles, grants and why; the audit log. */
import assert from 'node:assert/strict'
import { kClerk } from './entry.mjs'

async function choosePerson(walker, label, words, option) {
  await walker.choose(label, option, { typed: words })
}

async function accounts(walker, username) {
  const { page } = walker
  await walker.menu('/system/user')
  await page.getByText('sysadmin', { exact: true }).first().waitFor()
  await walker.look('accounts')
  await page.locator('[data-test=new-user]').click()
  const dialog = page.getByRole('dialog')
  await walker.button(walker.t('user.make'), dialog).click()
  await page.locator('#user-username-said[data-test=complaint]').waitFor()
  await walker.look('account-missing')
  await walker.field(walker.t('system.username')).fill(username)
  await walker.field(walker.t('user.displayName')).fill('Walker')
  await walker.choose(walker.t('system.node'), /320500000-106001 /, { typed: '320500000-106001' })
  await walker.button(walker.t('user.make'), dialog).click()
  await page.locator('[data-test=secret]').waitFor()
  const password = (await page.locator('[data-test=secret]').innerText()).trim()
  assert.ok(password.length >= 10, 'a one-time password is shown')
  await walker.look('one-time-password')
  await walker.button(walker.t('common.noted')).click()
  await page.locator('[data-test=secret]').waitFor({ state: 'detached' })
  await walker.field(walker.t('user.find')).fill(username)
  await page.keyboard.press('Enter')
  await page.locator('.data-table tbody tr', { hasText: username }).waitFor()
  assert.equal(await page.getByText(password).count(), 0, 'the password is not on the page any more')
  return password
}

/** The new person signs in with the one-time password and must set an own one first. */
async function firstSignIn(open, username, password) {
  const walker = await open()
  const { page } = walker
  await walker.go('/sign-in')
  await walker.signIn(username, password)
  await page.waitForURL(/\/password/)
  await walker.look('must-change-password')
  await walker.field(walker.t('password.before')).fill(password)
  await walker.field(walker.t('password.after')).fill('Own-Secret-2026')
  await walker.field(walker.t('password.again')).fill('Own-Secret-2026')
  await page.locator('[data-test=save-password]').click()
  await page.waitForURL(walker.server.url + '/')
  await page.getByText(walker.t('home.none')).waitFor()
  await walker.look('home-without-grant')
  await walker.close()
}

async function organisation(walker) {
  const { page } = walker
  await walker.menu('/system/node')
  const tree = page.getByRole('tree')
  // A single root opens by itself.
  await tree.getByText('苏州市', { exact: true }).waitFor()
  assert.equal(await tree.getByText('昆山市', { exact: true }).count(), 0, 'children are not there before they are asked for')
  await tree.locator('.el-tree-node__content').filter({ has: page.getByText('苏州市', { exact: true }) }).locator('.el-tree-node__expand-icon').click()
  await tree.getByText('昆山市', { exact: true }).waitFor()
  await walker.look('organisation')
  await page.locator('[data-test=node-words]').fill('320583000-106001')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: /^320583000-106001 / }).click()
  const detail = page.locator('[data-test=node]')
  await detail.getByText('320583000-106001', { exact: true }).waitFor()
  await tree.getByText('昆山市', { exact: true }).waitFor()
  await tree.locator('.is-current', { hasText: '320583000-106001' }).waitFor() // marked in its place
  await walker.look('organisation-found')
}

async function plugins(walker) {
  const { page } = walker
  await walker.menu('/system/plugin')
  await page.getByText('compilation', { exact: true }).waitFor()
  await walker.look('plugins')
  await walker.button(walker.t('common.view')).first().click()
  await page.locator('[data-test=plugin-detail]').waitFor()
  await walker.look('plugin')
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await page.locator('[data-test=health-link]').click()
  await page.locator('[data-test=health] tbody tr').first().waitFor()
  await walker.look('health')
  await walker.menu('/system/plugin')
  await page.getByText('compilation', { exact: true }).waitFor()
  await walker.button(walker.t('plugin.disable')).last().click()
  await page.getByText(walker.t('plugin.disableAsk')).waitFor()
  await walker.look('plugin-disable')
  await walker.button(walker.t('common.cancel'), page.getByRole('dialog')).click()
}

const kJob = { id: '77', kind: 'demo.sum', title: 'Sum', state: 'running', progress: 0.2, message: '', result: null, error: null, created_at: '2026-01-02T03:04:05.678Z', started_at: null, finished_at: null, attempt: 1, owner: 'sysadmin' }

/** No plugin of the demo starts a job, so the answers are played here; what the page makes of them is real. */
async function jobs(walker) {
  const { page } = walker
  await walker.menu('/system/job')
  await page.getByText(walker.t('job.live'), { exact: true }).waitFor() // the server's own stream of events
  await walker.look('jobs-none')
  await walker.menu('/system/plugin')
  let state = { ...kJob }
  const json = (body) => ({ status: 200, contentType: 'application/json', body: JSON.stringify(body) })
  await page.route('**/api/v1/system/job?**', (route) => route.fulfill(json({ items: [state], next_cursor: null })))
  await page.route('**/api/v1/system/job/77/cancel', (route) => {
    state = { ...state, state: 'cancelled', finished_at: '2026-01-02T04:04:05.678Z' }
    return route.fulfill(json(state))
  })
  await page.route('**/api/v1/events', (route) => route.fulfill({
    status: 200, contentType: 'text/event-stream', body: `retry: 600000\n\nid: 1\nevent: job\ndata: ${JSON.stringify({ id: '77', state: 'running', progress: 0.7, message: '7 of 10' })}\n\n`,
  }))
  // One stream serves the whole window, so the window is opened anew to hear the played one.
  await walker.go('/system/job')
  await page.getByText('7 of 10').waitFor()
  assert.equal(await page.getByRole('progressbar').first().getAttribute('aria-valuenow'), '70', 'the event moved the bar')
  await page.getByText('kernel.sweep').waitFor()
  await walker.look('jobs')
  await walker.button(walker.t('job.cancelAct')).click()
  await page.getByRole('dialog').getByRole('button', { name: walker.t('job.cancelAct') }).click()
  await page.locator('.state-tag', { hasText: walker.t('job.state.cancelled') }).waitFor()
  await page.unrouteAll({ behavior: 'wait' })
}

async function token(walker) {
  const { page } = walker
  await page.locator('[data-test=account]').click()
  await page.getByRole('menuitem', { name: walker.t('token.pageTitle') }).click()
  await page.waitForURL('**/system/token')
  await page.locator('[data-test=new-token]').click()
  await walker.field(walker.t('token.purpose')).fill(`Report ${walker.language} ${walker.size}`)
  await walker.look('token-new')
  await walker.button(walker.t('token.make'), page.getByRole('dialog')).click()
  await page.locator('[data-test=secret]').waitFor()
  const secret = (await page.locator('[data-test=secret]').innerText()).trim()
  const read = await fetch(`${walker.server.url}/api/v1/standards/region?limit=1`, { headers: { Authorization: `Bearer ${secret}` } })
  assert.equal(read.status, 200, 'a program can use the token')
  await walker.button(walker.t('common.noted')).click()
  await page.getByText(`Report ${walker.language} ${walker.size}`).waitFor()
  await walker.look('tokens')
}

async function roles(walker, code) {
  const { page } = walker
  await walker.menu('/system/role')
  await page.getByText('unit_clerk', { exact: true }).waitFor()
  await walker.look('roles')
  await page.locator('[data-test=new-role]').click()
  await walker.field(walker.t('role.titleZh')).fill(`Role ${code}`)
  await walker.field(walker.t('role.titleEn')).fill(`Role ${code}`)
  await walker.field(walker.t('system.code')).fill(code)
  await walker.field(walker.t('role.findPermission')).fill('compilation.project.read')
  await page.getByRole('dialog').locator('.el-checkbox').first().click()
  await walker.look('role-new')
  await walker.button(walker.t('role.make'), page.getByRole('dialog')).click()
  await page.getByText(code, { exact: true }).waitFor()
}

async function grants(walker, username, code) {
  const { page } = walker
  await walker.menu('/system/grant')
  await page.getByText('sysadmin', { exact: true }).first().waitFor()
  await walker.look('grants')
  await page.locator('[data-test=new-grant]').click()
  const dialog = page.getByRole('dialog')
  await choosePerson(walker, walker.t('grant.person'), username, new RegExp(username))
  await walker.choose(walker.t('system.role'), new RegExp(`Role ${code}`), { typed: code })
  await walker.choose(walker.t('system.node'), /320500000-106001 /, { typed: '320500000-106001' })
  await dialog.getByText(walker.t('reach.subtree'), { exact: true }).click()
  await walker.field(walker.t('grant.to')).fill('2099-12-31')
  await page.keyboard.press('Enter')
  await walker.look('grant-new')
  await walker.button(walker.t('grant.confirm'), dialog).click()
  await dialog.waitFor({ state: 'hidden' })
  await choosePerson(walker, walker.t('grant.ofPerson'), username, new RegExp(username))
  await page.locator('.data-table tbody tr', { hasText: `Role ${code}` }).waitFor()
  assert.equal(await page.locator('.data-table tbody tr').count(), 1, 'only the grants of this person')

  await page.locator('[data-test=new-grant]').click()
  await choosePerson(walker, walker.t('grant.person'), username, new RegExp(username))
  await walker.choose(walker.t('system.role'), walker.language === 'zh' ? /审计管理员/ : /Audit administrator/)
  await walker.choose(walker.t('system.node'), /320000000 /, { typed: '320000000' })
  walker.expect(422, '/system/grant')
  await walker.button(walker.t('grant.confirm'), dialog).click()
  const refusal = dialog.getByRole('alert')
  await refusal.waitFor()
  assert.match(await refusal.innerText(), walker.language === 'zh' ? /互斥|不能同时/ : /exclude each other/, 'the refusal says which duties exclude each other')
  await walker.look('grant-refused')
  await walker.button(walker.t('common.cancel'), dialog).click()
}

async function explain(walker, rest, username) {
  const { page } = walker
  await walker.link(walker.t('explain.title')).click()
  await page.waitForURL('**/system/explain')
  await choosePerson(walker, walker.t('grant.person'), username, new RegExp(username))
  const codes = await rest.ask('secadmin', 'GET', '/system/permission')
  const choose = (code) => walker.choose(walker.t('explain.permission'), new RegExp(code), { typed: walker.say(codes.items.find((one) => one.code === code).title) })
  await choose('compilation.project.update')
  await page.locator('[data-test=explain]').click()
  const verdict = page.locator('[data-test=verdict]')
  await verdict.getByText(walker.t('explain.no'), { exact: true }).waitFor()
  await walker.look('explain-no')
  const own = (await rest.ask(kClerk, 'GET', '/compilation/project?limit=1&filter=unit.code==320500000-106001')).items[0]
  await choose('compilation.project.read')
  await walker.field(walker.t('explain.record')).fill(`${walker.server.url}/compilation/project/${own.id}`)
  await page.locator('[data-test=explain]').click()
  await verdict.getByText(walker.t('explain.yes'), { exact: true }).waitFor()
  await walker.look('explain-yes')
}

/** What somebody would see, where the server tells it. */
async function preview(walker, rest) {
  const { page } = walker
  if (!await rest.ask('secadmin', 'GET', `/system/grant/preview?user=${kClerk}`).then(() => true, () => false)) return
  await walker.menu('/system/grant')
  await walker.link(walker.t('preview.title')).click()
  await page.waitForURL('**/system/preview')
  await choosePerson(walker, walker.t('grant.person'), kClerk, new RegExp(kClerk.replaceAll('.', '\\.')))
  await page.locator('[data-test=preview] tbody tr').first().waitFor()
  await walker.look('preview')
  await page.locator('[data-test=preview] tbody').getByRole('button').first().click()
  await page.locator('[data-test=preview-rows]').waitFor()
  await walker.look('preview-rows')
}

async function notices(walker) {
  const { page } = walker
  await page.locator('[data-test=bell]').click()
  await page.locator('[data-test=all-notices]').click()
  await page.waitForURL('**/notices')
  await page.locator('[data-test=notices]').waitFor()
  await walker.look('notices')
}

async function audit(walker) {
  const { page } = walker
  await walker.menu('/system/audit')
  await page.locator('.data-table tbody tr').first().waitFor()
  await walker.look('audit')
  await walker.field(walker.t('audit.actor')).fill('secadmin')
  await walker.field(walker.t('audit.action')).fill('access.grant')
  const [answer] = await Promise.all([page.waitForResponse((one) => one.url().includes('action=access.grant')), page.keyboard.press('Enter')])
  const items = (await answer.json()).items
  assert.ok(items.length > 0 && items.every((one) => one.actor_name === 'secadmin' && one.action === 'access.grant'), 'the search is the server\'s')
  await walker.settled()
  assert.equal(await page.locator('.data-table tbody tr').count(), items.length)
  await walker.button(walker.t('common.view')).first().click()
  await page.getByText('access.grant', { exact: true }).waitFor()
  await walker.look('audit-entry')
  await walker.button(walker.t('common.close'), page.getByRole('dialog')).last().click()
  await page.locator('[data-test=verify]').click()
  await page.locator('[data-test=verdict]').waitFor()
  assert.ok(!await page.locator('[data-test=verdict].bad').count(), 'the chain is whole')
}

export async function walkSystem(open, given) {
  const walker = await open()
  const mark = `${walker.language}.${walker.size}`
  const username = `walker.${mark}`
  const code = `walk_${walker.language}_${walker.size}`
  let password = ''
  await walker.step('sign in as system administrator', () => walker.enter('sysadmin'))
  await walker.step('accounts', async () => { password = await accounts(walker, username) })
  await walker.step('first sign-in of the new person', () => firstSignIn(open, username, password))
  await walker.step('organisation', () => organisation(walker))
  await walker.step('plugins', () => plugins(walker))
  await walker.step('jobs', () => jobs(walker))
  await walker.step('notifications', () => notices(walker))
  await walker.step('API tokens', () => token(walker))
  await walker.step('leave', () => walker.leave())
  await walker.step('sign in as security administrator', () => walker.enter('secadmin'))
  await walker.step('roles', () => roles(walker, code))
  await walker.step('grants', () => grants(walker, username, code))
  await walker.step('why', () => explain(walker, given.rest, username))
  await walker.step('what they see', () => preview(walker, given.rest))
  await walker.step('leave', () => walker.leave())
  await walker.step('sign in as audit administrator', () => walker.enter('auditadmin'))
  await walker.step('audit log', () => audit(walker))
  await walker.step('no such page', async () => {
    await walker.go('/nothing/here/at/all')
    await walker.page.getByText(walker.t('missing.sentence')).waitFor()
    await walker.look('missing')
  })
  await walker.close()
}
