/**
 * Every page of the menu of every plugin, as a clerk, a leader and an administrator see them: no finding of axe, nothing refused, no
 * error, nothing wider than the window, no text left untranslated. Each round is seen in a display of its own.
 */
import assert from 'node:assert/strict'
import { house } from './walks/insight.mjs'

const kPeople = ['unit-clerk.320583000.106001', 'finance-leader.320000000', 'sysadmin']
const kLists = kPeople[1]
const kDisplays = {
  'zh-wide': {}, 'en-wide': { theme: 'dark' }, 'zh-phone': { text: 'large' }, 'en-phone': { theme: 'dark', text: 'large' },
}
/** Lists of records are one page with many schemas: a leader at a desk sees them all, the others their own pages. */
const isList = (path) => path !== '/' && !/^\/(p|system|notices)\b/.test(path)
const named = (who, path) => `${who.split('.')[0]}${path === '/' ? '-home' : path.replace(/\W+/g, '-')}`

/** The pages that this person is offered, home first; folded groups as well. */
export async function pagesOf(walker) {
  if (walker.phone) await walker.button(walker.t('shell.openMenu')).click()
  const menu = walker.page.getByRole('navigation', { name: walker.t('shell.navigation') })
  await menu.locator('a[href="/"]').waitFor({ state: 'attached' })
  const paths = await menu.locator('a[href]').evaluateAll((links) => links.map((link) => link.getAttribute('href')))
  return [...new Set(paths)]
}

async function see(walker, who, path) {
  await walker.go(path)
  await walker.page.getByRole('heading', { level: 1 }).first().waitFor()
  await walker.settled()
  assert.equal(await walker.page.locator('.error-panel').count(), 0, `${path} shows what it is for`)
  await walker.look(named(who, path))
}

/** What one person's pages lack does not hide what the next one's do: all is told at the end. */
export async function walkEverywhere(open, given, people = kPeople) {
  const place = await house(given)
  const findings = []
  for (const who of people) {
    const walker = await open({ server: place.server, rest: place.rest })
    const display = kDisplays[`${walker.language}-${walker.size}`]
    // The security policy stays as it is: what is kept in the browser is put there before the page begins.
    await walker.context.addInitScript((kept) => { for (const [key, value] of Object.entries(kept)) localStorage.setItem(`onebudget.${key}`, JSON.stringify(value)) }, display)
    await walker.step(`${who} enters`, () => walker.enter(who))
    const pages = (await pagesOf(walker)).filter((path) => !isList(path) || (who === kLists && !walker.phone))
    assert.ok(pages.length > 3, `${who} has pages`)
    for (const path of pages) await walker.step(named(who, path), () => see(walker, who, path))
    findings.push(...walker.findings.splice(0))
    await walker.close()
  }
  assert.deepEqual(findings, [], 'no page has a finding')
}
