import { Link } from '@tanstack/react-router'
import { graphql, useFragment, useLazyLoadQuery, usePaginationFragment } from 'react-relay/hooks'
import type { EditSeason_episodes$key } from '../../../__generated__/EditSeason_episodes.graphql'
import type { EditSeason_season$key } from '../../../__generated__/EditSeason_season.graphql'
import type { EditSeasonCreateMutation } from '../../../__generated__/EditSeasonCreateMutation.graphql'
import type { EditSeasonDeleteMutation } from '../../../__generated__/EditSeasonDeleteMutation.graphql'
import type { EditSeasonEpisodesQuery } from '../../../__generated__/EditSeasonEpisodesQuery.graphql'
import type { EditSeasonQuery } from '../../../__generated__/EditSeasonQuery.graphql'
import type { EditSeasonSeriesQuery } from '../../../__generated__/EditSeasonSeriesQuery.graphql'
import type { EditSeasonUpdateMutation } from '../../../__generated__/EditSeasonUpdateMutation.graphql'
import { useAdminText } from '../../../language/admin'
import { mutate } from '../../../relay/environment'
import { Delete } from '../parts/Delete'
import { TextArea, TextField } from '../parts/Field'
import { FormFrame } from '../parts/FormFrame'
import { Gone } from '../parts/Gone'
import { notNumbers, whole } from '../parts/number'
import { Columns, Screen, Section, Tools } from '../parts/Screen'
import { RowLink, Table } from '../parts/Table'
import { toast } from '../parts/Toast'
import { useForm } from '../parts/useForm'
import type { Form } from '../parts/useForm'
import { toEpisodes } from './titleValue'
import { nodesOf } from '../parts/present'

type Value = { number: string; name: string; episodes: string }

/** A season, or a new one of a series. */
export function EditSeason({ id, of, attempt }: { id: string; of: string | undefined; attempt: number }) {
  if (id !== 'new') return <OldSeason id={id} attempt={attempt} />
  return <NewSeason seriesId={of ?? ''} attempt={attempt} />
}

function Fields({ form }: { form: Form<Value> }) {
  const text = useAdminText()
  const { value, errors, change } = form
  return (
    <Columns>
      <TextField label={text.seasonField} hint={text.seasonHint} value={value.number} error={errors.number} onChange={(number) => change({ number })} inputMode="numeric" />
      <TextField label={text.seasonName} value={value.name} error={errors.name} onChange={(name) => change({ name })} />
    </Columns>
  )
}

