/** A vendor writes a page against a running server: what is saved is shown at once, with the session and the shell as they were. */
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPages } from '../../../../sdk/ui/dev.mjs'
import { allow } from './contributed.mjs'
import { kClerk } from '../entry.mjs'

const kPage = '/p/guestbook/sum'
const pageSaying = (text) => `<script setup lang="ts">
import { ref } from 'vue'
import { me } from '@onebudget/ui'
const name: string = me().name
const times = ref(0)
</script>
<template><section data-test="draft"><h1>${text}</h1><p>{{ name }}</p><button @click="times += 1">{{ times }}</button></section></template>
<style scoped>h1 { border-inline-start: 4px solid }</style>
`

export async function walkVendor(open, given) {
  await allow(given)
  const source = await mkdtemp(join(tmpdir(), 'onebudget-page-'))
  const file = join(source, 'sum.vue')
  await writeFile(file, pageSaying('初稿'))
  const pages = await startPages({ server: given.server.url, plugin: 'guestbook', modules: join(given.source, 'ui/node_modules'), source })
  try {
    const walker = await open({ server: { ...given.server, url: pages.url } })
    const { page } = walker
    const draft = page.locator('[data-test=draft]')
    await walker.step('sign in through the development server', () => walker.enter(kClerk))
    await walker.step('the file is the page', async () => {
      await walker.menu(kPage)
      await draft.getByText('初稿').waitFor()
      assert.ok((await draft.locator('p').innerText()).length > 0) // the shell's own session, not a second one
      await draft.locator('button').click()
      await draft.getByRole('button', { name: '1' }).waitFor()
      assert.equal(await draft.locator('h1').evaluate((one) => getComputedStyle(one).borderInlineStartWidth), '4px')
    })
    await walker.step('a saved change is shown without a reload', async () => {
      await page.evaluate(() => { window.asItWas = true })
      await writeFile(file, pageSaying('第二稿'))
      await draft.getByText('第二稿').waitFor()
      assert.equal(await page.evaluate(() => window.asItWas), true)
      await walker.look('vendor')
    })
    await walker.step('a mistake is told where it is, and gone when it is mended', async () => {
      await writeFile(file, '<template><p></template>')
      await page.locator('vite-error-overlay').waitFor({ state: 'attached' })
      await writeFile(file, pageSaying('第三稿'))
      await draft.getByText('第三稿').waitFor()
      await page.locator('vite-error-overlay').waitFor({ state: 'detached' })
      walker.faults = walker.faults.filter((one) => !/\[vite\]|sum\.vue/.test(one)) // told by vite, as it must be
    })
    await walker.step('data and other pages come from the server', async () => {
      await walker.menu('/compilation/project')
      await page.locator('.data-table tbody tr').first().waitFor()
    })
    await walker.close()
  } finally {
    await pages.close()
    await rm(source, { recursive: true, force: true })
  }
}
