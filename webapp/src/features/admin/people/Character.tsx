import { Link } from '@tanstack/react-router'
import { graphql, useFragment, useLazyLoadQuery } from 'react-relay/hooks'
import type { Character_character$key } from '../../../__generated__/Character_character.graphql'
import type { CharacterCreateMutation } from '../../../__generated__/CharacterCreateMutation.graphql'
import type { CharacterDeleteMutation } from '../../../__generated__/CharacterDeleteMutation.graphql'
import type { CharacterQuery } from '../../../__generated__/CharacterQuery.graphql'
import type { CharacterUpdateMutation } from '../../../__generated__/CharacterUpdateMutation.graphql'
import { useAdminText } from '../../../language/admin'
import { mutate } from '../../../relay/environment'
import { Delete } from '../parts/Delete'
import { TextField } from '../parts/Field'
import { FormFrame } from '../parts/FormFrame'
import { Gone } from '../parts/Gone'
import { Screen, Section, Tools } from '../parts/Screen'
import { RowLink, Table } from '../parts/Table'
import { toast } from '../parts/Toast'
import { missing, useForm } from '../parts/useForm'
import { present } from '../parts/present'

/** A character, or a new one of a title. */
export function Character({ id, of, attempt }: { id: string; of: string | undefined; attempt: number }) {
  return id === 'new' ? <NewCharacter titleId={of ?? ''} /> : <OldCharacter id={id} attempt={attempt} />
}

function Up() {
  const text = useAdminText()
  return <Link to="/admin/characters">← {text.characters}</Link>
}

function NewCharacter({ titleId }: { titleId: string }) {
  const text = useAdminText()
  const form = useForm({
    draft: `new-character-${titleId}`,
    saved: { name: '' },
    version: 0,
    isNew: true,
    check: (value) => missing(value, ['name'], text.required),
    async save({ value, once }) {
      const { createCharacter } = await mutate<CharacterCreateMutation>(
        graphql`
          mutation CharacterCreateMutation($titleId: ID!, $input: CharacterInput!, $once: String!) {
            createCharacter(titleId: $titleId, input: $input, idempotencyKey: $once) {
              character {
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
        { titleId, input: { name: value.name.trim() }, once },
      )
      if (!createCharacter.character || createCharacter.userErrors.length > 0) return createCharacter.userErrors
      toast(text.wasCreated(createCharacter.character.name))
      return { to: `/admin/characters/${createCharacter.character.id}` }
    },
  })
  return (
    <Screen
      heading={text.newCharacter}
      up={
        <Link to="/admin/titles/$id" params={{ id: titleId }}>
          ← {text.title}
        </Link>
      }
    >
      <FormFrame form={form} label={text.create} describe={{}}>
        <TextField label={text.name} value={form.value.name} error={form.errors.name} onChange={(name) => form.change({ name })} required />
      </FormFrame>
    </Screen>
  )
}

function OldCharacter({ id, attempt }: { id: string; attempt: number }) {
  const text = useAdminText()
  const { node } = useLazyLoadQuery<CharacterQuery>(
    graphql`
      query CharacterQuery($id: ID!) {
        node(id: $id) {
          ... on Character @alias(as: "character") {
            id
            name
            editing {
              version
            }
            credits(first: 100) {
              nodes {
                id
                person {
                  id
                  name
                }
                title {
                  id
                  name
                }
              }
            }
            ...Character_character
          }
        }
      }
    `,
    { id },
    { fetchKey: attempt, fetchPolicy: 'store-and-network' },
  )
  const character = node?.character
  if (!character) return <Gone up={<Up />} />
  const { name, editing, credits } = character
  return (
    <Screen heading={name} up={<Up />}>
      <EditCharacter character={character} />
      <Section heading={text.playedBy}>
        <Table
          label={text.playedBy}
          rows={present(credits.nodes)}
          keyOf={(credit) => credit.id}
          columns={[
            {
              heading: text.person,
              cell: ({ person }) => (
                <RowLink to="/admin/people/$id" params={{ id: person.id }}>
                  {person.name}
                </RowLink>
              ),
            },
            {
              heading: text.title,
              cell: ({ title }) =>
                title && (
                  <RowLink to="/admin/titles/$id" params={{ id: title.id }}>
                    {title.name}
                  </RowLink>
                ),
            },
          ]}
        />
      </Section>
      <Section heading={text.end}>
        <Tools>
          <Delete
            id={id}
            name={name}
            to="/admin/characters"
            run={async () => {
              const { deleteCharacter } = await mutate<CharacterDeleteMutation>(
                graphql`
                  mutation CharacterDeleteMutation($id: ID!, $version: Int!) {
                    deleteCharacter(id: $id, version: $version) {
                      deletedId @deleteRecord
                      node {
                        ... on Character {
                          ...Character_character @alias(as: "character")
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
              return deleteCharacter.userErrors
            }}
          />
        </Tools>
      </Section>
    </Screen>
  )
}

function EditCharacter({ character }: { character: Character_character$key }) {
  const text = useAdminText()
  const { id, name, editing } = useFragment(
    graphql`
      fragment Character_character on Character {
        id
        name
        editing {
          version
        }
      }
    `,
    character,
  )
  const form = useForm({
    draft: id,
    saved: { name },
    version: editing!.version,
    check: (value) => missing(value, ['name'], text.required),
    async save({ value, version }) {
      const { updateCharacter } = await mutate<CharacterUpdateMutation>(
        graphql`
          mutation CharacterUpdateMutation($id: ID!, $version: Int!, $input: CharacterInput!) {
            updateCharacter(id: $id, version: $version, input: $input) {
              character {
                ...Character_character
              }
              userErrors {
                code
                message
                path
              }
            }
          }
        `,
        { id, version, input: { name: value.name.trim() } },
      )
      if (updateCharacter.userErrors.length === 0) toast(text.saved)
      return updateCharacter.userErrors
    },
  })
  return (
    <FormFrame form={form} describe={{ name: text.name }}>
      <TextField label={text.name} value={form.value.name} error={form.errors.name} onChange={(next) => form.change({ name: next })} required />
    </FormFrame>
  )
}
