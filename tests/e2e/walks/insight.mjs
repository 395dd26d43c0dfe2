/** What a leader looks at: the dashboard from a red city down to the record in three clicks, the one table, the big screen. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Rest, startServer } from '../lib/server.mjs'

const kLeader = 'finance-leader.320000000'
const kBudget = 'budget-division.320000000'
const kPlugins = 'standards,workflow,compilation,ledger,treasury,monitoring,performance,usage,insight'
const kTries = 600

/** A server of its own with every plugin of execution and a year behind it; one for all rounds. */
export async function house(given) {
  given.insight ??= (async () => {
    const server = await startServer({ source: given.source, build: given.build, ui: given.ui, plugins: kPlugins })
    await promisify(execFile)('python3', [join(given.source, 'tests/e2e/lib/execution.py'), join(server.folder, 'onebudget.db'), '2026'])
    const rest = new Rest(server)
    await rest.ask(kBudget, 'POST', '/insight/rebuild', { json: {} })
    for (let at = 0; ; at += 1) {
      const told = await rest.ask(kBudget, 'GET', '/insight/rebuild')
      if (told.state === 'done') break
      assert.ok(at < kTries, 'the table is built')
      await new Promise((later) => { setTimeout(later, 100) })
    }
    return { server, rest }
  })()
  return given.insight
}
export const closeInsight = async (given) => (await given.insight)?.server.stop()

async function dashboard(walker) {
  const { page } = walker
  await walker.menu('/p/insight/dashboard')
  const board = page.locator('[data-test=dashboard]')
  await board.waitFor()
  const map = page.locator('[data-test=map]')
  await map.locator('[data-tile="3205"]').waitFor()
  assert.ok(await map.locator('.tile.danger').count() > 0, 'something is red')
  await page.locator('[data-test=heat] .cell').first().waitFor()
  await page.locator('[data-test=stream] li').first().waitFor()
  await walker.look('dashboard')
  for (const part of ['heat', 'worst', 'grades']) {
    await page.locator(`[data-test=${part}]`).scrollIntoViewIfNeeded()
    await walker.look(`dashboard-${part}`)
  }
  await walker.button(walker.t('insight.asTable'), map).click()
  await map.locator('tbody tr').first().waitFor()
  await walker.button(walker.t('insight.asTable'), page.getByRole('region', { name: walker.t('insight.curve') })).click()
  await page.locator('[data-test=map]').scrollIntoViewIfNeeded()
  await walker.look('dashboard-tables')
}

/** By keyboard alone: a red city, its county, the project: three acts. */
async function whyRed(walker) {
  const { page } = walker
  await walker.go('/p/insight/dashboard?metric=alerts')
  const red = page.locator('[data-test=map] .tile.danger').first()
  await red.waitFor()
  await red.focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(/region=\d{4}/)
  const county = page.locator('[data-test=map] .tile.danger[data-tile]').first()
  await county.waitFor()
  await county.focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(/region=\d{6}/)
  await page.locator('[data-test=map] .tile').first().waitFor()
  const project = page.locator('[data-test=worst] tbody a').first()
  await project.scrollIntoViewIfNeeded()
  await walker.look('dashboard-county')
  await project.focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/insight\/project-line\/\d+/)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await walker.look('line-record')
}

async function table(walker) {
  const { page } = walker
  await walker.menu('/p/insight/projects')
  const rows = page.locator('[data-test=table] tbody tr')
  await rows.first().waitFor()
  await page.locator('[data-test=standing]').waitFor()
  await walker.look('projects')
  await walker.go('/p/insight/projects?year=2026&alert=any&sort=-paid_amount')
  await rows.first().waitFor()
  await walker.look('projects-alerts')
  await walker.go('/p/insight/projects?year=2026&department=106')
  await page.locator('[data-test=department]').waitFor()
  await rows.first().waitFor()
  await walker.look('projects-department')
  await walker.go('/p/insight/projects?year=2026&region=320000000&sort=-paid_amount')
  await rows.first().locator('.linkish').first().waitFor()
  await rows.first().locator('.linkish').last().click() // what was paid, as entries of the ledger
  await page.waitForURL(/\/ledger\/(entry|reservation)\?/)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await walker.look('projects-behind')
}

async function screen(walker) {
  const { page } = walker
  if (!walker.phone) await page.setViewportSize({ width: 1920, height: 1080 })
  await walker.go('/p/insight/screen')
  const wall = page.locator('[data-test=screen]')
  await wall.locator('[data-tile="3205"]').waitFor()
  await walker.look('screen')
  await page.keyboard.press('ArrowRight')
  await wall.locator('[data-test=heat]').waitFor()
  await walker.look('screen-heat')
  await page.keyboard.press('ArrowRight')
  await wall.locator('[data-test=map]').waitFor()
  await page.keyboard.press('ArrowRight')
  await wall.locator('[data-test=worst]').waitFor()
  await walker.look('screen-worst')
  await wall.locator('[data-test=leave]').click()
  await page.waitForURL(/\/p\/insight\/dashboard/)
  await page.locator('[data-test=dashboard]').waitFor()
}

/** An alert that is raised while the dashboard is open comes to the top by itself. */
async function live(walker, { rest }) {
  const { page } = walker
  const mark = `${walker.language}-${walker.size}`
  await walker.go('/p/insight/dashboard')
  const stream = page.locator('[data-test=stream]')
  await stream.getByText(walker.t('insight.live')).waitFor()
  const node = (await rest.ask(kBudget, 'GET', '/system/node?q=320583000-106001')).items.find((one) => one.code === '320583000-106001').id
  await rest.ask('supervision-division.320000000', 'POST', '/monitoring/fact', { json: { unit: node, subject: 'line', object: mark, object_title: mark, fiscal_year: 2026, told_by: 'e2e',
    facts: { issued_on: '2026-01-05', budget: '100.00', paid: '0.00', scheduled: true } } })
  await rest.ask('supervision-division.320000000', 'POST', '/monitoring/evaluate', { json: { day: '2026-11-30' } })
  await stream.getByText(mark).first().waitFor()
}

export async function walkInsight(open, given) {
  const place = await house(given)
  const walker = await open({ server: place.server, rest: place.rest })
  await walker.enter(kLeader)
  await walker.step('the dashboard', () => dashboard(walker))
  await walker.step('why a number is red', () => whyRed(walker))
  await walker.step('the one table', () => table(walker))
  await walker.step('an alert comes by itself', () => live(walker, place))
  await walker.step('the big screen', () => screen(walker))
  await walker.step('dark', async () => {
    await walker.page.evaluate(() => document.documentElement.classList.add('dark'))
    await walker.look('dashboard-dark')
  })
  await walker.close()
}
