import { Link } from '@tanstack/react-router'
import { graphql, useLazyLoadQuery } from 'react-relay/hooks'
import type { EditTitleQuery } from '../../../__generated__/EditTitleQuery.graphql'
import { useAdminText } from '../../../language/admin'
import { Gone } from '../parts/Gone'
import { Source } from '../parts/Source'
import { Screen, Section, Tools } from '../parts/Screen'
import { CreditsEditor } from './CreditsEditor'
import { DeleteMovie, Movie } from './Movie'
import { Pictures } from './Pictures'
import { Seasons } from './Seasons'
import { DeleteSeries, Series } from './Series'

/** All of a movie or a series. */
export function EditTitle({ id, attempt }: { id: string; attempt: number }) {
  const text = useAdminText()
  const { node } = useLazyLoadQuery<EditTitleQuery>(
    graphql`
      query EditTitleQuery($id: ID!) {
        node(id: $id) {
          __typename
          ... on Title @alias(as: "title") {
            id
            slug
            name
            ...Pictures_title
            ...CreditsEditor_title
          }
          ... on Movie @alias(as: "movie") {
            editing {
              version
              ...Source_editing
            }
            ...Movie_movie
          }
          ... on Series @alias(as: "series") {
            editing {
              version
              ...Source_editing
            }
            ...Series_series
            ...Seasons_series
          }
        }
      }
    `,
    { id },
    { fetchKey: attempt, fetchPolicy: 'store-and-network' },
  )
  const up = <Link to="/admin/titles">← {text.titles}</Link>
  const editing = node?.movie?.editing ?? node?.series?.editing
  if (!node?.title || !editing) return <Gone up={up} />
  const { title, movie, series } = node
  const { slug, name } = title
  const { version } = editing
  return (
    <Screen
      heading={name}
      up={up}
      actions={
        <>
          <Link to="/title/$slug" params={{ slug }} className="button quiet" preload={false}>
            {text.view}
          </Link>
          <Link to="/admin/audit" search={{ node: id }} className="button quiet">
            {text.changes}
          </Link>
        </>
      }
    >
      <Source editing={editing} />
      {movie && <Movie movie={movie} />}
      {series && <Series series={series} />}
      {series && <Seasons series={series} />}
      <CreditsEditor title={title} version={version} />
      <Pictures title={title} version={version} />
      <Section heading={text.end}>
        <Tools>
          {movie && <DeleteMovie id={id} name={name} version={version} />}
          {series && <DeleteSeries id={id} name={name} version={version} />}
        </Tools>
      </Section>
    </Screen>
  )
}
