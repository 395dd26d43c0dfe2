/**
 * Shows a plugin's pages as they are being written, inside the web UI of a running server:
 *   node dev.mjs SERVER PLUGIN NODE_MODULES SOURCE_UI [--port N]
 * SERVER is its address (http://127.0.0.1:8080), PLUGIN the id of the plugin, which must be enabled there with a manifest that names the
 * pages. Open the printed address and sign in: whatever SOURCE_UI/<page>.vue says is taken from the file and changes in place when it is
 * saved; everything else (data, rights, the shell, other plugins' pages) comes from the server. Listens on loopback only. NODE_MODULES holds
 * vite 6 or newer and @vitejs/plugin-vue. Exit codes: 0 ended by a signal, 1 failed, 2 used wrongly.
 */
import { existsSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { basename, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { kShared, moduleFrom } from './vite.mjs'

const kOwn = '/@onebudget-page/'

/** The import map that the shell's page brings along: name → address below the same origin. */
export function sharedAddresses(html) {
  const map = /<script type="importmap">([^<]*)<\/script>/.exec(html)
  if (!map) throw new Error('the server sends no import map: does it serve the web UI?')
  return JSON.parse(map[1]).imports
}

/**
 * A module that shows SOURCE_UI/<page>.vue and exchanges it when the file changes. The shell's Vue is built for production and has no
 * reloading of its own, so the page is mounted anew; the session, the address and the rest of the window stay.
 */
const moduleOf = (file) => `
import { defineComponent, h, shallowRef } from 'vue'
import Page from ${JSON.stringify(file)}
const page = shallowRef(Page)
if (import.meta.hot) import.meta.hot.accept(${JSON.stringify(file)}, (now) => { if (now) page.value = now.default })
export default defineComponent({ inheritAttrs: false, setup: (_, { attrs, slots }) => () => h(page.value, attrs, slots) })
`

/** Pages are modules of ours; what the shell shares stands at the shell's own addresses, or the page would run on a second Vue. */
function pagesFrom(source, addresses, parse) {
  return {
    name: 'onebudget-pages',
    enforce: 'post',
    resolveId: (id) => id.startsWith(kOwn) ? id : undefined,
    load: (id) => id.startsWith(kOwn) ? moduleOf(join(source, `${basename(id, '.js')}.vue`)) : undefined,
    transform(code) {
      const places = parse(code).body.map((node) => node.source).filter((from) => from && kShared.includes(from.value) && addresses[from.value])
      return places.reverse().reduce((text, from) => `${text.slice(0, from.start)}${JSON.stringify(addresses[from.value])}${text.slice(from.end)}`, code)
    },
  }
}

/** Whether vite answers: its own modules, our pages, and files below the source. */
const isOurs = (url, source) => {
  const path = decodeURIComponent(url.split('?')[0])
  return path.startsWith('/@') || path.startsWith('/node_modules/') || (path.length > 1 && !path.includes('..') && existsSync(join(source, path)))
}

/** Passes a request on to the server, streams included; a page of HTML gets vite's client. */
function passOn(server, here) {
  const carry = server.protocol === 'https:' ? https : http
  return (request, response) => {
    const headers = { ...request.headers, host: server.host, 'accept-encoding': 'identity' }
    if (headers.origin) headers.origin = server.origin
    if (headers.referer) headers.referer = server.origin + '/'
    const onward = carry.request(new URL(request.url, server), { method: request.method, headers }, (answer) => {
      const got = { ...answer.headers }
      if (got['content-security-policy']) got['content-security-policy'] += `; connect-src 'self' ws://${here}`
      if (!String(got['content-type']).startsWith('text/html')) {
        response.writeHead(answer.statusCode, got)
        answer.pipe(response)
        return
      }
      const parts = []
      answer.on('data', (part) => parts.push(part)).on('end', () => {
        const html = Buffer.concat(parts).toString().replace('</body>', '<script type="module" src="/@vite/client"></script></body>')
        delete got['content-length']
        delete got.etag
        response.writeHead(answer.statusCode, got)
        response.end(html)
      })
    })
    onward.on('error', (error) => {
      response.writeHead(502, { 'content-type': 'text/plain; charset=utf-8' })
      response.end(`${server.origin}: ${error.message}\n`)
    })
    response.on('close', () => onward.destroy())
    request.pipe(onward)
  }
}

/** Starts the development server: {url, close()}. Rejects when SERVER does not answer or serves no web UI. */
export async function startPages({ server, plugin, modules, source, port = 0 }) {
  const { createServer, parseAst } = await moduleFrom(modules, 'vite')
  const { default: vue } = await moduleFrom(modules, '@vitejs/plugin-vue')
  const target = new URL(server), root = resolve(source)
  process.env.NODE_ENV = 'production' // else components call Vue's development runtime, which the shell has not
  const listener = http.createServer()
  await new Promise((done, failed) => listener.once('error', failed).listen(port, '127.0.0.1', done))
  const here = `127.0.0.1:${listener.address().port}`
  const page = await (await fetch(target).catch(() => { throw new Error(`${target.origin} does not answer: start the server, or give its address`) })).text()
  const addresses = Object.fromEntries(Object.entries(sharedAddresses(page)).map(([name, path]) => [name, `http://${here}${path}`]))
  const vite = await createServer({
    configFile: false, root, appType: 'custom', logLevel: 'warn', publicDir: false, cacheDir: join(root, 'node_modules/.vite'),
    server: { middlewareMode: true, hmr: { server: listener }, fs: { allow: [root, resolve(modules)] } },
    optimizeDeps: { noDiscovery: true, include: [] },
    plugins: [vue(), pagesFrom(root, addresses, parseAst)],
  })
  const onward = passOn(target, here)
  const asked = new RegExp(`^/plugin-ui/${plugin}/[0-9a-f]+/([A-Za-z0-9_.-]+)\\.js$`)
  listener.on('request', (request, response) => {
    const named = asked.exec(request.url.split('?')[0])
    if (named && existsSync(join(root, `${named[1]}.vue`))) {
      response.writeHead(200, { 'content-type': 'text/javascript', 'cache-control': 'no-store' })
      response.end(`export { default } from '${kOwn}${named[1]}.js'\n`)
    } else if (isOurs(request.url, root)) {
      vite.middlewares(request, response, () => onward(request, response))
    } else {
      onward(request, response)
    }
  })
  return { url: `http://${here}`, close: async () => { await vite.close(); listener.closeAllConnections(); listener.close() } }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [server, plugin, modules, source, flag, port] = process.argv.slice(2)
  if (!source || (flag && (flag !== '--port' || !/^\d+$/.test(port ?? '')))) {
    console.error('node dev.mjs SERVER PLUGIN NODE_MODULES SOURCE_UI [--port N]')
    process.exit(2)
  }
  try {
    const running = await startPages({ server, plugin, modules, source, port: Number(port ?? 0) })
    console.log(running.url)
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, async () => { await running.close(); process.exit(0) })
  } catch (error) {
    console.error(error.message)
    process.exit(1)
  }
}
