import { graphql } from 'relay-runtime'
import { mutate } from './environment'
import type { sessionSelectProfileMutation } from '../__generated__/sessionSelectProfileMutation.graphql'
import type { sessionSignInMutation } from '../__generated__/sessionSignInMutation.graphql'
import type { sessionSignOutMutation } from '../__generated__/sessionSignOutMutation.graphql'

/** Starts a session and tells what was wrong with the input, if anything was. An account with a second factor needs a code. */
export async function signIn(email: string, password: string, code?: string) {
  const { signIn: payload } = await mutate<sessionSignInMutation>(
    graphql`
      mutation sessionSignInMutation($input: SignInInput!) {
        signIn(input: $input) {
          userErrors {
            code
            path
          }
        }
      }
    `,
    { input: { email, password, code } },
  )
  return payload.userErrors
}

/** Ends the session and leaves for the sign-in screen. */
export async function signOut(): Promise<void> {
  await mutate<sessionSignOutMutation>(
    graphql`
      mutation sessionSignOutMutation {
        signOut {
          signedOut
        }
      }
    `,
    {},
  )
  leave('/sign-in')
}

/** What may open a profile that is locked. */
export type Secret = { pin?: string; password?: string }

/** Watches with another profile from here on, beginning at a path of the app; or tells what is in the way, as a code. */
export async function selectProfile(id: string, to: string, secret: Secret = {}): Promise<string | undefined> {
  const { selectProfile: payload } = await mutate<sessionSelectProfileMutation>(
    graphql`
      mutation sessionSelectProfileMutation($id: ID!, $pin: String, $password: String) {
        selectProfile(id: $id, pin: $pin, password: $password) {
          userErrors {
            code
          }
        }
      }
    `,
    { id, ...secret },
  )
  const [error] = payload.userErrors
  if (error) return error.code
  leave(to)
  return undefined
}

/** Loads the page anew: another viewer must find nothing of this one, and the server puts the home page's answer in it. */
function leave(to: string) {
  location.assign(inside(to))
}

/** A path of this app: an address that leads elsewhere becomes the home page. */
export function inside(to: string): string {
  try {
    const target = new URL(to, location.origin)
    if (target.origin === location.origin) return target.pathname + target.search + target.hash
  } catch {
    // no address at all
  }
  return '/'
}
