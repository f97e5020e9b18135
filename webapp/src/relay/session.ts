import { commitMutation, graphql } from 'relay-runtime'
import type { GraphQLTaggedNode, MutationParameters } from 'relay-runtime'
import { environment } from './environment'
import type { sessionSelectProfileMutation } from '../__generated__/sessionSelectProfileMutation.graphql'
import type { sessionSignInMutation } from '../__generated__/sessionSignInMutation.graphql'
import type { sessionSignOutMutation } from '../__generated__/sessionSignOutMutation.graphql'

function mutate<T extends MutationParameters>(mutation: GraphQLTaggedNode, variables: T['variables']): Promise<T['response']> {
  return new Promise((onCompleted, onError) => {
    commitMutation<T>(environment, { mutation, variables, onCompleted, onError })
  })
}

/** Starts a session and tells what was wrong with the input, if anything was. */
export async function signIn(email: string, password: string) {
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
    { input: { email, password } },
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

/** Watches with another profile from here on, beginning at a path of the app. */
export async function selectProfile(id: string, to: string): Promise<void> {
  await mutate<sessionSelectProfileMutation>(
    graphql`
      mutation sessionSelectProfileMutation($id: ID!) {
        selectProfile(id: $id) {
          userErrors {
            code
          }
        }
      }
    `,
    { id },
  )
  leave(to)
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
