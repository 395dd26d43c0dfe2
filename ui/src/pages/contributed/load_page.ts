/** Fetches the module of a contributed page; gives up after a while, because a page that never comes must not look like one that works. */
import type { Component } from 'vue'

export class PageFault extends Error {
  constructor(readonly key: 'contributed.slow' | 'contributed.noComponent', readonly values: Record<string, unknown> = {}) { super(key) }
}
export const kPatienceSeconds = 20

/** The shared libraries come to a page through the import map, which knows no styles: taken in here, they bring theirs along. */
export const loadStyles = (): Promise<unknown> => Promise.all([import('@/shared/kit'), import('@/shared/element_plus')])

export async function loadPage(fetchModule: () => Promise<{ default?: unknown }>, patienceMs = kPatienceSeconds * 1000): Promise<Component> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new PageFault('contributed.slow', { seconds: patienceMs / 1000 })), patienceMs)
  })
  try {
    const module = await Promise.race([fetchModule(), late])
    const found = module.default
    if (!found || (typeof found !== 'object' && typeof found !== 'function')) throw new PageFault('contributed.noComponent')
    return found as Component
  } finally {
    clearTimeout(timer)
  }
}
