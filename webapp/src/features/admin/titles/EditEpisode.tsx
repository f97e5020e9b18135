import { Link } from '@tanstack/react-router'
import { graphql, useFragment, useLazyLoadQuery } from 'react-relay/hooks'
import type { EditEpisode_episode$key } from '../../../__generated__/EditEpisode_episode.graphql'
import type { EditEpisodeCreateMutation } from '../../../__generated__/EditEpisodeCreateMutation.graphql'
import type { EditEpisodeDeleteMutation } from '../../../__generated__/EditEpisodeDeleteMutation.graphql'
import type { EditEpisodeQuery } from '../../../__generated__/EditEpisodeQuery.graphql'
import type { EditEpisodeSeasonQuery } from '../../../__generated__/EditEpisodeSeasonQuery.graphql'
import type { EditEpisodeUpdateMutation } from '../../../__generated__/EditEpisodeUpdateMutation.graphql'
import { useAdminText } from '../../../language/admin'
import { mutate } from '../../../relay/environment'
import { Delete } from '../parts/Delete'
import { Choice, TextField } from '../parts/Field'
import { FormFrame } from '../parts/FormFrame'
import { Gone } from '../parts/Gone'
import { notNumbers, seconds, whole } from '../parts/number'
import { Columns, Screen, Section, Tools } from '../parts/Screen'
import { TextFields } from '../parts/TextFields'
import { fromTexts, textFieldOf, toTexts } from '../parts/texts'
import type { Texts } from '../parts/texts'
import { toast } from '../parts/Toast'
import { missing, useForm } from '../parts/useForm'
import type { Form } from '../parts/useForm'

type Value = Texts & { number: string; airedOn: string; minutes: string; season: string }

/** An episode, or a new one of a season. */
export function EditEpisode({ id, of, attempt }: { id: string; of: string | undefined; attempt: number }) {
  if (id !== 'new') return <OldEpisode id={id} attempt={attempt} />
  return <NewEpisode seasonId={of ?? ''} attempt={attempt} />
}

const blank: Value = { name: '', synopsis: '', nameEn: '', synopsisEn: '', nameEs: '', synopsisEs: '', number: '', airedOn: '', minutes: '', season: '' }

function toInput(changed: Partial<Value>, value: Value) {
  return {
    ...toTexts(changed, value),
    ...(changed.number !== undefined && { number: whole(value.number) }),
    ...(changed.airedOn !== undefined && { airedOn: value.airedOn || null }),
    ...(changed.minutes !== undefined && { durationSeconds: seconds(value.minutes) }),
  }
}

function fieldOf([argument, name = '', ...rest]: readonly string[], value: Value): string {
  if (argument === 'seasonId') return 'season'
  if (argument !== 'input') return ''
  if (name === 'texts') return textFieldOf(rest, value)
  return name === 'durationSeconds' ? 'minutes' : name
}

type Seasons = readonly { readonly id: string; readonly number: number | null | undefined }[]

function Fields({ form, seasons }: { form: Form<Value>; seasons?: Seasons }) {
  const text = useAdminText()
  const { value, errors, change } = form
  return (
    <>
      <Columns>
        <TextField label={text.number} value={value.number} error={errors.number} onChange={(number) => change({ number })} inputMode="numeric" />
        <TextField label={text.airedOn} type="date" value={value.airedOn} error={errors.airedOn} onChange={(airedOn) => change({ airedOn })} />
        <TextField label={text.minutes} value={value.minutes} error={errors.minutes} onChange={(minutes) => change({ minutes })} inputMode="numeric" />
        {seasons && (
          <Choice
            label={text.season}
            value={value.season}
            error={errors.season}
            onChange={(season) => change({ season })}
            options={seasons.map(({ id, number }) => [id, text.seasonNumber(number)] as const)}
          />
        )}
      </Columns>
      <TextFields value={value} errors={errors} onChange={change} />
    </>
  )
}