function NewSeason({ seriesId, attempt }: { seriesId: string; attempt: number }) {
  const text = useAdminText()
  const { node } = useLazyLoadQuery<EditSeasonSeriesQuery>(
    graphql`
      query EditSeasonSeriesQuery($id: ID!) {
        node(id: $id) {
          __typename
          ... on Series {
            id
            name
            seasonCount
          }
        }
      }
    `,
    { id: seriesId },
    { fetchKey: attempt, fetchPolicy: 'store-and-network' },
  )
  const number = node?.__typename === 'Series' ? String(node.seasonCount + 1) : ''
  const form = useForm<Value>({
    draft: `new-season-${seriesId}`,
    saved: { number, name: '', episodes: '' },
    version: 0,
    isNew: true,
    check: (value) => notNumbers(value, ['number'], text.notANumber),
    fieldOf: ([argument, field]) => (argument === 'episodes' ? 'episodes' : (field ?? '')),
    async save({ value, once }) {
      const { createSeason } = await mutate<EditSeasonCreateMutation>(
        graphql`
          mutation EditSeasonCreateMutation($seriesId: ID!, $input: SeasonInput!, $episodes: [EpisodeInput!], $once: String!) {
            createSeason(seriesId: $seriesId, input: $input, episodes: $episodes, idempotencyKey: $once) {
              season {
                id
                series {
                  ...Seasons_series
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
        { seriesId, input: { number: whole(value.number), name: value.name.trim() || null }, episodes: toEpisodes(value.episodes), once },
      )
      if (!createSeason.season || createSeason.userErrors.length > 0) return createSeason.userErrors
      toast(text.saved)
      return { to: `/admin/seasons/${createSeason.season.id}` }
    },
  })
  const up = <Link to="/admin/titles">← {text.titles}</Link>
  if (node?.__typename !== 'Series') return <Gone up={up} />
  return (
    <Screen
      heading={text.addSeason}
      up={
        <Link to="/admin/titles/$id" params={{ id: node.id }}>
          ← {node.name}
        </Link>
      }
    >
      <FormFrame form={form} label={text.create} describe={{}}>
        <Fields form={form} />
        <TextArea label={text.episodes} hint={text.episodesHint} value={form.value.episodes} error={form.errors.episodes} onChange={(episodes) => form.change({ episodes })} />
      </FormFrame>
    </Screen>
  )
}

function OldSeason({ id, attempt }: { id: string; attempt: number }) {
  const text = useAdminText()
  const { node } = useLazyLoadQuery<EditSeasonQuery>(
    graphql`
      query EditSeasonQuery($id: ID!) {
        node(id: $id) {
          ... on Season @alias(as: "season") {
            id
            number
            series {
              id
              name
            }
            editing {
              version
            }
            ...EditSeason_season
            ...EditSeason_episodes
          }
        }
      }
    `,
    { id },
    { fetchKey: attempt, fetchPolicy: 'store-and-network' },
  )
  const season = node?.season
  if (!season) return <Gone up={<Link to="/admin/titles">← {text.titles}</Link>} />
  const { series, number, editing } = season
  const name = text.seasonNumber(number)
  return (
    <Screen
      heading={`${series.name}: ${name}`}
      up={
        <Link to="/admin/titles/$id" params={{ id: series.id }}>
          ← {series.name}
        </Link>
      }
    >
      <SeasonForm season={season} />
      <Episodes season={season} />
      <Section heading={text.end}>
        <Tools>
          <Delete
            id={id}
            name={name}
            to={`/admin/titles/${series.id}`}
            run={async () => {
              const { deleteSeason } = await mutate<EditSeasonDeleteMutation>(
                graphql`
                  mutation EditSeasonDeleteMutation($id: ID!, $version: Int!) {
                    deleteSeason(id: $id, version: $version) {
                      deletedId @deleteRecord
                      node {
                        ... on Season {
                          ...EditSeason_season @alias(as: "season")
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
                { id, version: editing?.version ?? 0 },
              )
              return deleteSeason.userErrors
            }}
          />
        </Tools>
      </Section>
    </Screen>
  )
}

function SeasonForm({ season }: { season: EditSeason_season$key }) {
  const text = useAdminText()
  const { id, number, name, editing } = useFragment(
    graphql`
      fragment EditSeason_season on Season {
        id
        number
        name
        editing {
          version
        }
      }
    `,
    season,
  )
  const form = useForm<Value>({
    draft: id,
    saved: { number: number == null ? '' : String(number), name: name ?? '', episodes: '' },
    version: editing?.version ?? 0,
    check: (value) => notNumbers(value, ['number'], text.notANumber),
    async save({ value, changed, version }) {
      const input = {
        ...(changed.number !== undefined && { number: whole(value.number) }),
        ...(changed.name !== undefined && { name: value.name.trim() || null }),
      }
      const { updateSeason } = await mutate<EditSeasonUpdateMutation>(
        graphql`
          mutation EditSeasonUpdateMutation($id: ID!, $version: Int!, $input: SeasonInput!) {
            updateSeason(id: $id, version: $version, input: $input) {
              season {
                ...EditSeason_season
                series {
                  ...Seasons_series
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
        { id, version, input },
      )
      if (updateSeason.userErrors.length === 0) toast(text.saved)
      return updateSeason.userErrors
    },
  })
  return (
    <FormFrame form={form} describe={{ number: text.seasonField, name: text.seasonName }}>
      <Fields form={form} />
    </FormFrame>
  )
}

function Episodes({ season }: { season: EditSeason_episodes$key }) {
  const text = useAdminText()
  const { data, hasNext, isLoadingNext, loadNext } = usePaginationFragment<EditSeasonEpisodesQuery, EditSeason_episodes$key>(
    graphql`
      fragment EditSeason_episodes on Season
      @argumentDefinitions(first: { type: "Int", defaultValue: 100 }, after: { type: "String" })
      @refetchable(queryName: "EditSeasonEpisodesQuery") {
        id
        episodes(first: $first, after: $after) @connection(key: "EditSeason_episodes") {
          edges {
            node {
              id
              number
              name
              airedOn
              durationSeconds
            }
          }
        }
      }
    `,
    season,
  )
  return (
    <Section heading={text.episodes}>
      <Table
        label={text.episodes}
        rows={nodesOf(data.episodes.edges)}
        keyOf={({ id }) => id}
        columns={[
          {
            heading: text.name,
            cell: ({ id, name }) => (
              <RowLink to="/admin/episodes/$id" params={{ id }}>
                {name}
              </RowLink>
            ),
          },
          { heading: text.number, cell: ({ number }) => number },
          { heading: text.airedOn, cell: ({ airedOn }) => airedOn, wide: true },
          { heading: text.minutes, cell: ({ durationSeconds }) => durationSeconds && Math.round(durationSeconds / 60), wide: true },
        ]}
        more={hasNext ? () => loadNext(100) : undefined}
        loading={isLoadingNext}
      />
      <div>
        <Link to="/admin/episodes/$id" params={{ id: 'new' }} search={{ of: data.id }} className="button quiet">
          {text.addEpisode}
        </Link>
      </div>
    </Section>
  )
}
