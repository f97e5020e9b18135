import { Link } from '@tanstack/react-router'
import { graphql, useFragment, useLazyLoadQuery } from 'react-relay/hooks'
import type { Person_person$key } from '../../../__generated__/Person_person.graphql'
import type { PersonCreateMutation } from '../../../__generated__/PersonCreateMutation.graphql'
import type { PersonDeleteMutation } from '../../../__generated__/PersonDeleteMutation.graphql'
import type { PersonQuery } from '../../../__generated__/PersonQuery.graphql'
import type { PersonUpdateMutation } from '../../../__generated__/PersonUpdateMutation.graphql'
import { useAdminText } from '../../../language/admin'
import { mutate } from '../../../relay/environment'
import { Delete } from '../parts/Delete'
import { TextField } from '../parts/Field'
import { FormFrame } from '../parts/FormFrame'
import { Gone } from '../parts/Gone'
import { notNumbers, whole } from '../parts/number'
import { Columns, Screen, Section, Tools } from '../parts/Screen'
import { Source } from '../parts/Source'
import { RowLink, Table } from '../parts/Table'
import { toast } from '../parts/Toast'
import { missing, useForm } from '../parts/useForm'
import type { Form } from '../parts/useForm'
import { present } from '../parts/present'

type Value = { name: string; birthYear: string; deathYear: string }

/** A person, or a new one. */
export function Person({ id, attempt }: { id: string; attempt: number }) {
  return id === 'new' ? <NewPerson /> : <OldPerson id={id} attempt={attempt} />
}

function Up() {
  const text = useAdminText()
  return <Link to="/admin/people">← {text.people}</Link>
}

function Fields({ form: { value, errors, change } }: { form: Form<Value> }) {
  const text = useAdminText()
  return (
    <Columns>
      <TextField label={text.fullName} value={value.name} error={errors.name} onChange={(name) => change({ name })} required />
      <TextField label={text.birthYear} value={value.birthYear} error={errors.birthYear} onChange={(birthYear) => change({ birthYear })} inputMode="numeric" />
      <TextField label={text.deathYear} value={value.deathYear} error={errors.deathYear} onChange={(deathYear) => change({ deathYear })} inputMode="numeric" />
    </Columns>
  )
}

function toInput(changed: Partial<Value>, value: Value) {
  return {
    ...(changed.name !== undefined && { name: value.name.trim() }),
    ...(changed.birthYear !== undefined && { birthYear: whole(value.birthYear) }),
    ...(changed.deathYear !== undefined && { deathYear: whole(value.deathYear) }),
  }
}

function NewPerson() {
  const text = useAdminText()
  const form = useForm<Value>({
    draft: 'new-person',
    saved: { name: '', birthYear: '', deathYear: '' },
    version: 0,
    isNew: true,
    check: (value) => ({ ...missing(value, ['name'], text.required), ...notNumbers(value, ['birthYear', 'deathYear'], text.notANumber) }),
    async save({ changed, value, once }) {
      const { createPerson } = await mutate<PersonCreateMutation>(
        graphql`
          mutation PersonCreateMutation($input: PersonInput!, $once: String!) {
            createPerson(input: $input, idempotencyKey: $once) {
              person {
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
      if (!createPerson.person || createPerson.userErrors.length > 0) return createPerson.userErrors
      toast(text.wasCreated(createPerson.person.name))
      return { to: `/admin/people/${createPerson.person.id}` }
    },
  })
  return (
    <Screen heading={text.newPerson} up={<Up />}>
      <FormFrame form={form} label={text.create} describe={{}}>
        <Fields form={form} />
      </FormFrame>
    </Screen>
  )
}

function OldPerson({ id, attempt }: { id: string; attempt: number }) {
  const text = useAdminText()
  const { node } = useLazyLoadQuery<PersonQuery>(
    graphql`
      query PersonQuery($id: ID!) {
        node(id: $id) {
          ... on Person @alias(as: "person") {
            id
            name
            editing {
              version
              ...Source_editing
            }
            credits(first: 100) {
              nodes {
                id
                role
                title {
                  id
                  name
                  year
                }
                character {
                  id
                  name
                }
              }
            }
            ...Person_person
          }
        }
      }
    `,
    { id },
    { fetchKey: attempt, fetchPolicy: 'store-and-network' },
  )
  const person = node?.person
  if (!person) return <Gone up={<Up />} />
  const { name, editing, credits } = person
  return (
    <Screen
      heading={name}
      up={<Up />}
      actions={
        <Link to="/admin/audit" search={{ node: id }} className="button quiet">
          {text.changes}
        </Link>
      }
    >
      <Source editing={editing!} />
      <EditPerson person={person} />
      <Section heading={text.titles}>
        <Table
          label={text.titles}
          rows={present(credits.nodes)}
          keyOf={(credit) => credit.id}
          columns={[
            {
              heading: text.title,
              cell: ({ title }) =>
                title && (
                  <RowLink to="/admin/titles/$id" params={{ id: title.id }}>
                    {title.name}
                  </RowLink>
                ),
            },
            { heading: text.as, cell: ({ role, character }) => character?.name ?? text.creditRoles[role] },
            { heading: text.year, cell: ({ title }) => title?.year, wide: true },
          ]}
        />
      </Section>
      <Section heading={text.end}>
        <Tools>
          <Delete
            id={id}
            name={name}
            to="/admin/people"
            run={async () => {
              const { deletePerson } = await mutate<PersonDeleteMutation>(
                graphql`
                  mutation PersonDeleteMutation($id: ID!, $version: Int!) {
                    deletePerson(id: $id, version: $version) {
                      deletedId @deleteRecord
                      node {
                        ... on Person {
                          ...Person_person @alias(as: "person")
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
              return deletePerson.userErrors
            }}
          />
        </Tools>
      </Section>
    </Screen>
  )
}

function EditPerson({ person }: { person: Person_person$key }) {
  const text = useAdminText()
  const { id, name, editing } = useFragment(
    graphql`
      fragment Person_person on Person {
        id
        name
        editing {
          version
          birthYear
          deathYear
        }
      }
    `,
    person,
  )
  const { version, birthYear, deathYear } = editing!
  const form = useForm<Value>({
    draft: id,
    saved: { name, birthYear: birthYear ? String(birthYear) : '', deathYear: deathYear ? String(deathYear) : '' },
    version,
    check: (value) => ({ ...missing(value, ['name'], text.required), ...notNumbers(value, ['birthYear', 'deathYear'], text.notANumber) }),
    async save({ changed, value, version: seen }) {
      const { updatePerson } = await mutate<PersonUpdateMutation>(
        graphql`
          mutation PersonUpdateMutation($id: ID!, $version: Int!, $input: PersonInput!) {
            updatePerson(id: $id, version: $version, input: $input) {
              person {
                ...Person_person
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
      if (updatePerson.userErrors.length === 0) toast(text.saved)
      return updatePerson.userErrors
    },
  })
  return (
    <FormFrame form={form} describe={{ name: text.fullName, birthYear: text.birthYear, deathYear: text.deathYear }}>
      <Fields form={form} />
    </FormFrame>
  )
}
