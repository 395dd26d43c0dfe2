/** The build's part of contributed pages: the import map of what they share with the shell, and the policy that names its hash. */
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, URL } from 'node:url'
import type { Plugin } from 'vite'

/** Name that a page imports → the module of this source that answers it. */
export const kShared: Record<string, string> = {
  vue: 'vue', 'vue-router': 'vue_router', 'vue-i18n': 'vue_i18n', pinia: 'pinia', 'element-plus': 'element_plus', '@onebudget/ui': 'kit',
}
const file = (name: string): string => fileURLToPath(new URL(`./src/shared/${name}.ts`, import.meta.url))
export const sharedEntries = (): Record<string, string> => Object.fromEntries(Object.values(kShared).map((name) => [`shared_${name}`, file(name)]))

export const importMap = (addresses: Record<string, string>): string => JSON.stringify({ imports: addresses })

/** One script may be inline: the import map, known by its hash. Element Plus sets styles of elements. */
export function policyFor(map: string): string {
  const hash = createHash('sha256').update(map).digest('base64')
  return `default-src 'self'; script-src 'self' 'sha256-${hash}'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; `
    + "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
}

export function sharedLibraries(): Plugin {
  let map = ''
  return {
    name: 'onebudget-shared-libraries',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, context) {
        const chunks = Object.values(context.bundle ?? {}).filter((one) => one.type === 'chunk' && one.isEntry)
        const addresses = Object.fromEntries(Object.entries(kShared).map(([name, module]) => {
          const chunk = chunks.find((one) => one.name === `shared_${module}`)
          if (!chunk) throw new Error(`no chunk for ${name}`)
          return [name, `/${chunk.fileName}`]
        }))
        map = importMap(addresses)
        // Before the first module script: a map that comes later is not taken.
        return html.replace('<script type="module"', `<script type="importmap">${map}</script>\n    <script type="module"`)
      },
    },
    // The server sends it with the page.
    writeBundle(options) { writeFileSync(join(options.dir ?? 'dist', 'content-security-policy'), policyFor(map)) },
  }
}
