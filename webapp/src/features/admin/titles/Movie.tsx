import { graphql, useFragment } from 'react-relay/hooks'
import type { Movie_movie$key } from '../../../__generated__/Movie_movie.graphql'
import type { MovieCreateMutation } from '../../../__generated__/MovieCreateMutation.graphql'
import type { MovieDeleteMutation } from '../../../__generated__/MovieDeleteMutation.graphql'
import type { MovieUpdateMutation } from '../../../__generated__/MovieUpdateMutation.graphql'
import { useAdminText } from '../../../language/admin'
import { mutate } from '../../../relay/environment'
import { Delete } from '../parts/Delete'
import { FormFrame } from '../parts/FormFrame'
import { notNumbers } from '../parts/number'
import { toast } from '../parts/Toast'
import { missing, useForm } from '../parts/useForm'
import type { Sent } from '../parts/useForm'
import { TitleFields } from './TitleFields'
import { useShown } from './shown'
import { filled, fromTitle, titleFieldOf, toMovie } from './titleValue'
import type { TitleValue } from './titleValue'

/** The fields of a movie. */
export function Movie({ movie }: { movie: Movie_movie$key }) {
  const text = useAdminText()
  const show = useShown()
  const data = useFragment(
    graphql`
      fragment Movie_movie on Movie {
        id
        slug
        originalName
        year
        releasedOn
        maturity
        language
        durationSeconds
        genres {
          id
          name
        }
        editing {
          version
          name
          synopsis
          texts {
            language
            name
            synopsis
          }
          availableFrom
          availableUntil
        }
      }
    `,
    movie,
  )
  const { id } = data
  const editing = data.editing!
  const form = useForm({
    draft: id,
    saved: fromTitle(data, editing),
    version: editing.version,
    check: (value) => ({ ...missing(value, ['name', 'slug'], text.required), ...notNumbers(value, ['year', 'minutes'], text.notANumber) }),
    fieldOf: titleFieldOf,
    async save({ changed, value, version }) {
      const { updateMovie } = await mutate<MovieUpdateMutation>(
        graphql`
          mutation MovieUpdateMutation($id: ID!, $version: Int!, $input: MovieInput!) {
            updateMovie(id: $id, version: $version, input: $input) {
              movie {
                name
                ...Movie_movie
              }
              userErrors {
                code
                message
                path
              }
            }
          }
        `,
        { id, version, input: toMovie(changed, value) },
      )
      if (updateMovie.userErrors.length === 0) toast(text.saved)
      return updateMovie.userErrors
    },
  })
  return (
    <FormFrame form={form} describe={text.titleFields} show={show}>
      <TitleFields form={form} series={false} />
    </FormFrame>
  )
}

/** The button that deletes a movie. */
export function DeleteMovie({ id, name, version }: { id: string; name: string; version: number }) {
  return (
    <Delete
      id={id}
      name={name}
      to="/admin/titles"
      run={async () => {
        const { deleteMovie } = await mutate<MovieDeleteMutation>(
          graphql`
            mutation MovieDeleteMutation($id: ID!, $version: Int!) {
              deleteMovie(id: $id, version: $version) {
                deletedId @deleteRecord
                node {
                  ... on Movie {
                    ...Movie_movie @alias(as: "movie")
                  }
                }
                userErrors {
                  code
                  message
                  path
                }
              }
            }
          `,
          { id, version },
        )
        return deleteMovie.userErrors
      }}
    />
  )
}

/** Creates a movie. */
export async function createMovie({ value, once }: Sent<TitleValue>) {
  const { createMovie: payload } = await mutate<MovieCreateMutation>(
    graphql`
      mutation MovieCreateMutation($input: MovieInput!, $once: String!) {
        createMovie(input: $input, idempotencyKey: $once) {
          movie {
            id
            name
          }
          userErrors {
            code
            message
            path
          }
        }
      }
    `,
    { input: toMovie(filled(value), value), once },
  )
  return { made: payload.movie, userErrors: payload.userErrors }
}
