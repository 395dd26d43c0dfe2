/** Tells what the interface says from what the data say, so that texts left untranslated are found. Runs without a browser. */
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

const kHan = /[\u3400-\u9fff\uf900-\ufaff]/
/** Answers in the reader's language: text of the interface, even though the server says it. */
const kSpoken = new Set(['title', 'detail', 'message', 'remedy', 'reason', 'role_title'])
const isText = (value) => value && typeof value === 'object' && typeof value.zh === 'string' && typeof value.en === 'string'

/** Every string of an answer that is data: not a text in two languages, not a sentence of the server. */
export function dataStrings(value, into, name = '') {
  if (typeof value === 'string') {
    // A label of an enumeration is spoken as well; those of references are names of rows.
    if (!kSpoken.has(name) && value.trim()) into.add(value.trim())
  } else if (Array.isArray(value)) {
    for (const one of value) dataStrings(one, into, name)
  } else if (value && typeof value === 'object' && !isText(value)) {
    for (const [key, one] of Object.entries(value)) dataStrings(one, into, key)
  }
  return into
}

/** What stays of `text` when everything that is data is taken out of it, the longest first. */
export function withoutData(text, sortedData) {
  let rest = text
  for (const one of sortedData) if (one.length > 1 || rest.trim() === one) rest = rest.split(one).join(' ')
  return rest
}

export const sortedByLength = (strings) => [...strings].sort((a, b) => b.length - a.length)
export const untranslated = (texts, sortedData) => texts.filter((text) => kHan.test(text) && kHan.test(withoutData(text, sortedData)))

/** The first parts of all message keys: what a key shown instead of its message begins with. */
export async function keyGroups(source) {
  const groups = new Set()
  for (const file of await textFiles(source, 'zh')) {
    for (const group of Object.keys(JSON.parse(await readFile(file, 'utf8')))) groups.add(group)
  }
  return groups
}

/** The texts of the shell and of the pages that plugins bring. */
export async function textFiles(source, language) {
  const shell = join(source, 'ui/src/locales', language)
  const own = (await readdir(shell)).map((file) => join(shell, file))
  const pages = (await readdir(join(source, 'plugins'))).map((plugin) => join(source, 'plugins', plugin, 'ui/locales', `${language}.json`))
  return [...own, ...pages.filter((file) => existsSync(file))]
}

export function rawKeys(texts, groups, data) {
  return texts.filter((text) => text.split(/[\s：:,，()（）]+/).some((word) =>
    /^[a-z]\w*(\.[a-zA-Z0-9_-]+)+$/.test(word) && groups.has(word.split('.')[0]) && !data.has(word)))
}
