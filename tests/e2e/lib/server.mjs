/** A real onebudgetd with temporary data on a free port, the demo province loaded, and its REST interface for the walks. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { mkdtemp, readFile, rm, watch } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const kReadyMs = 60_000
const kScale = '0.002'

async function portOf(folder, child, log) {
  const ended = once(child, 'exit').then(async () => { throw new Error(`the server ended at start:\n${(await readFile(log, 'utf8')).slice(-2000)}`) })
  const enough = new AbortController()
  const patience = setTimeout(() => enough.abort(new Error('the server did not become ready')), kReadyMs)
  const written = (async () => {
    const changes = watch(folder, { signal: enough.signal })
    const read = () => readFile(join(folder, 'port'), 'utf8').then((text) => text.trim(), () => '')
    for (let port = await read(); ; port = await read()) {
      if (port) return port
      await changes.next() // the folder changed; the file may be there now
    }
  })()
  return Promise.race([ended, written]).finally(() => {
    clearTimeout(patience)
    enough.abort()
  })
}

export async function startServer({ source, build, ui, demo = true, scale = kScale, plugins = 'standards,workflow,compilation,ledger,treasury,monitoring,performance,guestbook' }) {
  const folder = await mkdtemp(join(tmpdir(), 'onebudget-e2e-'))
  const settings = {
    'data.dir': folder, 'storage.url': `sqlite:${folder}/onebudget.db`, 'http.port': 0, 'http.port_file': join(folder, 'port'),
    'plugins.dir': `${join(build, 'plugins')},${join(build, 'examples')}`, 'plugins.enable': plugins, 'http.ui_dir': ui,
    'plugins.keys': join(build, 'plugin-keys'), 'roles.file': join(source, 'config/roles.json'),
  }
  const log = join(folder, 'log')
  const out = openSync(log, 'a')
  const given = Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`])
  const child = spawn(join(build, 'bin/onebudgetd'), ['--config', join(source, 'config/onebudget.properties'), ...given],
    { stdio: ['ignore', out, out] })
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    }
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const url = `http://127.0.0.1:${await portOf(folder, child, log)}`
    if (!demo) return { url, folder, stop, passwords: {}, child }
    await promisify(execFile)(join(build, 'bin/onebudgetctl'), ['--url', url, 'demo', 'load', '--scale', scale,
      '--bootstrap-file', join(folder, 'bootstrap.secret'), '--data', join(source, 'plugins/standards/data'),
      '--vocabulary', join(source, 'config/demo/jiangsu.json'), '--accounts', join(folder, 'accounts.json')])
    const accounts = JSON.parse(await readFile(join(folder, 'accounts.json'), 'utf8'))
    return { url, folder, stop, passwords: Object.fromEntries(accounts.map((one) => [one.username, one.password])), child }
  } catch (error) {
    await stop()
    throw error
  }
}

/** REST as another program would use it: the walks set the scene and check the outcome with it. */
export class Rest {
  constructor(server) {
    this.server = server
    this.tokens = new Map()
  }

  async ask(who, method, path, { json, headers = {} } = {}) {
    const response = await fetch(`${this.server.url}/api/v1${path}`, {
      method, body: json === undefined ? undefined : JSON.stringify(json),
      headers: { 'Content-Type': 'application/json', ...(who ? { Authorization: `Bearer ${await this.token(who)}` } : {}), ...headers },
    })
    const text = await response.text()
    const body = text && /json/.test(response.headers.get('Content-Type') ?? '') ? JSON.parse(text) : text
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return body
  }

  async token(who) {
    if (!this.tokens.has(who)) {
      const opened = await this.ask(null, 'POST', '/session', { json: { username: who, password: this.server.passwords[who] } })
      this.tokens.set(who, opened.token)
    }
    return this.tokens.get(who)
  }
}
