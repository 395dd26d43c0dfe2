/** What the kit's parts need from outside. They hold no store and send no request themselves. */
import { inject, type InjectionKey, type Ref } from 'vue'
import type { Field, FieldError, Locale, OrgNode, StoredFile, Text } from '@/api/types'
import type { MoneyUnit } from './format/money'

export interface Choice { value: string; label: string; hint?: string }

export interface KitContext {
  locale: Ref<Locale>
  unit: Ref<MoneyUnit>
  say(text: Text | string | null | undefined): string
  /** Rows of an entity (`plugin.entity`, or an entity of `plugin`) that match the words. */
  searchRows(entity: string, plugin: string, words: string, filter?: string): Promise<Choice[]>
  searchNodes(words: string, kinds?: string[]): Promise<Choice[]>
  searchUsers(words: string): Promise<Choice[]>
  childNodes(parent: string): Promise<OrgNode[]>
  /** What a row, node or person that a field points to is called; null when it is not visible or gone. */
  nameOf(field: Field, plugin: string, id: string): Promise<string | null>
  /** From the root down to the node itself. */
  nodePath(id: string): Promise<OrgNode[]>
  upload(file: File): Promise<StoredFile>
  fileUrl(id: string): string
  /** The part of the menu that an address belongs to; empty when none. */
  section(path: string): string
  /** Called by each page once it has its title. */
  visited(path: string, title: string): void
  describe(error: unknown): { sentence: string; advice: string; requestId: string; errors: FieldError[] }
}

export const kKitContext: InjectionKey<KitContext> = Symbol('kit context')

export function useKit(): KitContext {
  const found = inject(kKitContext)
  if (!found) throw new Error('the kit context is not provided')
  return found
}
