/** Permissions as a person looks for them: by plugin and object, found by words in either language. */
import type { Permission } from '@/api/types'

export interface PermissionGroup { code: string; items: Permission[] }

/** `compilation.project.read` belongs to `compilation.project`; a code of two parts to its plugin. */
export const groupOf = (code: string): string => code.split('.').slice(0, code.split('.').length > 2 ? 2 : 1).join('.')

/** Chosen codes that are not declared (a wildcard, or of a plugin switched off) stay visible, or they would be lost unseen. */
export function groups(known: Permission[], chosen: string[], words: string): PermissionGroup[] {
  const wanted = words.trim().toLowerCase().split(/\s+/).filter(Boolean)
  const undeclared = chosen.filter((code) => !known.some((one) => one.code === code)).map((code): Permission => ({ code, title: { zh: code, en: code }, risk: 'medium' }))
  const found = new Map<string, Permission[]>()
  for (const one of [...known, ...undeclared]) {
    const text = `${one.code} ${one.title.zh} ${one.title.en}`.toLowerCase()
    if (wanted.every((word) => text.includes(word))) found.set(groupOf(one.code), [...(found.get(groupOf(one.code)) ?? []), one])
  }
  return [...found].map(([code, items]) => ({ code, items })).sort((a, b) => a.code.localeCompare(b.code))
}
