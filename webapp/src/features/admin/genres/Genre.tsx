import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { graphql, useFragment, useLazyLoadQuery } from 'react-relay/hooks'
import type { Genre_genre$key } from '../../../__generated__/Genre_genre.graphql'
import type { GenreCreateMutation, GenreNameInput } from '../../../__generated__/GenreCreateMutation.graphql'
import type { GenreDeleteMutation } from '../../../__generated__/GenreDeleteMutation.graphql'
import type { GenreQuery } from '../../../__generated__/GenreQuery.graphql'
import type { GenreUpdateMutation } from '../../../__generated__/GenreUpdateMutation.graphql'
import { useAdminText } from '../../../language/admin'
import { mutate } from '../../../relay/environment'
import { Delete } from '../parts/Delete'
import { Choice, TextField } from '../parts/Field'
import { FormFrame } from '../parts/FormFrame'
import { useGenres } from '../parts/GenrePicker'
import { Gone } from '../parts/Gone'
import { notNumbers, whole } from '../parts/number'
import { Columns, Screen, Section, Tools } from '../parts/Screen'
import { toast } from '../parts/Toast'
import { useForm } from '../parts/useForm'
import type { Form } from '../parts/useForm'

type Value = { nameEn: string; nameEs: string; slug: string; position: string }

/** A genre, or a new one. */
export function Genre({ id, attempt }: { id: string; attempt: number }) {
  return id === 'new' ? <NewGenre /> : <OldGenre id={id} attempt={attempt} />
}

function Up() {
  const text = useAdminText()
  return <Link to="/admin/genres">← {text.genres}</Link>
}

function Fields({ form: { value, errors, change, isNew } }: { form: Form<Value> }) {
  const text = useAdminText()
  return (
    <Columns>
      <TextField label={text.nameIn.en} value={value.nameEn} error={errors.nameEn} onChange={(nameEn) => change({ nameEn })} />
      <TextField label={text.nameIn.es} value={value.nameEs} error={errors.nameEs} onChange={(nameEs) => change({ nameEs })} />
      <TextField label={text.slug} hint={isNew ? text.slugHint : text.slugWarning} value={value.slug} error={errors.slug} onChange={(slug) => change({ slug })} />
      <TextField
        label={text.position}
        hint={text.positionHint}
        value={value.position}
        error={errors.position}
        onChange={(position) => change({ position })}
        inputMode="numeric"
      />
    </Columns>
  )
}

function namesOf(value: Value): GenreNameInput[] {
  return [
    { language: 'en' as const, name: value.nameEn.trim() },
    { language: 'es' as const, name: value.nameEs.trim() },
  ].filter(({ name }) => name !== '')
}

function toInput(changed: Partial<Value>, value: Value) {
  return {
    ...((changed.nameEn !== undefined || changed.nameEs !== undefined) && { names: namesOf(value) }),
    ...(changed.slug !== undefined && { slug: value.slug.trim() }),
    ...(changed.position !== undefined && value.position.trim() && { position: whole(value.position) }),
  }
}

function fieldOf([argument, name = '', index]: readonly string[], value: Value): string {
  if (argument !== 'input') return ''
  if (name !== 'names') return name
  return namesOf(value)[Number(index ?? 0)]?.language === 'es' ? 'nameEs' : 'nameEn'
}

