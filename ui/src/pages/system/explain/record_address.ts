/** The record that an address or a short form names, as the server wants it: `plugin/entity/id`. Null when it names none. */
export function recordOf(typed: string): string | null {
  const path = typed.trim().replace(/^[a-z]+:\/\/[^/]+/i, '').replace(/[?#].*$/, '')
  const match = /^\/?([a-z][a-z0-9_]*)\/([a-z][a-z0-9_-]*)\/(\d{1,19})(?:\/edit)?\/?$/.exec(path)
  return match ? `${match[1]}/${match[2]}/${match[3]}` : null
}
