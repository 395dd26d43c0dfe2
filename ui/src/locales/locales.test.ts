import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const kSource = join(__dirname, '..')
const kFiles = readdirSync(join(__dirname, 'zh'))
type Messages = { [key: string]: string | Messages }
const read = (language: string, file: string): Messages => JSON.parse(readFileSync(join(__dirname, language, file), 'utf8')) as Messages
const flat = (messages: Messages, before = ''): [string, string][] =>
  Object.entries(messages).flatMap(([key, value]) => (typeof value === 'string' ? [[before + key, value] as [string, string]] : flat(value, `${before}${key}.`)))
const all = (language: string): Map<string, string> => new Map(kFiles.flatMap((file) => flat(read(language, file))))
const sources = (folder: string): string[] => readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
  (entry.isDirectory() ? sources(join(folder, entry.name)) : /(?<!\.test)\.(ts|vue)$/.test(entry.name) ? [join(folder, entry.name)] : []))

describe('the texts', () => {
  const zh = all('zh')
  const en = all('en')
  it('are the same in both languages', () => {
    expect([...en.keys()].sort()).toEqual([...zh.keys()].sort())
    expect(kFiles).toEqual(readdirSync(join(__dirname, 'en')))
  })
  it('keep each group in one file, or one file would hide the other', () => {
    const groups = kFiles.flatMap((file) => Object.keys(read('zh', file)))
    expect(groups.filter((group, at) => groups.indexOf(group) !== at)).toEqual([])
  })
  it('take the same parameters in both languages', () => {
    const names = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()
    for (const [key, text] of zh) expect(names(en.get(key) ?? ''), key).toEqual(names(text))
  })
  it('have no Chinese left in English', () => {
    for (const [key, text] of en) expect(text, key).not.toMatch(/[\u3400-\u9fff]/)
  })
  it('are there for every key that the code names', () => {
    const missing = sources(kSource).flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/(?<![\w.])t\(\s*'([\w.]+)'/g)]
      .filter((match) => !zh.has(match[1])).map((match) => `${file.slice(kSource.length)}: ${match[1]}`))
    expect(missing).toEqual([])
  })
})
