/** Asks before an act; true when the person confirms. `warn` for what cannot be taken back. */
import { ElMessageBox } from 'element-plus'
import { t } from './i18n'

interface Asking { warn?: boolean; back?: string }

export function confirmed(sentence: string, act: string, { warn = false, back = t('common.cancel') }: Asking = {}): Promise<boolean> {
  return ElMessageBox.confirm(sentence, act, { confirmButtonText: act, cancelButtonText: back, ...(warn ? { type: 'warning' as const } : {}) }).then(() => true, () => false)
}
