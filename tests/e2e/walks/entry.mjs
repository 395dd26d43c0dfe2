/** Signing in: a wrong password is told kindly, the right one opens the home page; by keyboard alone. */
import assert from 'node:assert/strict'

export const kClerk = 'unit-clerk.320500000.106001'

export async function wrongPassword(walker) {
  const { page } = walker
  await walker.go('/')
  await page.waitForURL('**/sign-in')
  await walker.look('sign-in')
  walker.expect(401, '/session')
  await walker.signIn(kClerk, 'not the password')
  const alert = page.getByRole('alert')
  await alert.waitFor()
  const said = await alert.innerText()
  assert.ok(said.length > 10 && !/401|error|null|undefined/i.test(said), `a sentence for people: ${said}`)
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'password', 'the next key press goes into the password')
  assert.equal(await page.locator('#password').inputValue(), '', 'the wrong password is gone')
  assert.equal(await page.locator('#username').inputValue(), kClerk, 'the user name stays')
  await walker.look('sign-in-refused')
}

export async function signInByKeyboard(walker, who) {
  const { page } = walker
  if (!page.url().endsWith('/sign-in')) await walker.go('/sign-in')
  await walker.tabTo('#username')
  await page.keyboard.press('Control+A')
  await page.keyboard.type(who)
  await page.keyboard.press('Tab')
  await page.keyboard.type(walker.server.passwords[who])
  await page.keyboard.press('Enter')
  await page.waitForURL(walker.server.url + '/')
  await page.getByRole('heading', { level: 1 }).waitFor()
}

export async function home(walker) {
  await walker.page.getByRole('region', { name: walker.t('home.scopes') }).waitFor()
}

export async function signOut(walker) {
  await walker.page.locator('[data-test=account]').click()
  await walker.page.getByRole('menuitem', { name: walker.t('signIn.leave') }).waitFor()
  await walker.look('account-menu')
  await walker.page.keyboard.press('Escape')
  await walker.leave()
  await walker.go('/compilation/project')
  await walker.page.waitForURL(/\/sign-in\?back=/)
  await walker.look('signed-out')
}

/** What a project of a special goal is submitted with: its papers, and the line behind its amount. */
export async function papers(rest, project) {
  for (const kind of ['basis', 'estimate', 'plan']) {
    await rest.ask(kClerk, 'POST', '/compilation/project-paper', { json: { project, kind, title: kind } })
  }
  const row = await rest.ask(kClerk, 'GET', `/compilation/project/${project}`)
  const code = async (list, number) => (await rest.ask(kClerk, 'GET', `/standards/${list}?limit=1&filter=${encodeURIComponent(`code==${number};list_year==${row.fiscal_year}`)}`)).items[0].id
  const line = { project, line_no: 1, year: row.fiscal_year, task: row.name, functional_class: row.functional_class, fund_kind: row.fund_kind, quantity: '1', price: row.year_amount,
    department_economic_class: await code('department-economic-class', '30201') }
  const write = async (government) => rest.ask(kClerk, 'POST', '/compilation/expenditure-line', { json: { ...line, government_economic_class: await code('government-economic-class', government) } })
  await write('50201').catch(() => write('50502')) // by the kind of the unit
}
