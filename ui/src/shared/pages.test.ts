import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

/** The texts of the pages that this tree's plugins bring, held to what the shell's own are held to. */
const kPlugins = join(__dirname, '../../../plugins')
const folders = readdirSync(kPlugins).map((name) => join(kPlugins, name, 'ui')).filter((folder) => existsSync(join(folder, 'locales/zh.json')))
type Messages = { [key: string]: string | Messages }
const flat = (messages: Messages, before = ''): [string, string][] =>
  Object.entries(messages).flatMap(([key, value]) => (typeof value === 'string' ? [[before + key, value] as [string, string]] : flat(value, `${before}${key}.`)))
const sources = (folder: string): string[] => readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
  (entry.isDirectory() ? sources(join(folder, entry.name)) : /(?<!\.test)\.(ts|vue)$/.test(entry.name) ? [join(folder, entry.name)] : []))
const names = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!).sort()

describe.each(folders)('the texts of %s', (folder) => {
  const read = (language: string): Map<string, string> => new Map(flat(JSON.parse(readFileSync(join(folder, `locales/${language}.json`), 'utf8')) as Messages))
  const [zh, en] = [read('zh'), read('en')]
  it('are the same in both languages, with the same parameters, and English in English', () => {
    expect([...en.keys()].sort()).toEqual([...zh.keys()].sort())
    for (const [key, text] of zh) expect(names(en.get(key) ?? ''), key).toEqual(names(text))
    for (const [key, text] of en) expect(text, key).not.toMatch(/[\u3400-\u9fff]/)
  })
  it('are there for every key that its pages name', () => {
    const missing = sources(folder).flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/(?<![\w.])t\(\s*'([\w.]+)'/g)].filter((match) => !zh.has(match[1]!)).map((match) => `${file}: ${match[1]}`))
    expect(missing).toEqual([])
  })
})
