/** What a browser must fetch before the first page can be used, packed as servers pack it. */
import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { kClerk } from './walks/entry.mjs'

const kMostKiB = 450

export async function weighFirstLoad({ browser, server }) {
  const context = await browser.newContext()
  const page = await context.newPage()
  const files = new Map()
  const bodies = []
  page.on('requestfinished', (request) => {
    const path = new URL(request.url()).pathname
    if (path.startsWith('/api/')) return
    bodies.push(request.response().then((response) => response.body()).then((body) => files.set(path, gzipSync(body, { level: 9 }).length)))
  })
  await page.goto(`${server.url}/sign-in`)
  await page.locator('#username').fill(kClerk)
  await page.locator('#password').fill(server.passwords[kClerk])
  await page.keyboard.press('Enter')
  await page.waitForURL(`${server.url}/`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.locator('[data-test=todo-count]').waitFor() // a part that a plugin brings belongs to it
  // Parts asked for by the page itself belong to it. The stream of events stays open, so the network never falls silent.
  await page.waitForLoadState('load')
  await page.evaluate(() => new Promise((done) => { requestIdleCallback(done) }))
  await Promise.all(bodies)
  await context.close()
  const total = [...files.values()].reduce((sum, size) => sum + size, 0) / 1024
  console.log(`first load: ${total.toFixed(1)} KiB in ${files.size} files (gzip), at most ${kMostKiB}`)
  assert.ok(files.size > 3, 'the page came from files')
  assert.ok(total <= kMostKiB, `${total.toFixed(1)} KiB is too much: ${JSON.stringify(Object.fromEntries(files))}`)
}
