import { RouterProvider } from '@tanstack/react-router'
import { RelayEnvironmentProvider } from 'react-relay/hooks'
import { environment } from '../relay/environment'
import { router } from './router'

/** The web app. */
export function App() {
  return (
    <RelayEnvironmentProvider environment={environment}>
      <RouterProvider router={router} />
    </RelayEnvironmentProvider>
  )
}
