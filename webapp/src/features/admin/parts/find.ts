import { fetchQuery, graphql } from 'relay-runtime'
import type { findPeopleQuery } from '../../../__generated__/findPeopleQuery.graphql'
import { environment } from '../../../relay/environment'
import type { Option } from './Picker'

/** People whose names begin with a text, told apart by a title that they worked on. */
export async function findPeople(text: string): Promise<Option[]> {
  const answer = await fetchQuery<findPeopleQuery>(
    environment,
    graphql`
      query findPeopleQuery($text: String!) {
        people(text: $text, first: 8) {
          nodes {
            id
            name
            credits(first: 1) {
              nodes {
                title {
                  name
                }
              }
            }
          }
        }
      }
    `,
    { text },
  ).toPromise()
  return (answer?.people.nodes ?? []).map(({ id, name, credits }) => {
    const known = credits.nodes[0]?.title?.name
    return { id, label: name, ...(known && { detail: known }) }
  })
}
