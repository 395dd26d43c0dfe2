/** A page that a plugin brings along works with the shell's own parts; one that breaks or never comes, does so alone. */
import assert from 'node:assert/strict'
import { kClerk } from '../entry.mjs'

const kPage = '/p/guestbook/sum'

/** Once for the server: the clerk may read the guestbook and its sum. */
export async function allow({ rest }) {
  if ((await rest.ask('secadmin', 'GET', '/system/role?limit=200')).items.some((one) => one.code === 'guest_reader')) return
  await rest.ask('secadmin', 'POST', '/system/role', { json: { code: 'guest_reader', title: { zh: '留言读者', en: 'Guest reader' }, permissions: ['guestbook.entry.read', 'guestbook.entry.sum'] } })
  await rest.ask('secadmin', 'POST', '/system/grant', { json: { username: kClerk, role_code: 'guest_reader', node_code: '320500000-106001', reach: 'self' } })
}

async function whole(walker) {
  const { page } = walker
  await walker.menu(kPage)
  const title = walker.language === 'zh' ? '捐赠合计' : 'Sum of gifts'
  await walker.heading(title)
  const sum = page.locator('[data-test=guestbook-sum]')
  await sum.locator('dd').first().waitFor()
  assert.match(await sum.innerText(), walker.language === 'zh' ? /留言[\s\S]*捐赠/ : /Entries[\s\S]*Gifts/)
  await walker.look('contributed')
  await page.locator('[data-test=language]').click()
  await walker.heading(walker.language === 'zh' ? 'Sum of gifts' : '捐赠合计') // it shares the shell's language
  await page.locator('[data-test=language]').click()
  await walker.heading(title)
  await page.reload()
  await walker.heading(title) // its own address works from outside as well
}

/** Each way to break is played on the module's address; the shell around it must go on. */
async function broken(walker) {
  const { page } = walker
  const ways = {
    throws: "throw new Error('broken on purpose')",
    setup: "import { h } from 'vue'\nexport default { setup() { throw new Error('broken in setup') }, render: () => h('p') }",
    nothing: 'export const other = 1',
    eval: "import { h } from 'vue'\nexport default { setup() { return () => h('p', new Function('return 1')()) } }",
  }
  for (const [way, body] of Object.entries(ways)) {
    await page.route('**/plugin-ui/**', (route) => route.fulfill({ status: 200, contentType: 'text/javascript', body }))
    await page.goto(walker.server.url + kPage)
    const told = page.locator('[data-test=page-broken]')
    await told.waitFor()
    if (way === 'throws') {
      assert.match(await told.innerText(), /broken on purpose/)
      await walker.look('contributed-broken')
    }
    if (way === 'eval') walker.faults = walker.faults.filter((one) => !/unsafe-eval|Content Security Policy/.test(one)) // refused, as it must be
    await walker.menu('/compilation/project')
    await page.locator('.data-table tbody tr').first().waitFor() // every other page works
    await page.unrouteAll({ behavior: 'wait' })
  }
  await page.goto(walker.server.url + kPage)
  await page.locator('[data-test=guestbook-sum] dd').first().waitFor()
}

/** The module of the page never comes: after the shell's patience it is told, and the menu works. */
async function late(walker) {
  const { page } = walker
  if (walker.phone || walker.language === 'en') return // it takes the shell's whole patience: once is enough
  await page.route('**/plugin-ui/**', () => undefined)
  await page.goto(walker.server.url + kPage)
  const told = page.locator('[data-test=page-broken]')
  await told.waitFor({ timeout: 120_000 })
  await walker.look('contributed-late')
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  await walker.menu('/compilation/project')
  await page.locator('.data-table tbody tr').first().waitFor()
}

export async function walkContributed(open, given) {
  await allow(given)
  const walker = await open()
  await walker.step('sign in', () => walker.enter(kClerk))
  await walker.step('a page of a plugin', () => whole(walker))
  await walker.step('a broken page', () => broken(walker))
  await walker.step('a page that never comes', () => late(walker))
  await walker.step('a page that is not there', async () => {
    await walker.go('/p/guestbook/other')
    await walker.page.getByText(walker.t('contributed.missing')).waitFor()
    await walker.look('contributed-missing')
  })
  await walker.close()
}
