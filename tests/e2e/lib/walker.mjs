/** One person at one browser window: every page looked at is checked for access, width, texts and silence of the console. */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { dataStrings, rawKeys, sortedByLength, textFiles, untranslated } from './words.mjs'

export const kSizes = { wide: { width: 1366, height: 768 }, phone: { width: 390, height: 844 } }
/** A4 at the resolution that browsers lay out for. */
const kPaper = { width: 794, height: 1123 }
const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** On a machine that others keep busy a page comes later: told from outside, nothing depends on it otherwise. */
const kPatienceMs = Number(process.env.ONEBUDGET_PATIENCE_MS ?? 15_000)
const locales = new Map()

async function messages(source, language) {
  const key = `${source} ${language}`
  if (!locales.has(key)) {
    const parts = await Promise.all((await textFiles(source, language)).map((file) => readFile(file, 'utf8').then(JSON.parse)))
    locales.set(key, Object.assign({}, ...parts))
  }
  return locales.get(key)
}

export class Walker {
  /** `given`: browser, server, language, size, source, groups (of message keys), shots (folder). */
  static async open(given) {
    const walker = new Walker()
    Object.assign(walker, given, { faults: [], findings: [], expected: [], data: new Set(), count: 0 })
    walker.texts = await messages(given.source, given.language)
    walker.context = await given.browser.newContext({
      viewport: kSizes[given.size], locale: given.language === 'zh' ? 'zh-CN' : 'en-GB', timezoneId: given.timezone, reducedMotion: 'reduce', acceptDownloads: true,
    })
    walker.page = await walker.context.newPage()
    walker.page.setDefaultTimeout(kPatienceMs)
    walker.listen()
    return walker
  }

  listen() {
    this.page.on('pageerror', (error) => this.faults.push(`uncaught: ${error.message}`))
    this.page.on('console', (message) => {
      // A refused request is judged below by its answer; the browser's own line about it says no more.
      if (message.type() === 'error' && !/^Failed to load resource/.test(message.text())) this.faults.push(`console: ${message.text()}`)
    })
    this.page.on('response', (response) => {
      const path = new URL(response.url()).pathname
      if (response.status() >= 400) {
        const at = this.expected.findIndex((one) => one.status === response.status() && path.endsWith(one.path))
        if (at < 0) this.faults.push(`${response.request().method()} ${path} answered ${response.status()}`)
        else this.expected.splice(at, 1)
      }
    })
    // Only what has arrived in full is read: the body of an answer that a navigation cut off never comes.
    this.page.on('requestfinished', (request) => { this.reading = Promise.all([this.reading, this.read(request)]) })
  }

  async read(request) {
    const response = await request.response().catch(() => null) // the page may have been closed
    if (!response?.ok() || !/json/.test(response.headers()['content-type'] ?? '')) return
    const late = new Promise((resolve) => { setTimeout(resolve, kPatienceMs).unref() })
    const body = await Promise.race([response.json().catch(() => null), late]) // the page may have been left meanwhile
    if (!body) return
    dataStrings(body, this.data)
    // What a definition calls its steps is data, though the member is called a title.
    if (/\/workflow\//.test(request.url())) for (const one of [...body.tasks ?? [], ...body.items ?? []]) if (typeof one.title === 'string') this.data.add(one.title)
    // So is the title of a record; only the system's own lists speak to the reader.
    if (!/\/api\/v1\/system\//.test(request.url())) for (const one of body.items ?? []) if (typeof one?.title === 'string') this.data.add(one.title)
  }

  /** An answer that this part of the walk provokes; without this, any answer of 400 and above is a fault. */
  expect(status, path) { this.expected.push({ status, path }) }

  t(key, values = {}) {
    const text = key.split('.').reduce((at, part) => at?.[part], this.texts)
    assert.equal(typeof text, 'string', `the message ${key} exists`)
    return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''))
  }
  get phone() { return this.size === 'phone' }
  say(text) { return typeof text === 'string' ? text : text[this.language] }

  async go(path) { await this.page.goto(this.server.url + path, { waitUntil: 'domcontentloaded' }) }
  async heading(text) { await this.page.getByRole('heading', { level: 1, name: text }).waitFor() }
  /** The input with this label, whether or not a star says that it must be filled in. */
  field(label) {
    const text = new RegExp(`^\\s*${label.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(\\s*\\*)?\\s*$`)
    return this.page.getByLabel(text).and(this.page.locator('input, textarea'))
  }
  button(name, within = this.page) { return within.getByRole('button', { name, exact: true }) }
  link(name, within = this.page) { return within.getByRole('link', { name, exact: true }) }

