/** Outlines in place of the tiles: files that are none are told why, made-up squares are put up, clicked down, shown on the wall, and taken down. */
import assert from 'node:assert/strict'
import { house } from './insight.mjs'

const kKeeper = 'budget-division.320000000'
const kApproval = '苏S(2026)001号'
const square = (x, y) => [[[x, y], [x + 0.9, y], [x + 0.9, y + 0.9], [x, y + 0.9], [x, y]]]
const feature = (adcode, coordinates, type = 'Polygon') => ({ type: 'Feature', properties: { adcode, name: 'dropped' }, geometry: { type, coordinates } })
const collection = (features) => JSON.stringify({ type: 'FeatureCollection', features })
/** Thirteen cities as squares, and two counties of one of them, so that one level down has outlines as well. */
const kCities = collection([...Array.from({ length: 13 }, (_, at) => feature(320100 + at * 100, square(117 + (at % 4), 31 + Math.floor(at / 4)))),
  feature('320583', square(120, 35)), feature('320582', [square(121, 35)], 'MultiPolygon')])
/** Rings so fine and so many that no rounding makes them small. */
const huge = () => collection(Array.from({ length: 60 }, (_, at) => feature(320100, [Array.from({ length: 2000 }, (_one, n) => [100 + (n % 90) + at / 100, 20 + n / 100])])))

const choose = (walker, name, text) => walker.page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/geo+json', buffer: Buffer.from(text) })
const complaint = (walker) => walker.page.locator('#map-file-said[data-test=complaint]')

async function wrongFiles(walker) {
  const { page } = walker
  await walker.menu('/p/insight/map')
  await page.getByText(walker.t('insight.upload.none')).waitFor()
  await walker.look('map-empty')
  assert.equal(await page.locator('[data-test=put]').isDisabled(), true, 'nothing to send yet')
  for (const [name, text, key] of [['broken.json', '{"type": "FeatureColl', 'noJson'], ['table.json', '[1, 2]', 'noCollection'], ['huge.geojson', huge(), 'tooLarge']]) {
    await choose(walker, name, text)
    await complaint(walker).getByText(walker.t(`insight.upload.${key}`)).waitFor()
    assert.equal(await page.locator('[data-test=put]').isDisabled(), true, `${name} is not sent`)
  }
  await walker.look('map-too-large')
}

/** What only the server can know: codes that there are not, codes twice, outlines that are none; each is named with its place in the file. */
async function refused(walker) {
  const { page } = walker
  await choose(walker, 'wrong.geojson', collection([feature(320100, square(117, 31)), feature(320100, square(118, 31)), feature(999999, square(119, 31)), feature('x', square(120, 31)), feature(320200, [[[1, 2]]])]))
  await page.locator('#approval').fill(kApproval)
  walker.expect(422, '/insight/map')
  await page.locator('[data-test=put]').click()
  const told = page.locator('form .error-panel')
  await told.getByText('999999000').waitFor()
  await told.getByText('320100000').first().waitFor()
  await told.getByText(walker.t('error.itemOf', { number: 4 })).waitFor()
  assert.equal(await page.locator('#approval').inputValue(), kApproval, 'what was typed stays')
  await walker.look('map-refused')
}

async function putUp(walker) {
  const { page } = walker
  await choose(walker, 'cities.geojson', kCities)
  await page.getByText(walker.t('insight.upload.read', { name: 'cities.geojson', count: 15 })).waitFor()
  assert.equal(await page.locator('form .error-panel').count(), 0, 'what was wrong with another file is gone')
  await page.locator('[data-test=put]').click()
  await page.locator('.el-message__content', { hasText: walker.t('insight.upload.kept') }).waitFor()
  await page.locator('[data-test=outlines] svg').waitFor()
  await page.getByText(walker.t('insight.upload.approvalIs', { number: kApproval })).waitFor()
  await walker.look('map-up')
}

async function shown(walker) {
  const { page } = walker
  await walker.menu('/p/insight/dashboard')
  const map = page.locator('[data-test=map]')
  await map.locator('[data-test=outlines] svg').waitFor()
  await map.getByText(kApproval).waitFor()
  await walker.look('dashboard-outlines')
  await map.locator('button[data-tile="3205"]').focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(/region=3205$/)
  await map.locator('button[data-tile="320583"]').waitFor()
  await walker.look('dashboard-outlines-city')
  await walker.go('/p/insight/screen')
  await page.locator('[data-test=screen] [data-test=outlines] svg').waitFor()
  await walker.look('screen-outlines')
}

async function takeDown(walker) {
  const { page } = walker
  await walker.go('/p/insight/map')
  await page.locator('[data-test=drop]').click()
  await page.getByText(walker.t('insight.upload.dropSure')).waitFor()
  await walker.look('map-drop')
  await walker.button(walker.t('insight.upload.drop'), page.locator('.el-message-box, .el-dialog').last()).click()
  await page.getByText(walker.t('insight.upload.none')).waitFor()
  await walker.go('/p/insight/dashboard')
  await page.locator('[data-test=map] .tile[data-tile="3205"]').waitFor()
}

export async function walkMap(open, given) {
  const place = await house(given)
  const walker = await open({ server: place.server, rest: place.rest })
  walker.data.add('苏S(2026)001号') // an example of a number as it is printed on maps
  await walker.step('enter', () => walker.enter(kKeeper))
  await walker.step('files that are none', () => wrongFiles(walker))
  await walker.step('what the server finds', () => refused(walker))
  await walker.step('outlines are put up', () => putUp(walker))
  await walker.step('and seen', () => shown(walker))
  await walker.step('and taken down', () => takeDown(walker))
  await walker.close()
}