function NewGenre() {
  const text = useAdminText()
  const form = useForm<Value>({
    draft: 'new-genre',
    saved: { nameEn: '', nameEs: '', slug: '', position: '' },
    version: 0,
    isNew: true,
    check: (value) => ({ ...(namesOf(value).length === 0 && { nameEn: text.required }), ...notNumbers(value, ['position'], text.notANumber) }),
    fieldOf,
    async save({ changed, value, once }) {
      const { createGenre } = await mutate<GenreCreateMutation>(
        graphql`
          mutation GenreCreateMutation($input: GenreInput!, $once: String!) {
            createGenre(input: $input, idempotencyKey: $once) {
              genre {
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
        { input: toInput(changed, value), once },
      )
      if (!createGenre.genre || createGenre.userErrors.length > 0) return createGenre.userErrors
      toast(text.wasCreated(createGenre.genre.name))
      return { to: `/admin/genres/${createGenre.genre.id}` }
    },
  })
  return (
    <Screen heading={text.newGenre} up={<Up />}>
      <FormFrame form={form} label={text.create} describe={{}}>
        <Fields form={form} />
      </FormFrame>
    </Screen>
  )
}

function OldGenre({ id, attempt }: { id: string; attempt: number }) {
  const text = useAdminText()
  const { node } = useLazyLoadQuery<GenreQuery>(
    graphql`
      query GenreQuery($id: ID!) {
        node(id: $id) {
          ... on Genre @alias(as: "genre") {
            id
            name
            editing {
              version
            }
            titles(first: 1) {
              nodes {
                id
              }
            }
            ...Genre_genre
          }
        }
      }
    `,
    { id },
    { fetchKey: attempt, fetchPolicy: 'store-and-network' },
  )
  const genre = node?.genre
  if (!genre) return <Gone up={<Up />} />
  const { name, editing, titles } = genre
  return (
    <Screen heading={name} up={<Up />}>
      <EditGenre genre={genre} />
      <Section heading={text.end}>
        <DeleteGenre id={id} name={name} version={editing?.version ?? 0} used={titles.nodes.length > 0} />
      </Section>
    </Screen>
  )
}

function EditGenre({ genre }: { genre: Genre_genre$key }) {
  const text = useAdminText()
  const { id, slug, editing } = useFragment(
    graphql`
      fragment Genre_genre on Genre {
        id
        slug
        editing {
          version
          position
          texts {
            language
            name
          }
        }
      }
    `,
    genre,
  )
  const { texts, position, version } = editing!
  const nameIn = (language: string) => texts.find((text_) => text_.language === language)?.name ?? ''
  const form = useForm<Value>({
    draft: id,
    saved: { nameEn: nameIn('en'), nameEs: nameIn('es'), slug, position: String(position ?? '') },
    version,
    check: (value) => ({ ...(namesOf(value).length === 0 && { nameEn: text.required }), ...notNumbers(value, ['position'], text.notANumber) }),
    fieldOf,
    async save({ changed, value, version: seen }) {
      const { updateGenre } = await mutate<GenreUpdateMutation>(
        graphql`
          mutation GenreUpdateMutation($id: ID!, $version: Int!, $input: GenreInput!) {
            updateGenre(id: $id, version: $version, input: $input) {
              genre {
                name
                ...Genre_genre
              }
              userErrors {
                code
                message
                path
              }
            }
          }
        `,
        { id, version: seen, input: toInput(changed, value) },
      )
      if (updateGenre.userErrors.length === 0) toast(text.saved)
      return updateGenre.userErrors
    },
  })
  return (
    <FormFrame form={form} describe={{ nameEn: text.nameIn.en, nameEs: text.nameIn.es, slug: text.slug, position: text.position }}>
      <Fields form={form} />
    </FormFrame>
  )
}

type DeleteProps = { id: string; name: string; version: number; used: boolean }

/** Deletes a genre; of one that has titles it asks what takes its place. */
function DeleteGenre({ id, name, version, used }: DeleteProps) {
  const text = useAdminText()
  const others = useGenres().filter((genre) => genre.id !== id)
  const [replacement, setReplacement] = useState('')
  return (
    <Tools>
      <Delete
        id={id}
        name={name}
        to="/admin/genres"
        run={async () => {
          const { deleteGenre } = await mutate<GenreDeleteMutation>(
            graphql`
              mutation GenreDeleteMutation($id: ID!, $version: Int!, $replacement: ID, $force: Boolean!) {
                deleteGenre(id: $id, version: $version, replacement: $replacement, force: $force) {
                  deletedId @deleteRecord
                  node {
                    ... on Genre {
                      ...Genre_genre @alias(as: "genre")
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
            { id, version, replacement: replacement || null, force: replacement === '' },
          )
          return deleteGenre.userErrors
        }}
      >
        {used && (
          <Choice
            label={text.replacement}
            value={replacement}
            onChange={setReplacement}
            options={[['', text.noReplacement], ...others.map((genre) => [genre.id, genre.name] as const)]}
          />
        )}
      </Delete>
    </Tools>
  )
}
