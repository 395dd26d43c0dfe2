/** What people do at a desk with forms and tasks, by clicking: a form made from a schema filled in, a record moved on, a task decided. */
import assert from 'node:assert/strict'

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** One person at a window of their own, from signing in to closing it. */
export async function as(open, who, name, act) {
  const walker = await open()
  await walker.step(`sign in as ${who}`, () => walker.enter(who))
  const told = await walker.step(name, () => act(walker))
  await walker.close()
  return told
}

/** `values` by field name; of what is picked, the words to search for (an empty text picks the first that is offered). */
export async function fill(walker, values, prefix = 'f-') {
  const { page } = walker
  for (const [name, value] of Object.entries(values)) {
    const input = page.locator(`#${prefix}${name}`)
    await input.waitFor({ state: 'attached' })
    if (!await input.evaluate((element) => !!element.closest('.el-select'))) {
      await input.fill(String(value))
      await page.keyboard.press('Tab')
      continue
    }
    await input.locator('xpath=ancestor::*[contains(@class, "el-select__wrapper")]').click()
    if (value && await input.evaluate((element) => !element.readOnly)) await input.fill(String(value))
    const options = page.getByRole('option', value ? { name: new RegExp(escaped(String(value))) } : {}).locator('visible=true')
    await options.first().click()
    await options.first().waitFor({ state: 'hidden' })
  }
}

/** Opens the empty form of an entity, is told what is missing, fills it in and saves. Answers the new record's id. */
export async function makeByForm(walker, path, values, picture) {
  const { page } = walker
  await walker.go(`${path}/new`)
  await page.locator('[data-test=record-form]').waitFor()
  await page.locator('[data-test=save]').click()
  await page.locator('[data-test=complaint]').first().waitFor()
  await fill(walker, values)
  if (picture) await walker.look(picture)
  await page.locator('[data-test=save]').click()
  await page.waitForURL((url) => new RegExp(`^${path}/\\d+$`).test(url.pathname))
  return new URL(page.url()).pathname.split('/').at(-1)
}

export async function changeByForm(walker, path, id, values) {
  await walker.go(`${path}/${id}/edit`)
  await walker.page.locator('[data-test=record-form]').waitFor()
  await fill(walker, values)
  await walker.page.locator('[data-test=save]').click()
  await walker.page.waitForURL((url) => url.pathname === `${path}/${id}`)
}

/** A record's page, and the button of one of its moves; `refused`: the status that the server answers, which the window then shows. */
export async function moveByButton(walker, who, path, id, name, { comment = 'OK', refused, picture } = {}) {
  const { page } = walker
  const schema = await walker.rest.ask(who, 'GET', `${path}/schema`)
  const title = walker.say(schema.states.transitions.find((one) => one.name === name).title)
  if (new URL(page.url()).pathname !== `${path}/${id}`) await walker.go(`${path}/${id}`)
  await walker.button(title, page.locator('main')).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  const words = dialog.locator('#transition-comment')
  if (await words.count()) await words.fill(comment)
  if (refused) walker.expect(refused, `/transitions/${name}`)
  await walker.button(title, dialog).click()
  if (refused) {
    await dialog.locator('.error-panel').waitFor()
    if (picture) await walker.look(picture)
    await page.keyboard.press('Escape')
  }
  await dialog.waitFor({ state: 'hidden' })
}

/** The person's one open task about a record, decided in the inbox. */
export async function decideInInbox(walker, who, id, { decision = 'approve', opinion = 'OK', picture } = {}) {
  const { page } = walker
  const { items } = await walker.rest.ask(who, 'GET', '/workflow/inbox?box=todo&limit=200')
  const task = items.find((one) => one.subject_id === id)
  assert.ok(task, `${who} has a task about ${id}`)
  await walker.go('/p/workflow/inbox')
  const rows = page.locator('[data-test=inbox] tbody tr')
  await rows.first().waitFor()
  await rows.nth(items.indexOf(task)).getByRole('button').first().click()
  await page.waitForURL((url) => url.searchParams.get('case') === String(task.case))
  const panel = page.locator('[data-test=task-panel]')
  await panel.locator('#task-opinion').fill(opinion)
  if (picture) await walker.look(picture)
  const act = panel.locator(`[data-test=${decision}]`)
  await act.click()
  await act.waitFor({ state: 'detached' })
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'detached' })
}

/** The official form behind a record's button, as a page of its own for paper. */
export async function printedForm(walker, path, id, ...texts) {
  const { page } = walker
  await walker.go(`${path}/${id}`)
  const href = await page.locator('[data-test=print-form]').getAttribute('href')
  await page.goto(walker.server.url + href)
  await page.emulateMedia({ media: 'print' })
  const said = await page.locator('body').innerText()
  for (const text of texts) assert.ok(said.includes(text), `the form says ${text}`)
  await page.screenshot({ path: `${walker.shots}/${walker.language}-${walker.size}-form-${path.split('/').at(-1)}.png`, fullPage: true })
  await page.emulateMedia({ media: 'screen' })
  await walker.go('/')
}
