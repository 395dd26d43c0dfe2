// The page "sum": a plain ES module. "vue" and "@onebudget/ui" are the shell's own, shared at run time.
import { defineComponent, h, onMounted, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { ElButton } from 'element-plus'
import { ErrorPanel, get, MoneyText, PageHead, SkeletonRows, useEvents } from '@onebudget/ui'

const messages = {
  zh: { title: '捐赠合计', count: '留言', gifts: '捐赠', entries: '查看留言', again: '刷新' },
  en: { title: 'Sum of gifts', count: 'Entries', gifts: 'Gifts', entries: 'See the entries', again: 'Refresh' },
}

export default defineComponent({
  name: 'GuestbookSum',
  setup() {
    const { t, n } = useI18n({ messages, useScope: 'local', inheritLocale: true })
    const sum = shallowRef(null)
    const failed = shallowRef(null)
    const load = async () => {
      failed.value = null
      try {
        sum.value = await get('/guestbook/sum')
      } catch (error) {
        failed.value = error
      }
    }
    onMounted(load)
    useEvents({ changed: (event) => { if (event.plugin === 'guestbook') void load() } })
    const figure = (title, value) => h('div', { style: 'flex: 1 1 200px' }, [h('dt', { class: 'muted small' }, title), h('dd', { style: 'margin: 0; font-size: 24px; font-weight: 650' }, [value])])
    const body = () => {
      if (failed.value) return h(ErrorPanel, { error: failed.value, retry: true, onRetry: load })
      if (!sum.value) return h(SkeletonRows, { rows: 2 })
      return h('dl', { class: 'row pad' }, [figure(t('count'), n(sum.value.count)), figure(t('gifts'), h(MoneyText, { value: sum.value.gifts, withUnit: true }))])
    }
    return () => [
      h(PageHead, { title: t('title') }, () => h(ElButton, { onClick: load }, () => t('again'))),
      h('section', { class: 'surface', 'data-test': 'guestbook-sum' }, [body()]),
    ]
  },
})
