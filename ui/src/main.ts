import { createPinia } from 'pinia'
import { createApp } from 'vue'
import 'element-plus/es/components/base/style/css'
import 'element-plus/theme-chalk/dark/css-vars.css'
import 'element-plus/es/components/message/style/css'
import 'element-plus/es/components/message-box/style/css'
import './styles/base.css'
import './styles/print.css'
import App from './App.vue'
import { configureClient } from './api/client'
import { i18n, locale } from './core/i18n'
import { router } from './core/router'
import { useSession } from './core/session'

const app = createApp(App)
app.use(createPinia())
app.use(i18n)
const session = useSession()
configureClient({ locale, csrf: () => session.info?.csrf ?? '', unauthorised: () => session.unauthorised() })
app.use(router)
app.mount('#app')
