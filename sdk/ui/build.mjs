/**
 * Builds the pages of a plugin with the packages of another folder, so that a plugin needs none of its own:
 *   node build.mjs NODE_MODULES SOURCE_UI OUT PAGE…
 * Each PAGE is a Vue component SOURCE_UI/PAGE.vue and becomes OUT/PAGE.js. Exit codes: 0 done, 1 failed, 2 used wrongly.
 */
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { onebudgetPages } from './vite.mjs'

const [modules, source, out, ...pages] = process.argv.slice(2)
if (!pages.length) {
  console.error('node build.mjs NODE_MODULES SOURCE_UI OUT PAGE…')
  process.exit(2)
}
const found = createRequire(join(resolve(modules), 'of-this-folder.js'))
const load = async (name) => import(pathToFileURL(found.resolve(name)).href)
const { build } = await load('vite')
const { default: vue } = await load('@vitejs/plugin-vue')
const entries = Object.fromEntries(pages.map((name) => [name, resolve(source, `${name}.vue`)]))
const { plugins, ...config } = onebudgetPages(entries, resolve(out))
try {
  await build({ configFile: false, root: resolve(source), logLevel: 'warn', publicDir: false, plugins: [vue(), ...plugins], ...config })
} catch (error) {
  console.error(error.message)
  process.exit(1)
}