function NewEpisode({ seasonId, attempt }: { seasonId: string; attempt: number }) {
  const text = useAdminText()
  const { node } = useLazyLoadQuery<EditEpisodeSeasonQuery>(
    graphql`
      query EditEpisodeSeasonQuery($id: ID!) {
        node(id: $id) {
          __typename
          ... on Season {
            id
            number
            series {
              name
            }
          }
        }
      }
    `,
    { id: seasonId },
    { fetchKey: attempt, fetchPolicy: 'store-and-network' },
  )
  const form = useForm<Value>({
    draft: `new-episode-${seasonId}`,
    saved: blank,
    version: 0,
    isNew: true,
    check: (value) => ({ ...missing(value, ['name'], text.required), ...notNumbers(value, ['number', 'minutes'], text.notANumber) }),
    fieldOf,
    async save({ changed, value, once }) {
      const { createEpisode } = await mutate<EditEpisodeCreateMutation>(
        graphql`
          mutation EditEpisodeCreateMutation($seasonId: ID!, $input: EpisodeInput!, $once: String!) {
            createEpisode(seasonId: $seasonId, input: $input, idempotencyKey: $once) {
              episode {
                id
                name
                season {
                  ...EditSeason_episodes
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
        { seasonId, input: toInput(changed, value), once },
      )
      if (!createEpisode.episode || createEpisode.userErrors.length > 0) return createEpisode.userErrors
      toast(text.wasCreated(createEpisode.episode.name))
      return { to: `/admin/seasons/${seasonId}` }
    },
  })
  if (node?.__typename !== 'Season') return <Gone up={<Link to="/admin/titles">← {text.titles}</Link>} />
  return (
    <Screen
      heading={text.addEpisode}
      up={
        <Link to="/admin/seasons/$id" params={{ id: node.id }}>
          ← {node.series.name}: {text.seasonNumber(node.number)}
        </Link>
      }
    >
      <FormFrame form={form} label={text.create} describe={text.episodeFields}>
        <Fields form={form} />
      </FormFrame>
    </Screen>
  )
}

function OldEpisode({ id, attempt }: { id: string; attempt: number }) {
  const text = useAdminText()
  const { node } = useLazyLoadQuery<EditEpisodeQuery>(
    graphql`
      query EditEpisodeQuery($id: ID!) {
        node(id: $id) {
          ... on Episode @alias(as: "episode") {
            id
            name
            season {
              id
              number
            }
            series {
              name
            }
            editing {
              version
            }
            ...EditEpisode_episode
          }
        }
      }
    `,
    { id },
    { fetchKey: attempt, fetchPolicy: 'store-and-network' },
  )
  const episode = node?.episode
  if (!episode) return <Gone up={<Link to="/admin/titles">← {text.titles}</Link>} />
  const { name, season, series, editing } = episode
  return (
    <Screen
      heading={name}
      up={
        <Link to="/admin/seasons/$id" params={{ id: season.id }}>
          ← {series.name}: {text.seasonNumber(season.number)}
        </Link>
      }
    >
      <EpisodeForm episode={episode} />
      <Section heading={text.end}>
        <Tools>
          <Delete
            id={id}
            name={name}
            to={`/admin/seasons/${season.id}`}
            run={async () => {
              const { deleteEpisode } = await mutate<EditEpisodeDeleteMutation>(
                graphql`
                  mutation EditEpisodeDeleteMutation($id: ID!, $version: Int!) {
                    deleteEpisode(id: $id, version: $version) {
                      deletedId @deleteRecord
                      node {
                        ... on Episode {
                          ...EditEpisode_episode @alias(as: "episode")
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
              return deleteEpisode.userErrors
            }}
          />
        </Tools>
      </Section>
    </Screen>
  )
}

function EpisodeForm({ episode }: { episode: EditEpisode_episode$key }) {
  const text = useAdminText()
  const { id, number, airedOn, durationSeconds, season, series, editing } = useFragment(
    graphql`
      fragment EditEpisode_episode on Episode {
        id
        number
        airedOn
        durationSeconds
        season {
          id
        }
        series {
          seasons {
            id
            number
          }
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
        }
      }
    `,
    episode,
  )
  const form = useForm<Value>({
    draft: id,
    saved: {
      ...fromTexts(editing!),
      number: number == null ? '' : String(number),
      airedOn: airedOn ?? '',
      minutes: durationSeconds ? String(Math.round(durationSeconds / 60)) : '',
      season: season.id,
    },
    version: editing!.version,
    check: (value) => ({ ...missing(value, ['name'], text.required), ...notNumbers(value, ['number', 'minutes'], text.notANumber) }),
    fieldOf,
    async save({ changed, value, version }) {
      const { updateEpisode } = await mutate<EditEpisodeUpdateMutation>(
        graphql`
          mutation EditEpisodeUpdateMutation($id: ID!, $version: Int!, $input: EpisodeInput!, $seasonId: ID) {
            updateEpisode(id: $id, version: $version, input: $input, seasonId: $seasonId) {
              episode {
                name
                ...EditEpisode_episode
              }
              userErrors {
                code
                message
                path
              }
            }
          }
        `,
        { id, version, input: toInput(changed, value), seasonId: changed.season ?? null },
      )
      if (updateEpisode.userErrors.length === 0) toast(text.saved)
      return updateEpisode.userErrors
    },
  })
  const numberOf = (seasonId: string) => series.seasons.find((one) => one.id === seasonId)?.number
  return (
    <FormFrame form={form} describe={text.episodeFields} show={(field, value) => (field === 'season' ? text.seasonNumber(numberOf(String(value))) : String(value))}>
      <Fields form={form} seasons={series.seasons} />
    </FormFrame>
  )
}
