import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { kShared as external } from '../../../sdk/ui/vite.mjs'
import { importMap, kShared, policyFor } from '../../build_shared'

const kHere = __dirname
const names = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map((match) => match[1]!).sort()

it('is described for vendors, name by name', () => {
  const kit = readFileSync(join(kHere, 'kit.ts'), 'utf8')
  const exported = [...names(kit, /default as (\w+)/g), ...[...kit.matchAll(/export \{([^}]*)\} from/g)].flatMap((match) => match[1]!.split(','))
    .map((one) => one.trim()).filter((one) => one && !one.startsWith('default as'))].sort()
  const described = names(readFileSync(join(kHere, '../../../sdk/ui/index.d.ts'), 'utf8'), /^export (?:function|const|class) (\w+)/gm)
  expect(described).toEqual(exported)
})
it('is left out of the pages that vendors build', () => {
  expect([...external].sort()).toEqual(Object.keys(kShared).sort())
})
it('is named by a map that the policy knows by its hash', () => {
  const map = importMap({ vue: '/assets/x.js' })
  expect(map).toBe('{"imports":{"vue":"/assets/x.js"}}')
  expect(policyFor(map)).toMatch(/script-src 'self' 'sha256-[A-Za-z0-9+/]{43}='/)
  expect(policyFor(map)).not.toMatch(/script-src[^;]*unsafe/)
})
