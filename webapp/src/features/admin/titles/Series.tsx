import { graphql, useFragment } from 'react-relay/hooks'
import type { Series_series$key } from '../../../__generated__/Series_series.graphql'
import type { SeriesCreateMutation } from '../../../__generated__/SeriesCreateMutation.graphql'
import type { SeriesDeleteMutation } from '../../../__generated__/SeriesDeleteMutation.graphql'
import type { SeriesUpdateMutation } from '../../../__generated__/SeriesUpdateMutation.graphql'
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
import { filled, fromTitle, titleFieldOf, toSeasons, toSeries } from './titleValue'
import type { TitleValue } from './titleValue'

/** The fields of a series. */
export function Series({ series }: { series: Series_series$key }) {
  const text = useAdminText()
  const show = useShown()
  const data = useFragment(
    graphql`
      fragment Series_series on Series {
        id
        slug
        originalName
        year
        releasedOn
        maturity
        language
        status
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
    series,
  )
  const { id } = data
  const editing = data.editing!
  const form = useForm({
    draft: id,
    saved: fromTitle(data, editing),
    version: editing.version,
    check: (value) => ({ ...missing(value, ['name', 'slug'], text.required), ...notNumbers(value, ['year'], text.notANumber) }),
    fieldOf: titleFieldOf,
    async save({ changed, value, version }) {
      const { updateSeries } = await mutate<SeriesUpdateMutation>(
        graphql`
          mutation SeriesUpdateMutation($id: ID!, $version: Int!, $input: SeriesInput!) {
            updateSeries(id: $id, version: $version, input: $input) {
              series {
                name
                ...Series_series
              }
              userErrors {
                code
                message
                path
              }
            }
          }
        `,
        { id, version, input: toSeries(changed, value) },
      )
      if (updateSeries.userErrors.length === 0) toast(text.saved)
      return updateSeries.userErrors
    },
  })
  return (
    <FormFrame form={form} describe={text.titleFields} show={show}>
      <TitleFields form={form} series />
    </FormFrame>
  )
}

/** The button that deletes a series. */
export function DeleteSeries({ id, name, version }: { id: string; name: string; version: number }) {
  return (
    <Delete
      id={id}
      name={name}
      to="/admin/titles"
      run={async () => {
        const { deleteSeries } = await mutate<SeriesDeleteMutation>(
          graphql`
            mutation SeriesDeleteMutation($id: ID!, $version: Int!) {
              deleteSeries(id: $id, version: $version) {
                deletedId @deleteRecord
                node {
                  ... on Series {
                    ...Series_series @alias(as: "series")
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
        return deleteSeries.userErrors
      }}
    />
  )
}

/** Creates a series with its first seasons. */
export async function createSeries({ value, once }: Sent<TitleValue>) {
  const { createSeries: payload } = await mutate<SeriesCreateMutation>(
    graphql`
      mutation SeriesCreateMutation($input: SeriesInput!, $seasons: [NewSeasonInput!], $once: String!) {
        createSeries(input: $input, seasons: $seasons, idempotencyKey: $once) {
          series {
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
    { input: toSeries(filled(value), value), seasons: toSeasons(value.seasons), once },
  )
  return { made: payload.series, userErrors: payload.userErrors }
}
