/** The platform's own figures: empty at first, then an import that was refused and one that was taken, opened down to the events. */
import assert from 'node:assert/strict'
import { Rest, startServer } from '../lib/server.mjs'

const kBudget = 'budget-division.320000000'
const kClerk = 'unit-clerk.320583000.106001'
const kPlugins = 'standards,workflow,compilation,performance,usage'
const kTries = 600

/** A server of its own, one for all rounds: a unit's clerk sends one file that is refused and one that is taken. */
async function house(given) {
  given.usage ??= (async () => {
    const server = await startServer({ source: given.source, build: given.build, ui: given.ui, plugins: kPlugins })
    const rest = new Rest(server)
    const send = async (rows) => {
      const token = await rest.token(kClerk)
      await fetch(`${server.url}/api/v1/compilation/project/import?format=jsonl`, { method: 'POST', headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/x-ndjson' }, body: rows.map((row) => JSON.stringify(row)).join('\n') })
    }
    await send([{ name: '' }, { name: 'B', category: 'nothing' }])
    for (let at = 0; ; at += 1) {
      const told = await rest.ask(kBudget, 'GET', `/usage/figures?by=region&year=${new Date().getFullYear()}`)
      if (told.total.figures.imports.refused_files > 0) break
      assert.ok(at < kTries, 'the refused file is counted')
      await new Promise((later) => { setTimeout(later, 100) })
    }
    return { server, rest }
  })()
  return given.usage
}
export const closeUsage = async (given) => (await given.usage)?.server.stop()

async function figures(walker) {
  const { page } = walker
  await walker.menu('/p/usage/figures')
  await page.locator('[data-test=figures]').waitFor()
  await page.locator('[data-test=keys] li').nth(6).waitFor()
  await walker.look('usage')
  const imports = page.locator('[data-test=imports]')
  await imports.scrollIntoViewIfNeeded()
  await walker.button(walker.t('usage.asTable'), imports).click()
  await imports.locator('tbody tr').first().waitFor()
  await walker.look('usage-table')
}

/** By keyboard alone: a region, then the events behind its number. */
async function down(walker) {
  const { page } = walker
  await walker.go('/p/usage/figures?measure=errorRate')
  const cell = page.locator('[data-test=grid] tbody td a').first()
  await cell.waitFor()
  await cell.scrollIntoViewIfNeeded()
  await walker.look('usage-grid')
  const region = page.locator('[data-test=regions] tbody button').first()
  await region.waitFor()
  await region.focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(/region=\d+/)
  const number = page.locator('[data-test=regions] tbody tr.here td a').first()
  await number.waitFor()
  await walker.look('usage-region')
  await number.focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/usage\/event\?filter=/)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await walker.look('usage-events')
}

export async function walkUsage(open, given) {
  const { server } = await house(given)
  const walker = await open({ server })
  await walker.step('sign in', () => walker.enter(kBudget))
  await walker.step('the figures', () => figures(walker))
  await walker.step('down to the events', () => down(walker))
  await walker.close()
}
