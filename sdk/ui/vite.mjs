import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The ES module of a package in the folder `modules`: require() of older Node.js would find the one for CommonJS. */
export async function moduleFrom(modules, name) {
  const folder = join(resolve(modules), name)
  const entry = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')).exports['.'].import
  return import(pathToFileURL(join(folder, entry.default ?? entry)).href)
}

/** What the shell provides at run time: never bundled into a page, or the page would run on a second Vue. */
export const kShared = ['vue', 'vue-router', 'vue-i18n', 'pinia', 'element-plus', '@onebudget/ui']

/** A page is one module: its styles travel inside and are put into the document when it is loaded. */
function stylesInside() {
  return {
    name: 'onebudget-styles-inside', apply: 'build', enforce: 'post',
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        const sheets = chunk.type === 'chunk' ? [...chunk.viteMetadata?.importedCss ?? []] : []
        const text = sheets.map((name) => String(bundle[name]?.source ?? '')).join('\n')
        if (!text) continue
        const put = `document.head.appendChild(Object.assign(document.createElement('style'), { textContent: ${JSON.stringify(text)} }))`
        chunk.code = `${chunk.code}\n${put}\n`
      }
      for (const [name, one] of Object.entries(bundle)) if (one.type === 'asset' && name.endsWith('.css')) delete bundle[name]
    },
  }
}

/**
 * The part of a Vite configuration that builds pages for a plugin:
 *   const pages = onebudgetPages({ sum: 'src/sum.vue' })
 *   export default { ...pages, plugins: [vue(), ...pages.plugins] }
 * puts ui/sum.js into the plugin's folder. `entries`: name of the module → its source.
 */
export function onebudgetPages(entries, folder = 'ui') {
  return {
    plugins: [stylesInside()],
    define: { 'process.env.NODE_ENV': '"production"' }, // what libraries ask in a browser, where nothing else defines it
    build: {
      outDir: folder, emptyOutDir: false, target: 'es2021', cssCodeSplit: true,
      lib: { entry: entries, formats: ['es'], fileName: (_format, name) => `${name}.js` },
      rollupOptions: { external: kShared, output: { chunkFileNames: 'part-[hash].js', assetFileNames: '[name][extname]' } },
    },
  }
}
