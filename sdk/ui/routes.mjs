/**
 * Types of a plugin's own routes for its pages, from what its manifest declares:
 *   node routes.mjs [--check] PLUGIN…
 * writes PLUGIN/ui/routes.ts for every folder that has pages; --check only says whether one is out of date.
 * Exit codes: 0 done, 1 out of date or failed, 2 used wrongly.
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const kBases = { string: 'string', integer: 'number', number: 'number', boolean: 'boolean', null: 'null', array: 'unknown[]', object: 'Record<string, unknown>' }
const nameOf = (ref) => ref.replace('#/schemas/', '')
const key = (name) => /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)
const listed = (type) => /[|&]/.test(type) ? `(${type})[]` : `${type}[]`

/** A JSON Schema as a type; `pad` is the indentation of the line that it stands on. */
function typeOf(schema, pad = '') {
  if (!schema) return 'unknown'
  if (schema.$ref) return nameOf(schema.$ref)
  if (schema.anyOf) return [...new Set(schema.anyOf.map((one) => typeOf(one, pad)))].join(' | ')
  if ('const' in schema) return JSON.stringify(schema.const).replace(/^"(.*)"$/, "'$1'")
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value).replace(/^"(.*)"$/, "'$1'")).join(' | ')
  const types = [schema.type ?? []].flat().map((type) => {
    if (type === 'array' && schema.items) return listed(typeOf(schema.items, pad))
    if (type === 'object' && schema.properties) return objectOf(schema, pad)
    if (type === 'object' && typeof schema.additionalProperties === 'object') return `Record<string, ${typeOf(schema.additionalProperties, pad)}>`
    return kBases[type]
  })
  return types.join(' | ') || 'unknown'
}
function objectOf({ properties, required = [] }, pad) {
  const deeper = `${pad}  `
  const members = Object.entries(properties).map(([name, schema]) => `${deeper}${key(name)}${required.includes(name) ? '' : '?'}: ${typeOf(schema, deeper)}\n`)
  return members.length ? `{\n${members.join('')}${pad}}` : 'Record<string, never>'
}

export function routeTypes(manifest, schemas) {
  const named = Object.entries(schemas).sort(([one], [other]) => one.localeCompare(other)).map(([name, schema]) =>
    `${schema.description ? `/** ${schema.description.en} */\n` : ''}export type ${name} = ${typeOf(schema)}\n`)
  const routes = manifest.routes.map((route) => {
    const get = route.method === 'GET'
    const query = get ? route.request : route.query
    const parts = [query?.properties && Object.keys(query.properties).length && `query: ${typeOf(query, '    ')}`, !get && route.request && `body: ${typeOf(route.request, '    ')}`, `reply: ${typeOf(route.reply, '    ')}`]
    return `  /** ${route.description.en} */\n  '${route.method} ${route.path}': { ${parts.filter(Boolean).join('; ')} }\n`
  })
  return `// Made by sdk/ui/routes.mjs from plugin.json and schemas/; not written by hand.\n\n${named.join('')}\nexport interface Routes {\n${routes.join('')}}\n`
    + `export type Reply<R extends keyof Routes> = Routes[R]['reply']\nexport type Body<R extends keyof Routes> = Routes[R] extends { body: infer B } ? B : never\n`
    + `export type Asked<R extends keyof Routes> = Routes[R] extends { query: infer Q } ? Q : Record<string, never>\n`
}

const only = process.argv.includes('--check')
const folders = process.argv.slice(2).filter((one) => !one.startsWith('--'))
if (!folders.length) {
  console.error('node routes.mjs [--check] PLUGIN…')
  process.exit(2)
}
let stale = 0
for (const folder of folders) {
  const path = join(folder, 'ui/routes.ts')
  if (!existsSync(join(folder, 'ui')) || !existsSync(join(folder, 'plugin.json'))) continue
  const manifest = JSON.parse(readFileSync(join(folder, 'plugin.json'), 'utf8'))
  if (!manifest.routes?.length) continue
  const files = existsSync(join(folder, 'schemas')) ? readdirSync(join(folder, 'schemas')).filter((name) => name.endsWith('.json')) : []
  const schemas = Object.assign({}, ...files.map((name) => JSON.parse(readFileSync(join(folder, 'schemas', name), 'utf8'))))
  const text = routeTypes(manifest, schemas)
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue
  if (only) {
    console.error(`${path} is out of date: node sdk/ui/routes.mjs ${folder}`)
    stale = 1
  } else {
    writeFileSync(path, text)
  }
}
process.exit(stale)
