/**
 * What a person waits for, measured in Chromium and printed; nothing fails by its time:
 *   node figures.mjs SOURCE BUILD UI_DIST [SCALE]
 * Pasting 10,000 × 8 cells against the bare grid, turning pages of a list against the interface's own answer, and typing into a large
 * form against a bare input. SCALE is the part of a province's records that is loaded (1 = a million projects; 0.002 without it).
 */
import { resolve } from 'node:path'
import { chromium } from 'playwright-core'
import { startServer } from './lib/server.mjs'

const kRows = 10_000
const kColumns = 8
const kRuns = 5
const kTurns = 20
const kReader = 'budget-division.320000000'
const kClerk = 'unit-clerk.320500000.106001'
const kPatienceMs = 120_000
const [source, build, ui] = process.argv.slice(2, 5).map((path) => resolve(path))
const scale = process.argv[5]
if (!ui) {
  console.error('node figures.mjs SOURCE BUILD UI_DIST [SCALE]')
  process.exit(2)
}

const sorted = (values) => [...values].sort((a, b) => a - b)
const at = (values, part) => sorted(values)[Math.min(values.length - 1, Math.floor(values.length * part))]
const told = (values) => `${at(values, 0.5).toFixed(1)} ms (${sorted(values)[0].toFixed(1)}–${sorted(values).at(-1).toFixed(1)})`

async function enter(browser, server, who) {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'zh-CN', permissions: ['clipboard-read', 'clipboard-write'], reducedMotion: 'reduce' })
  const page = await context.newPage()
  page.setDefaultTimeout(kPatienceMs)
  await page.goto(`${server.url}/sign-in`)
  await page.locator('#username').fill(who)
  await page.locator('#password').fill(server.passwords[who])
  await page.keyboard.press('Enter')
  await page.waitForURL(`${server.url}/`)
  return page
}

/** From the paste until its first cell is painted; `bare` = the grid of the library alone, with as many columns and nothing read or checked. */
async function paste(page, server, bare) {
  await page.goto(`${server.url}/compilation/project/entry`)
  await page.locator('revo-grid .rgCell').first().waitFor()
  if (bare) {
    await page.evaluate(([rows, columns]) => {
      document.querySelector('revo-grid').remove()
      const grid = document.createElement('revo-grid')
      grid.style.cssText = 'position:fixed;inset:60px 0 0 0;z-index:9999;background:#fff;height:640px'
      Object.assign(grid, { range: true, rowHeaders: true, useClipboard: true, rowSize: 32, columns: Array.from({ length: columns }, (_, n) => ({ prop: `c${n}`, name: `c${n}`, size: 130 })), source: Array.from({ length: rows }, () => ({})) })
      document.body.append(grid)
    }, [kRows, kColumns])
    await page.locator('revo-grid .rgCell[data-rgcol="0"]').first().waitFor()
  }
  const cell = page.locator('revo-grid .rgCell[data-rgrow="0"][data-rgcol="0"]').last()
  await cell.click()
  await page.locator('revogr-focus').first().waitFor({ state: 'attached' })
  await page.evaluate(([rows, columns]) => navigator.clipboard.writeText(Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, () => String(1000 + (row % 9000))).join('\t')).join('\n')), [kRows, kColumns])
  await page.evaluate(() => {
    window.pasted = new Promise((done) => {
      document.addEventListener('paste', () => {
        const start = performance.now()
        const look = () => {
          const cells = [...document.querySelectorAll('revo-grid .rgCell[data-rgrow="0"][data-rgcol="0"]')]
          if (cells.some((one) => one.textContent.trim() === '1000')) requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)))
          else requestAnimationFrame(look)
        }
        requestAnimationFrame(look)
      }, { capture: true, once: true })
    })
  })
  await page.keyboard.press('Control+V')
  return page.evaluate(() => window.pasted)
}

/** A click on "next" until other rows are painted, and the part of it that is the interface's own answer. */
async function turn(page) {
  return page.evaluate(async () => {
    const first = () => document.querySelector('.data-table tbody tr')?.textContent
    const before = first()
    performance.clearResourceTimings()
    const start = performance.now()
    document.querySelector('.pager .row .el-button:last-child').click()
    while (first() === before || document.querySelector('.data-table-scroll')?.getAttribute('aria-busy') === 'true') await new Promise(requestAnimationFrame)
    await new Promise((painted) => { requestAnimationFrame(() => requestAnimationFrame(painted)) })
    const answers = performance.getEntriesByType('resource').filter((one) => /\/api\/v1\/compilation\/project\?/.test(one.name))
    return { all: performance.now() - start, answer: Math.max(...answers.map((one) => one.duration)) }
  })
}

/** From each key until what it typed is painted. */
async function typing(page, selector) {
  await page.locator(selector).click()
  await page.evaluate(() => {
    window.keys = []
    document.addEventListener('keydown', () => {
      const start = performance.now()
      requestAnimationFrame(() => { const seen = new MessageChannel(); seen.port1.onmessage = () => window.keys.push(performance.now() - start); seen.port2.postMessage(0) })
    }, { capture: true })
  })
  await page.keyboard.type('a name of sixty letters that nobody would give to any project', { delay: 40 })
  return page.evaluate(() => window.keys)
}

const server = await startServer({ source, build, ui, ...(scale ? { scale } : {}) })
const browser = await chromium.launch({ executablePath: process.env.ONEBUDGET_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] })
try {
  const clerk = await enter(browser, server, kClerk)
  const [own, bare] = [[], []]
  for (let run = 0; run < kRuns; run += 1) {
    own.push(await paste(clerk, server, false))
    bare.push(await paste(clerk, server, true))
  }
  console.log(`paste ${kRows} × ${kColumns}: ${told(own)}, bare grid ${told(bare)}, ratio ${(at(own, 0.5) / at(bare, 0.5)).toFixed(2)} (goal 1.5)`)

  await clerk.goto(`${server.url}/compilation/project/new`)
  await clerk.locator('#f-name').waitFor()
  const form = await typing(clerk, '#f-name')
  const empty = await clerk.context().newPage()
  await empty.setContent('<input id="bare">')
  const plain = await typing(empty, '#bare')
  console.log(`a key in a form of all fields: ${told(form)}, p95 ${at(form, 0.95).toFixed(1)} ms; in a bare input ${told(plain)}`)

  const reader = await enter(browser, server, kReader)
  const opened = []
  const turns = []
  await reader.goto(`${server.url}/compilation/project`)
  await reader.locator('.data-table tbody tr').first().waitFor()
  for (let n = 0; n < kTurns && await reader.locator('.pager .row .el-button:last-child').isEnabled(); n += 1) turns.push(await turn(reader))
  for (let n = 0; n < kRuns; n += 1) {
    await reader.goto(`${server.url}/compilation/project`)
    await reader.locator('.data-table tbody tr').first().waitFor()
    opened.push(await reader.evaluate(() => performance.now()))
  }
  const ratios = turns.map((one) => one.all / one.answer)
  console.log(`a page of a list turned: ${told(turns.map((one) => one.all))}, its answer ${told(turns.map((one) => one.answer))}, ratio median ${at(ratios, 0.5).toFixed(2)}, p95 ${at(ratios, 0.95).toFixed(2)} (goal 2)`)
  console.log(`the list opened by its address: ${told(opened)}`)
} finally {
  await browser.close()
  await server.stop()
}
