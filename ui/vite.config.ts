import { fileURLToPath, URL } from 'node:url'
import vue from '@vitejs/plugin-vue'
import Components from 'unplugin-vue-components/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import { defineConfig } from 'vitest/config'
import { sharedEntries, sharedLibraries } from './build_shared'

// Where the API is while developing; the built files are served by the server itself, same origin.
const server = process.env.ONEBUDGET_SERVER ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [
    vue(),
    // Element Plus components and their styles are taken in one by one, where a template uses them.
    Components({ dts: false, dirs: [], resolvers: [ElementPlusResolver({ importStyle: 'css' })] }),
    sharedLibraries(),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: { __VUE_OPTIONS_API__: 'true', __VUE_PROD_DEVTOOLS__: 'false', __VUE_I18N_LEGACY_API__: 'false', __INTLIFY_PROD_DEVTOOLS__: 'false' },
  build: {
    target: 'es2021',
    // Inlined assets would need "data:" in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rollupOptions: {
      input: { index: fileURLToPath(new URL('./index.html', import.meta.url)), ...sharedEntries() },
      preserveEntrySignatures: 'exports-only',
      output: { manualChunks: { vue: ['vue', 'vue-router', 'pinia', 'vue-i18n'] } },
    },
  },
  server: { proxy: { '/api': server, '/openapi.json': server }, fs: { allow: ['..'] } },
  test: { include: ['src/**/*.test.ts', '*.test.ts', '../plugins/*/ui/**/*.test.ts'], environment: 'node' },
})
