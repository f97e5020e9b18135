import { Navigate, Outlet, getRouteApi, useNavigate } from '@tanstack/react-router'
import { Boundary } from '../components/Boundary'
import { AdminFrame } from '../features/admin/AdminFrame'
import { Imports } from '../features/admin/imports/Imports'
import { ScreenSkeleton } from '../features/admin/parts/Screen'
import { Audit } from '../features/admin/audit/Audit'
import { Genre } from '../features/admin/genres/Genre'
import { Genres } from '../features/admin/genres/Genres'
import { Character } from '../features/admin/people/Character'
import { Characters } from '../features/admin/people/Characters'
import { People } from '../features/admin/people/People'
import { Person } from '../features/admin/people/Person'
import { EditTitle } from '../features/admin/titles/EditTitle'
import { EditEpisode } from '../features/admin/titles/EditEpisode'
import { NewTitle } from '../features/admin/titles/NewTitle'
import { EditSeason } from '../features/admin/titles/EditSeason'
import { Titles } from '../features/admin/titles/Titles'
import { User } from '../features/admin/users/User'
import { Users } from '../features/admin/users/Users'

// The screens of the administration at their addresses: a part of its own, which only administrators load.

/** What the administration stands in. */
export function AdminScreen() {
  return (
    <Boundary fallback={null}>
      {(attempt) => (
        <AdminFrame key={attempt}>
          <Outlet />
        </AdminFrame>
      )}
    </Boundary>
  )
}

/** Where the administration begins. */
export function AdminStart() {
  return <Navigate to="/admin/titles" replace />
}

const titlesRoute = getRouteApi('/admin/titles')

/** The catalogue at its address. */
export function TitlesScreen() {
  const wanted = titlesRoute.useSearch()
  const navigate = useNavigate()
  return (
    <Boundary fallback={<ScreenSkeleton />}>
      {(attempt) => <Titles wanted={wanted} onWant={(search) => void navigate({ to: '/admin/titles', search, replace: true })} attempt={attempt} />}
    </Boundary>
  )
}

const peopleRoute = getRouteApi('/admin/people')

/** The people at their address. */
export function PeopleScreen() {
  const { q } = peopleRoute.useSearch()
  const search = useSearched()
  return <Boundary fallback={<ScreenSkeleton />}>{(attempt) => <People text={q ?? ''} onSearch={search} attempt={attempt} />}</Boundary>
}

const charactersRoute = getRouteApi('/admin/characters')

/** The characters at their address. */
export function CharactersScreen() {
  const { q } = charactersRoute.useSearch()
  const search = useSearched()
  return <Boundary fallback={<ScreenSkeleton />}>{(attempt) => <Characters text={q ?? ''} onSearch={search} attempt={attempt} />}</Boundary>
}

/** The genres at their address. */
export function GenresScreen() {
  return <Boundary fallback={<ScreenSkeleton />}>{(attempt) => <Genres attempt={attempt} />}</Boundary>
}

const usersRoute = getRouteApi('/admin/users')

/** The accounts at their address. */
export function UsersScreen() {
  const { q } = usersRoute.useSearch()
  const search = useSearched()
  return <Boundary fallback={<ScreenSkeleton />}>{(attempt) => <Users text={q ?? ''} onSearch={search} attempt={attempt} />}</Boundary>
}

/** Puts what is searched for into the address. */
function useSearched() {
  const navigate = useNavigate()
  return (text: string) => void navigate({ to: '.', search: text ? { q: text } : {}, replace: true })
}

const userRoute = getRouteApi('/admin/users/$id')

/** An account at its address. */
export function UserScreen() {
  const { id } = userRoute.useParams()
  return (
    <Boundary key={id} fallback={<ScreenSkeleton />}>
      {(attempt) => <User id={id} attempt={attempt} />}
    </Boundary>
  )
}

/** The imports at their address. */
export function ImportsScreen() {
  return <Boundary fallback={<ScreenSkeleton />}>{(attempt) => <Imports attempt={attempt} />}</Boundary>
}

const newTitleRoute = getRouteApi('/admin/titles/new/$kind')

/** A new movie or series at its address. */
export function NewTitleScreen() {
  const { kind } = newTitleRoute.useParams()
  return (
    <Boundary key={kind} fallback={<ScreenSkeleton />}>
      {(attempt) => <NewTitle key={attempt} series={kind === 'series'} />}
    </Boundary>
  )
}

const editTitleRoute = getRouteApi('/admin/titles/$id')

/** A movie or a series at its address. */
export function EditTitleScreen() {
  const { id } = editTitleRoute.useParams()
  return (
    <Boundary key={id} fallback={<ScreenSkeleton />}>
      {(attempt) => <EditTitle id={id} attempt={attempt} />}
    </Boundary>
  )
}

const seasonRoute = getRouteApi('/admin/seasons/$id')

/** A season at its address. */
export function SeasonScreen() {
  const { id } = seasonRoute.useParams()
  const { of } = seasonRoute.useSearch()
  return (
    <Boundary key={id} fallback={<ScreenSkeleton />}>
      {(attempt) => <EditSeason id={id} of={of} attempt={attempt} />}
    </Boundary>
  )
}

const episodeRoute = getRouteApi('/admin/episodes/$id')

/** An episode at its address. */
export function EpisodeScreen() {
  const { id } = episodeRoute.useParams()
  const { of } = episodeRoute.useSearch()
  return (
    <Boundary key={id} fallback={<ScreenSkeleton />}>
      {(attempt) => <EditEpisode id={id} of={of} attempt={attempt} />}
    </Boundary>
  )
}

const personRoute = getRouteApi('/admin/people/$id')

/** A person at their address. */
export function PersonScreen() {
  const { id } = personRoute.useParams()
  return (
    <Boundary key={id} fallback={<ScreenSkeleton />}>
      {(attempt) => <Person id={id} attempt={attempt} />}
    </Boundary>
  )
}

const characterRoute = getRouteApi('/admin/characters/$id')

/** A character at its address. */
export function CharacterScreen() {
  const { id } = characterRoute.useParams()
  const { of } = characterRoute.useSearch()
  return (
    <Boundary key={id} fallback={<ScreenSkeleton />}>
      {(attempt) => <Character id={id} of={of} attempt={attempt} />}
    </Boundary>
  )
}

const genreRoute = getRouteApi('/admin/genres/$id')

/** A genre at its address. */
export function GenreScreen() {
  const { id } = genreRoute.useParams()
  return (
    <Boundary key={id} fallback={<ScreenSkeleton />}>
      {(attempt) => <Genre id={id} attempt={attempt} />}
    </Boundary>
  )
}

const auditRoute = getRouteApi('/admin/audit')

/** The audit log at its address. */
export function AuditScreen() {
  const { node, user } = auditRoute.useSearch()
  return (
    <Boundary key={`${node} ${user}`} fallback={<ScreenSkeleton />}>
      {(attempt) => <Audit node={node} user={user} attempt={attempt} />}
    </Boundary>
  )
}