  /** Loads and animations done: nothing says that it is busy, and nothing is half open. */
  async settled() {
    // Asked once a frame from inside: waitForFunction would need eval, which the page's security policy forbids.
    const busy = await this.page.evaluate(async (most) => {
      const state = () => document.querySelector('[aria-busy="true"], .skeleton, .is-loading, [class*="-enter-active"], [class*="-leave-active"]')?.className
        ?? (document.fonts.status !== 'loaded' ? 'fonts' : document.getAnimations().some((one) => one.playState === 'running' && one.effect?.getTiming().iterations !== Infinity) ? 'animation' : null)
      const end = performance.now() + most
      while (state() !== null && performance.now() < end) await new Promise(requestAnimationFrame)
      return state()
    }, kPatienceMs)
    assert.equal(busy, null, 'the page comes to rest')
    await this.reading
  }

  /** Names what fails, with a picture of the moment. */
  async step(name, act) {
    try {
      return await act()
    } catch (error) {
      const picture = join(this.shots, `${this.language}-${this.size}-failed-${name.replace(/\W+/g, '-')}.png`)
      await this.page.screenshot({ path: picture }).catch(() => undefined) // the page may be gone; the error below says why
      error.message = `${this.language} ${this.size}, ${name}: ${error.message}\n${[...this.findings, ...this.faults].join('\n')}\nsee ${picture}`
      throw error
    }
  }

  /** Every check on what is shown now; `name` names the screenshot and the failure. */
  async look(name) {
    await this.settled()
    this.count += 1
    const label = `${this.language} ${this.size} ${name}`
    await this.page.screenshot({ path: join(this.shots, `${this.language}-${this.size}-${String(this.count).padStart(2, '0')}-${name}.png`) })
    // One page's findings do not hide those of the next: all are told at the end.
    await this.checkAccess(label)
    await this.checkWidth(label)
    await this.checkWords(label)
    this.find(label, this.faults.splice(0))
  }

  /** As it comes out on A4: a picture, without the frame of the application, and nothing cut off at the right. */
  async print(name) {
    await this.settled()
    const size = this.page.viewportSize()
    await this.page.setViewportSize(kPaper)
    await this.page.emulateMedia({ media: 'print' })
    await this.page.screenshot({ path: join(this.shots, `${this.language}-${this.size}-print-${name}.png`), fullPage: true })
    const wrong = await this.page.evaluate((wide) => {
      const seen = (element) => element.checkVisibility() && element.getBoundingClientRect().width > 0
      const frame = [...document.querySelectorAll('.shell-bar, .shell-nav, main .el-button, .crumbs')].filter(seen).map((one) => `printed though it is no content: ${one.className}`)
      const cut = [...document.querySelectorAll('main *')].filter((one) => seen(one) && one.getBoundingClientRect().right > wide + 1).slice(0, 2).map((one) => `cut off on paper: ${one.tagName}.${one.className} ${Math.round(one.getBoundingClientRect().right)}`)
      return [...new Set(frame)].slice(0, 4).concat(cut)
    }, kPaper.width)
    this.find(`${this.language} ${this.size} print ${name}`, wrong)
    await this.page.emulateMedia({ media: 'screen' })
    await this.page.setViewportSize(size)
  }

  find(label, faults) { this.findings.push(...faults.map((fault) => `${label}: ${fault}`)) }

