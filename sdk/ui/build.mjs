/**
 * Builds the pages of a plugin with the packages of another folder, so that a plugin needs none of its own:
 *   node build.mjs NODE_MODULES SOURCE_UI OUT PAGE…
 * Each PAGE is a Vue component SOURCE_UI/PAGE.vue and becomes OUT/PAGE.js. Exit codes: 0 done, 1 failed, 2 used wrongly.
 */
import { join, resolve } from 'node:path'
import { kShared, moduleFrom, onebudgetPages } from './vite.mjs'

const [modules, source, out, ...pages] = process.argv.slice(2)
if (!pages.length) {
  console.error('node build.mjs NODE_MODULES SOURCE_UI OUT PAGE…')
  process.exit(2)
}
const { build } = await moduleFrom(modules, 'vite')
const { default: vue } = await moduleFrom(modules, '@vitejs/plugin-vue')
/** A page without packages of its own finds those of the other folder. */
const borrowed = {
  name: 'onebudget-borrowed', enforce: 'pre',
  resolveId(id, importer) {
    const own = join(resolve(source), '/')
    return importer?.startsWith(own) && /^[a-z@]/.test(id) && !kShared.includes(id) ? this.resolve(id, join(resolve(modules), 'vue/package.json'), { skipSelf: true }) : null
  },
}
const entries = Object.fromEntries(pages.map((name) => [name, resolve(source, `${name}.vue`)]))
const { plugins, ...config } = onebudgetPages(entries, resolve(out))
try {
  await build({ configFile: false, root: resolve(source), logLevel: 'warn', publicDir: false, plugins: [vue(), borrowed, ...plugins], ...config })
} catch (error) {
  console.error(error.message)
  process.exit(1)
}
