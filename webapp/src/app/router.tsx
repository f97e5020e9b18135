import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import homeQuery from '../__generated__/HomeQuery.graphql'
import pageQuery from '../__generated__/PageQuery.graphql'
import titleQuery from '../__generated__/TitleQuery.graphql'
import { trackFocus } from '../components/focus'
import { prefetch } from '../relay/environment'
import { HomeScreen, Missing, ProfilesScreen, Root, SignInScreen, TitleScreen } from './screens'

/** Where to go once somebody signed in and chose a profile. */
const wanted = (search: Record<string, unknown>): { to?: string | undefined } =>
  typeof search.to === 'string' && search.to !== '/' ? { to: search.to } : {}

const root = createRootRoute({ component: Root, notFoundComponent: Missing })

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  loader: () => prefetch(homeQuery, {}),
  component: HomeScreen,
})

const title = createRoute({
  getParentRoute: () => root,
  path: '/title/$slug',
  validateSearch: ({ season }: Record<string, unknown>): { season?: number | undefined } =>
    typeof season === 'number' && Number.isInteger(season) ? { season } : {},
  loader({ params: { slug } }) {
    prefetch(pageQuery, {})
    prefetch(titleQuery, { slug })
  },
  component: TitleScreen,
})

const signIn = createRoute({ getParentRoute: () => root, path: '/sign-in', validateSearch: wanted, component: SignInScreen })
const profiles = createRoute({ getParentRoute: () => root, path: '/profiles', validateSearch: wanted, component: ProfilesScreen })

const admin = () => import('./admin') // for administrators alone
const searched = ({ q }: Record<string, unknown>): { q?: string | undefined } => (q === undefined || q === '' ? {} : { q: String(q) })

const adminFrame = createRoute({ getParentRoute: () => root, path: '/admin', component: lazyRouteComponent(admin, 'AdminScreen') })
const adminStart = createRoute({ getParentRoute: () => adminFrame, path: '/', component: lazyRouteComponent(admin, 'AdminStart') })
const users = createRoute({ getParentRoute: () => adminFrame, path: 'users', validateSearch: searched, component: lazyRouteComponent(admin, 'UsersScreen') })
const imports = createRoute({ getParentRoute: () => adminFrame, path: 'imports', component: lazyRouteComponent(admin, 'ImportsScreen') })
const user = createRoute({ getParentRoute: () => adminFrame, path: 'users/$id', component: lazyRouteComponent(admin, 'UserScreen') })

const saveData = (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true

export const router = createRouter({
  routeTree: root.addChildren([home, title, signIn, profiles, adminFrame.addChildren([adminStart, users, user, imports])]),
  defaultPreload: saveData ? false : 'intent',
  defaultPreloadDelay: 80,
  defaultPreloadStaleTime: 0, // Relay's store knows what it has
  scrollRestoration: true,
})
trackFocus(router)

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
