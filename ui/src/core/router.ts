import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { useSession } from './session'

const system: RouteRecordRaw[] = [
  { path: 'plugin', component: () => import('@/pages/system/plugins/PluginsPage.vue') },
  { path: 'user', component: () => import('@/pages/system/users/UsersPage.vue') },
  { path: 'role', component: () => import('@/pages/system/roles/RolesPage.vue') },
  { path: 'grant', component: () => import('@/pages/system/grants/GrantsPage.vue') },
  { path: 'node', component: () => import('@/pages/system/nodes/NodesPage.vue') },
  { path: 'job', component: () => import('@/pages/system/jobs/JobsPage.vue') },
  { path: 'audit', component: () => import('@/pages/system/audit/AuditPage.vue') },
  { path: 'explain', component: () => import('@/pages/system/explain/ExplainPage.vue') },
  { path: 'preview', component: () => import('@/pages/system/preview/PreviewPage.vue') },
  { path: 'health', component: () => import('@/pages/system/health/HealthPage.vue') },
  { path: 'setting', component: () => import('@/pages/system/settings/SettingsPage.vue') },
  { path: 'backup', component: () => import('@/pages/system/backups/BackupsPage.vue') },
  { path: 'event', component: () => import('@/pages/system/events/EventsPage.vue') },
  { path: 'token', component: () => import('@/pages/system/tokens/TokensPage.vue') },
]

const routes: RouteRecordRaw[] = [
  { path: '/sign-in', name: 'sign-in', component: () => import('@/pages/entry/SignInPage.vue'), meta: { open: true } },
  { path: '/start', name: 'start', component: () => import('@/pages/entry/FirstStartPage.vue'), meta: { open: true } },
  { path: '/unreachable', name: 'unreachable', component: () => import('@/pages/entry/UnreachablePage.vue'), meta: { open: true } },
  { path: '/leave', name: 'leave', component: () => import('@/pages/entry/LeavePage.vue'), meta: { password: true } },
  { path: '/password', name: 'password', component: () => import('@/pages/entry/PasswordPage.vue'), meta: { password: true } },
  {
    path: '/',
    component: () => import('@/pages/shell/AppShell.vue'),
    children: [
      { path: '', name: 'home', component: () => import('@/pages/home/HomePage.vue') },
      { path: 'notices', component: () => import('@/pages/notices/NoticesPage.vue') },
      { path: 'system', children: system },
      { path: 'p/:plugin/:page', name: 'contributed', component: () => import('@/pages/contributed/ContributedPage.vue') },
      { path: ':plugin/:entity', name: 'list', component: () => import('@/pages/records/list/ListPage.vue') },
      { path: ':plugin/:entity/new', name: 'create', component: () => import('@/pages/records/form/FormPage.vue') },
      { path: ':plugin/:entity/entry', name: 'entry', component: () => import('@/pages/records/grid/EntryPage.vue') },
      { path: ':plugin/:entity/import', name: 'import', component: () => import('@/pages/records/exchange/ImportPage.vue') },
      { path: ':plugin/:entity/:id', name: 'detail', component: () => import('@/pages/records/detail/DetailPage.vue') },
      { path: ':plugin/:entity/:id/edit', name: 'edit', component: () => import('@/pages/records/form/FormPage.vue') },
      { path: ':rest(.*)*', name: 'missing', component: () => import('@/pages/shell/MissingPage.vue') },
    ],
  },
]

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

router.beforeEach(async (to) => {
  const session = useSession()
  if (to.name === 'unreachable') return true
  let known: boolean
  try {
    known = await session.load()
  } catch {
    return { name: 'unreachable', query: { back: to.fullPath } } // the page says what is wrong and offers to try again
  }
  if (to.meta.open) return known && to.name === 'sign-in' ? safeBack(to.query.back) : true
  if (!known) return { name: 'sign-in', query: to.fullPath === '/' ? {} : { back: to.fullPath } }
  if (session.user?.must_change_password && !to.meta.password) return { name: 'password', query: { back: to.fullPath } }
  return true
})

// A page whose part cannot be fetched any more belongs to an older release: take the new one.
router.onError((error, to) => {
  if (/dynamically imported module|Importing a module script failed|error loading/i.test(String(error))) window.location.assign(to.fullPath)
})

/** Where to go after signing in: a path of this application, never another site. */
export function safeBack(given: unknown): string {
  return typeof given === 'string' && given.startsWith('/') && !given.startsWith('//') && !given.startsWith('/\\') ? given : '/'
}
