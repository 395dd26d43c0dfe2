/** What the shell provides at run time: never bundled into a page, or the page would run on a second Vue. */
export const kShared = ['vue', 'vue-router', 'vue-i18n', 'pinia', 'element-plus', '@onebudget/ui']

/**
 * The part of a Vite configuration that builds pages for a plugin:
 *   export default { plugins: [vue()], ...onebudgetPages({ sum: 'src/sum.vue' }) }
 * puts ui/sum.js (and styles beside it) into the plugin's folder. `entries`: name of the module → its source.
 */
export function onebudgetPages(entries, folder = 'ui') {
  return {
    build: {
      outDir: folder, emptyOutDir: false, target: 'es2021', cssCodeSplit: true,
      lib: { entry: entries, formats: ['es'], fileName: (_format, name) => `${name}.js` },
      rollupOptions: { external: kShared, output: { chunkFileNames: '[name]-[hash].js', assetFileNames: '[name][extname]' } },
    },
  }
}
