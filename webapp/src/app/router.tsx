import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import homeQuery from '../__generated__/HomeQuery.graphql'
import pageQuery from '../__generated__/PageQuery.graphql'
import titleQuery from '../__generated__/TitleQuery.graphql'
import type { TitleKind, TitleOrderField } from '../__generated__/TitlesQuery.graphql'
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
const orders: TitleOrderField[] = ['ADDED', 'NAME', 'YEAR', 'POPULARITY']
const searched = ({ q }: Record<string, unknown>): { q?: string | undefined } => (q === undefined || q === '' ? {} : { q: String(q) })

const narrowed = ({ kind, genre, order }: Record<string, unknown>): { kind?: TitleKind; genre?: string; order?: TitleOrderField } => ({
  ...((kind === 'MOVIE' || kind === 'SERIES') && { kind }),
  ...(typeof genre === 'string' && { genre }),
  ...(orders.find((field) => field === order) && { order: order as TitleOrderField }),
})

/** Whose changes, or those of what. */
const changed = ({ node, user }: Record<string, unknown>): { node?: string; user?: string } => ({
  ...(typeof node === 'string' && { node }),
  ...(typeof user === 'string' && { user }),
})

/** What something new shall belong to. */
const within = ({ of }: Record<string, unknown>): { of?: string } => (typeof of === 'string' ? { of } : {})

const adminFrame = createRoute({ getParentRoute: () => root, path: '/admin', component: lazyRouteComponent(admin, 'AdminScreen') })
const below = () => adminFrame
const adminRoutes = [
  createRoute({ getParentRoute: below, path: '/', component: lazyRouteComponent(admin, 'AdminStart') }),
  createRoute({ getParentRoute: below, path: 'titles', validateSearch: narrowed, component: lazyRouteComponent(admin, 'TitlesScreen') }),
  createRoute({ getParentRoute: below, path: 'people', validateSearch: searched, component: lazyRouteComponent(admin, 'PeopleScreen') }),
  createRoute({ getParentRoute: below, path: 'characters', validateSearch: searched, component: lazyRouteComponent(admin, 'CharactersScreen') }),
  createRoute({ getParentRoute: below, path: 'genres', component: lazyRouteComponent(admin, 'GenresScreen') }),
  createRoute({ getParentRoute: below, path: 'titles/new/$kind', component: lazyRouteComponent(admin, 'NewTitleScreen') }),
  createRoute({ getParentRoute: below, path: 'titles/$id', component: lazyRouteComponent(admin, 'EditTitleScreen') }),
  createRoute({ getParentRoute: below, path: 'seasons/$id', validateSearch: within, component: lazyRouteComponent(admin, 'SeasonScreen') }),
  createRoute({ getParentRoute: below, path: 'episodes/$id', validateSearch: within, component: lazyRouteComponent(admin, 'EpisodeScreen') }),
  createRoute({ getParentRoute: below, path: 'people/$id', component: lazyRouteComponent(admin, 'PersonScreen') }),
  createRoute({ getParentRoute: below, path: 'characters/$id', validateSearch: within, component: lazyRouteComponent(admin, 'CharacterScreen') }),
  createRoute({ getParentRoute: below, path: 'genres/$id', component: lazyRouteComponent(admin, 'GenreScreen') }),
  createRoute({ getParentRoute: below, path: 'audit', validateSearch: changed, component: lazyRouteComponent(admin, 'AuditScreen') }),
  createRoute({ getParentRoute: below, path: 'users', validateSearch: searched, component: lazyRouteComponent(admin, 'UsersScreen') }),
  createRoute({ getParentRoute: below, path: 'users/$id', component: lazyRouteComponent(admin, 'UserScreen') }),
  createRoute({ getParentRoute: below, path: 'imports', component: lazyRouteComponent(admin, 'ImportsScreen') }),
] as const

const saveData = (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true

export const router = createRouter({
  routeTree: root.addChildren([home, title, signIn, profiles, adminFrame.addChildren(adminRoutes)]),
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
