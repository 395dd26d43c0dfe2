/** What keeps a system running: settings, backups, undelivered events, another version of a plugin. */
import assert from 'node:assert/strict'

const row = (page, words) => page.locator('.data-table tbody tr', { hasText: words })

async function settings(walker, rest) {
  const { page } = walker
  await walker.menu('/system/setting')
  await row(page, 'workflow.recall_minutes').waitFor()
  await walker.look('settings')
  await row(page, 'workflow.recall_minutes').getByRole('button').click()
  const input = page.locator('#setting-value')
  await input.fill('ten')
  await page.keyboard.press('Enter')
  await page.getByText(walker.t('setting.notWhole')).waitFor()
  await walker.look('setting-refused')
  const now = (await rest.ask('sysadmin', 'GET', '/system/setting/workflow.recall_minutes')).value
  const wanted = now === 10 ? 11 : 10
  await input.fill(String(wanted))
  await page.keyboard.press('Enter')
  await input.waitFor({ state: 'detached' })
  assert.equal((await rest.ask('sysadmin', 'GET', '/system/setting/workflow.recall_minutes')).value, wanted)
}

async function backups(walker) {
  const { page } = walker
  await walker.menu('/system/backup')
  await page.getByRole('heading', { level: 1, name: walker.t('backup.pageTitle') }).waitFor()
  await page.locator('[data-test=make-backup]').click()
  await page.locator('.data-table tbody tr').first().waitFor() // the job's end is told by the server's events
  await page.locator('.data-table tbody tr').first().getByRole('button').first().click()
  await page.getByText(walker.t('backup.verified')).waitFor()
  await walker.look('backups')
}

async function events(walker) {
  const { page } = walker
  await walker.menu('/system/event')
  await page.getByText(walker.t('event.none')).waitFor()
  await walker.look('events-none')
  const letter = { id: '7', receiver: 'compilation', topic: 'workflow.case.returned', key: 'compilation.project/12', at: '2026-01-02T03:04:05.678Z', reason: 'compilation.version', attempts: 8 }
  let letters = [letter]
  await page.route('**/api/v1/system/event/dead-letter?**', (route) => route.fulfill({ status: 200, contentType: 'application/json', body: JSON.stringify({ items: letters, next_cursor: null }) }))
  await page.route('**/api/v1/system/event/dead-letter/7/replay', (route) => {
    letters = []
    return route.fulfill({ status: 204 })
  })
  await page.reload()
  await row(page, letter.topic).waitFor()
  await walker.look('events')
  await row(page, letter.topic).getByRole('button').click()
  await walker.button(walker.t('event.replay'), page.locator('.el-message-box, .el-dialog').last()).click()
  await page.getByText(walker.t('event.none')).waitFor()
  await page.unrouteAll({ behavior: 'wait' })
}

/** The demo has one version of each plugin, so another one is played: the list and the plan are the server's, with that added. */
async function versions(walker) {
  const { page } = walker
  await page.route('**/api/v1/system/plugin', async (route) => {
    const answer = await (await route.fetch()).json()
    for (const one of answer.items) if (one.id === 'guestbook') Object.assign(one, { versions: ['0.0.9', '0.1.0', '0.2.0'], previous_version: '0.0.9' })
    return route.fulfill({ status: 200, contentType: 'application/json', body: JSON.stringify(answer) })
  })
  await page.route('**/api/v1/system/plugin/guestbook/plan?to=**', (route) => route.fulfill({ status: 200, contentType: 'application/json', body: JSON.stringify({
    id: 'guestbook', version: '0.2.0', actions: ['add column guestbook_entry.mood'], migrations: [], refusals: [],
    permissions: [{ code: 'guestbook.entry.read', title: { zh: '留言：查看', en: 'Entries: read' }, risk: 'low' }, { code: 'guestbook.entry.wipe', title: { zh: '留言：清空', en: 'Entries: wipe' }, risk: 'high' }],
  }) }))
  await walker.menu('/system/plugin')
  await row(page, 'guestbook').locator('[data-test=upgrade]').click()
  const plan = page.locator('[data-test=upgrade-plan]')
  await plan.getByText('guestbook.entry.wipe').waitFor()
  await walker.look('upgrade')
  await page.keyboard.press('Escape')
  await plan.waitFor({ state: 'detached' })
  await row(page, 'guestbook').locator('[data-test=rollback]').click()
  await page.getByRole('dialog').getByText('0.0.9').first().waitFor()
  await walker.look('rollback')
  await page.keyboard.press('Escape')
  await page.unrouteAll({ behavior: 'wait' })
}

export async function walkUpkeep(open, { rest }) {
  const walker = await open()
  await walker.step('sign in as system administrator', () => walker.enter('sysadmin'))
  await walker.step('settings', () => settings(walker, rest))
  await walker.step('backups', () => backups(walker))
  await walker.step('undelivered events', () => events(walker))
  await walker.step('versions of a plugin', () => versions(walker))
  await walker.close()
}
