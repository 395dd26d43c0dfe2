/** An empty system: the one-time secret makes the root and the three administrators, who then sign in. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startServer } from '../lib/server.mjs'

const kPassword = 'Start-Secret-2026'

export async function walkStart(open, given) {
  const server = await startServer({ ...given, demo: false })
  try {
    const walker = await open({ server })
    const { page } = walker
    const fill = (id, value) => page.locator(`#${id}`).fill(value)
    await walker.step('first start', async () => {
      await walker.go('/')
      await page.waitForURL('**/start')
      await walker.button(walker.t('start.begin')).click()
      await page.getByRole('alert').waitFor()
      await walker.look('start')
      await fill('secret', 'not the secret')
      await fill('root-code', '320000000')
      await fill('root-name', 'Root')
      for (const post of ['system', 'security', 'audit']) {
        await fill(`${post}-username`, `first.${post}`)
        await fill(`${post}-name`, `First ${post}`)
        await fill(`${post}-password`, kPassword)
      }
      walker.expect(401, '/session/bootstrap')
      await walker.button(walker.t('start.begin')).click()
      await page.locator('.error-panel').waitFor()
      await walker.look('start-refused')
      await fill('secret', (await readFile(join(server.folder, 'bootstrap.secret'), 'utf8')).trim())
      await walker.button(walker.t('start.begin')).click()
      await page.waitForURL('**/sign-in')
      await walker.signIn('first.security', kPassword)
      await page.waitForURL(`${server.url}/`)
      await page.getByRole('region', { name: walker.t('home.scopes') }).waitFor()
      await walker.look('start-home')
    })
    await walker.close()
  } finally {
    await server.stop()
  }
}
