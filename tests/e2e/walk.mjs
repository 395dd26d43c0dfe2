/**
 * The whole walk through the interface, in both languages on a desktop and on a phone:
 *   node walk.mjs SOURCE BUILD UI_DIST [SHOTS]
 * ONEBUDGET_WALK=en-phone (or system, en-phone-system, weight, everywhere) takes only that; `everywhere`, every page of every plugin, runs only so. Screenshots go to SHOTS, else to a folder that is removed when all is well.
 */
import { mkdtemp, mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { chromium } from 'playwright-core'
import { startServer, Rest } from './lib/server.mjs'
import { kSizes, Walker } from './lib/walker.mjs'
import { keyGroups } from './lib/words.mjs'
import { walkBudget } from './walks/budget.mjs'
import { walkContributed } from './walks/plugins/contributed.mjs'
import { walkEverywhere } from './everywhere.mjs'
import { walkDeclare } from './walks/declare.mjs'
import { walkInbox } from './walks/inbox.mjs'
import { closeInsight, walkInsight } from './walks/insight.mjs'
import { walkJourney } from './walks/journey.mjs'
import { walkKit } from './walks/kit.mjs'
import { walkLedger } from './walks/ledger.mjs'
import { walkMap } from './walks/map.mjs'
import { walkMonitoring } from './walks/monitoring.mjs'
import { walkPerformance } from './walks/performance.mjs'
import { walkProofs } from './walks/proofs.mjs'
import { walkRecords } from './walks/records.mjs'
import { walkStart } from './walks/start.mjs'
import { walkSystem } from './walks/system.mjs'
import { walkTreasury } from './walks/treasury.mjs'
import { walkTrials } from './walks/trials.mjs'
import { walkUpkeep } from './walks/upkeep.mjs'
import { closeUsage, walkUsage } from './walks/usage.mjs'
import { walkVendor } from './walks/plugins/vendor.mjs'
import { weighFirstLoad } from './weight.mjs'

const [source, build, ui, shots] = process.argv.slice(2).map((path) => resolve(path))
if (!ui) {
  console.error('node walk.mjs SOURCE BUILD UI_DIST [SHOTS]')
  process.exit(2)
}
const kLanguages = ['zh', 'en']
const kWalks = {
  start: walkStart, records: walkRecords, kit: walkKit, contributed: walkContributed, inbox: walkInbox, declare: walkDeclare, journey: walkJourney, budget: walkBudget, ledger: walkLedger,
  treasury: walkTreasury, monitoring: walkMonitoring, performance: walkPerformance, insight: walkInsight, map: walkMap, usage: walkUsage, proofs: walkProofs, system: walkSystem, upkeep: walkUpkeep, trials: walkTrials,
  everywhere: walkEverywhere,
}
const only = process.env.ONEBUDGET_WALK
const kRounds = kLanguages.flatMap((language) => Object.keys(kSizes).map((size) => `${language}-${size}`))
const kNames = ['weight', 'vendor', ...kRounds, ...Object.keys(kWalks)]
if (only && !kNames.includes(only) && !kRounds.some((round) => Object.keys(kWalks).some((name) => only === `${round}-${name}`))) {
  console.error(`ONEBUDGET_WALK=${only} is no walk. Known: ${kNames.join(', ')}, and a round with a walk, as in ${kRounds[0]}-${Object.keys(kWalks)[0]}`)
  process.exit(2)
}
const given = { source, build, ui, groups: await keyGroups(source), shots: shots ?? await mkdtemp(join(tmpdir(), 'onebudget-shots-')) }
let failed = 0

before(async () => {
  await mkdir(given.shots, { recursive: true })
  given.server = await startServer({ source, build, ui })
  // Ended from outside (a test runner's time limit): the server must not outlive the walk.
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => given.server.stop().finally(() => process.exit(1)))
  given.rest = new Rest(given.server)
  given.browser = await chromium.launch({ executablePath: process.env.ONEBUDGET_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] })
})
after(async () => {
  await given.browser?.close()
  await closeInsight(given)
  await closeUsage(given)
  await given.server?.stop()
  if (failed || shots) console.log(`screenshots: ${given.shots}`)
  else await rm(given.shots, { recursive: true, force: true })
})

if (!only || only === 'weight') test('first load', () => weighFirstLoad(given))
if (!only || only === 'vendor') test('a page while it is written', () => walkVendor((other = {}) => Walker.open({ ...given, language: 'zh', size: 'wide', ...other }), given))
for (const language of kLanguages) {
  for (const size of Object.keys(kSizes)) {
    for (const [name, walk] of Object.entries(kWalks)) {
      const round = `${language}-${size}`
      if (only ? ![round, name, `${round}-${name}`].includes(only) : name === 'everywhere') continue // the sweep of every page is asked for by name
      test(`${name}, ${language}, ${size}`, async () => {
        const open = Object.assign((other = {}) => Walker.open({ ...given, language, size, ...other }), { language, size })
        try {
          await walk(open, given)
        } catch (error) {
          failed += 1
          throw error
        }
      })
    }
  }
}
