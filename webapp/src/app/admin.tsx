import { Navigate, Outlet, getRouteApi, useNavigate } from '@tanstack/react-router'
import { Boundary } from '../components/Boundary'
import { AdminFrame } from '../features/admin/AdminFrame'
import { Imports } from '../features/admin/imports/Imports'
import { ScreenSkeleton } from '../features/admin/parts/Screen'
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
  return <Navigate to="/admin/users" replace />
}

const usersRoute = getRouteApi('/admin/users')

/** The accounts at their address. */
export function UsersScreen() {
  const { q } = usersRoute.useSearch()
  const navigate = useNavigate()
  return (
    <Boundary fallback={<ScreenSkeleton />}>
      {(attempt) => <Users text={q ?? ''} onSearch={(text) => void navigate({ to: '.', search: text ? { q: text } : {}, replace: true })} attempt={attempt} />}
    </Boundary>
  )
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