  async checkAccess(label) {
    // Handed over by the debugging protocol: the page's own content security policy stays as strict as it is.
    if (!await this.page.evaluate(() => 'axe' in window)) await this.page.evaluate(axeSource)
    const violations = await this.page.evaluate(async () => {
      // Behind an open dialog nothing can be read or used, dimmed as it is: only the dialog counts then.
      const open = [...document.querySelectorAll('.el-overlay')].filter((one) => one.checkVisibility()).pop()
      const answer = await window.axe.run(open ?? document, { runOnly: ['wcag2a', 'wcag2aa'], resultTypes: ['violations'] })
      return answer.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 4).map((node) => `${node.target.join(' ')} ${node.failureSummary}`).join(' | ')}`)
    })
    this.find(label, violations)
  }

  async checkWidth(label) {
    const wider = await this.page.evaluate(() => [document.documentElement, document.body, ...document.querySelectorAll('main, .el-dialog, .el-drawer__body')]
      .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => `${one.tagName}.${one.className} ${one.scrollWidth} > ${one.clientWidth}`))
    const cut = await this.page.evaluate(() => [...document.querySelectorAll('.el-dialog, .el-drawer, .el-popper, .el-message-box, .el-message')]
      .filter((one) => one.checkVisibility() && (one.getBoundingClientRect().right > window.innerWidth + 1 || one.getBoundingClientRect().left < -1)).map((one) => one.className))
    this.find(label, cut.map((one) => `cut off at the side: ${one}`))
    const longer = await this.page.evaluate(() => (document.querySelector('.shell') ? document.documentElement.scrollHeight - document.documentElement.clientHeight : 0))
    if (longer > 0) this.find(label, [`the frame scrolls by ${longer}, not only what is in it`])
    this.find(label, wider.map((one) => `scrolls sideways: ${one}`))
  }

  async checkWords(label) {
    const texts = await this.page.evaluate(() => {
      const own = document.documentElement.lang
      const foreign = (element) => element.closest('[lang]')?.getAttribute('lang') !== own
      const found = []
      const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
      for (let node = walk.nextNode(); node; node = walk.nextNode()) {
        const element = node.parentElement
        if (!element || ['SCRIPT', 'STYLE', 'NOSCRIPT'].includes(element.tagName) || foreign(element)) continue
        if (node.data.trim()) found.push(node.data.trim())
      }
      for (const element of document.body.querySelectorAll('[aria-label], [placeholder], [title], [alt]')) {
        if (!foreign(element)) for (const name of ['aria-label', 'placeholder', 'title', 'alt']) if (element.getAttribute(name)) found.push(element.getAttribute(name))
      }
      return [document.title, ...found]
    })
    assert.ok(texts.length > 1, `${label}: the page says something`)
    this.find(label, rawKeys(texts, this.groups, this.data).map((text) => `a message key is shown: ${text}`))
    if (this.language === 'en') this.find(label, untranslated(texts, sortedByLength(this.data)).map((text) => `Chinese text of the interface: ${text}`))
  }

  async close() {
    this.find('at the end', this.faults.splice(0))
    await this.context.close()
    assert.deepEqual(this.findings, [], 'no page has a finding')
    assert.deepEqual(this.expected, [], 'every refusal that was expected came')
    assert.ok(this.count > 0, 'pages were looked at')
  }

  async signIn(who, password = this.server.passwords[who]) {
    await this.field(this.t('signIn.username')).fill(who)
    await this.field(this.t('signIn.password')).fill(password)
    await this.button(this.t('signIn.enter')).click()
  }

  /** Enters as somebody and waits for the home page. */
  async enter(who) {
    await this.go('/sign-in')
    await this.signIn(who)
    await this.page.waitForURL(this.server.url + '/')
    await this.page.getByRole('heading', { level: 1 }).waitFor()
  }

  async leave() {
    await this.page.locator('[data-test=account]').click()
    await this.page.getByRole('menuitem', { name: this.t('signIn.leave') }).click()
    await this.page.waitForURL('**/sign-in')
  }

  /** Through the menu, as people go: opened first where the screen is narrow. */
  async menu(path) {
    if (this.phone) {
      await this.button(this.t('shell.openMenu')).click()
      await this.look('menu')
    }
    const entry = this.page.getByRole('navigation', { name: this.t('shell.navigation') }).locator(`a[href="${path}"]`)
    await entry.waitFor({ state: 'attached' })
    for (const fold of await entry.locator('xpath=ancestor::ul/preceding-sibling::button[@aria-expanded="false"]').all()) await fold.click()
    await entry.click()
    await this.page.waitForURL(this.server.url + path)
  }

  /** Presses Tab until the focus is on what `selector` names. */
  async tabTo(selector, most = 200) {
    for (let press = 0; press < most; press += 1) {
      if (await this.page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return
      await this.page.keyboard.press('Tab')
    }
    assert.fail(`the keyboard does not reach ${selector}`)
  }

  /** Picks the option called `text` of the select labelled `label`, typing where it can be searched. */
  async choose(label, text, { typed } = {}) {
    const input = this.field(label)
    await input.locator('xpath=ancestor::*[contains(@class, "el-select__wrapper")]').click()
    if (typed) await input.fill(typed)
    await this.page.getByRole('option', { name: text, exact: typeof text === 'string' }).locator('visible=true').first().click()
  }
}
