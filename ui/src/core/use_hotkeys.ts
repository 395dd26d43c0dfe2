/** Single keys while nobody is typing and no dialog is open. */
import { onBeforeUnmount, onMounted } from 'vue'

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName) && !(target instanceof HTMLInputElement && target.type === 'checkbox'))
const covered = (): boolean => [...document.querySelectorAll('.el-overlay')].some((one) => one.checkVisibility())

export function useHotkeys(keys: Record<string, () => void>): void {
  const press = (event: KeyboardEvent): void => {
    const act = keys[event.key]
    if (!act || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || covered()) return
    event.preventDefault()
    act()
  }
  onMounted(() => window.addEventListener('keydown', press))
  onBeforeUnmount(() => window.removeEventListener('keydown', press))
}
