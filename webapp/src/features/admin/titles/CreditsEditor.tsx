import { useEffect } from 'react'
import { graphql, usePaginationFragment } from 'react-relay/hooks'
import type { CreditsEditor_title$data, CreditsEditor_title$key } from '../../../__generated__/CreditsEditor_title.graphql'
import type { CreditsEditorMutation, CreditInput, CreditRole } from '../../../__generated__/CreditsEditorMutation.graphql'
import type { CreditsEditorQuery } from '../../../__generated__/CreditsEditorQuery.graphql'
import { useAdminText } from '../../../language/admin'
import { mutate } from '../../../relay/environment'
import { onceOnly } from '../parts/draft'
import { Choice, TextField } from '../parts/Field'
import { findPeople } from '../parts/find'
import { FormFrame } from '../parts/FormFrame'
import { Ordered } from '../parts/Ordered'
import { Picker } from '../parts/Picker'
import { Section } from '../parts/Screen'
import { toast } from '../parts/Toast'
import { useForm } from '../parts/useForm'
import styles from './CreditsEditor.module.css'
import { nodesOf } from '../parts/present'

/** A credit as its line holds it; somebody new has no id yet. */
type Line = {
  key: string
  personId?: string
  person: string
  role: string
  /** The character that there is, while its name is the one that it has. */
  characterId?: string
  characterWas?: string
  character: string
  job: string
}

const cast = new Set(['LEAD', 'SUPPORTING', 'GUEST'])

/** The cast and crew of a title, in the order of billing; those of single episodes are not among them. */
export function CreditsEditor({ title, version }: { title: CreditsEditor_title$key; version: number }) {
  const text = useAdminText()
  const { data, hasNext, isLoadingNext, loadNext } = usePaginationFragment<CreditsEditorQuery, CreditsEditor_title$key>(
    graphql`
      fragment CreditsEditor_title on Title
      @argumentDefinitions(first: { type: "Int", defaultValue: 100 }, after: { type: "String" })
      @refetchable(queryName: "CreditsEditorQuery") {
        id
        credits(first: $first, after: $after) @connection(key: "CreditsEditor_credits") {
          edges {
            node {
              id
              role
              job
              person {
                id
                name
              }
              character {
                id
                name
              }
              episode {
                id
              }
            }
          }
        }
      }
    `,
    title,
  )
  useEffect(() => {
    if (hasNext && !isLoadingNext) loadNext(100) // the list is saved as a whole
  }, [hasNext, isLoadingNext, loadNext])
  return (
    <Section heading={text.credits}>{hasNext ? <p aria-busy="true">{text.loading}</p> : <Lines id={data.id} version={version} credits={data.credits} />}</Section>
  )
}

function lineOf({ id, person, role, character, job }: CreditsEditor_title$data['credits']['edges'][number]['node']): Line {
  return {
    key: id,
    personId: person.id,
    person: person.name,
    role,
    ...(character && { characterId: character.id, characterWas: character.name }),
    character: character?.name ?? '',
    job: job ?? '',
  }
}

function toCredit({ personId, person, role, characterId, characterWas, character, job }: Line): CreditInput {
  const named = character.trim()
  return {
    ...(personId ? { personId } : { personName: person }),
    role: role as CreditRole,
    ...(named && cast.has(role) && (characterId && named === characterWas ? { characterId } : { characterName: named })),
    ...(job.trim() && { job: job.trim() }),
  }
}

type LinesProps = { id: string; version: number; credits: CreditsEditor_title$data['credits'] }

function Lines({ id, version, credits }: LinesProps) {
  const text = useAdminText()
  const form = useForm<{ lines: readonly Line[] }>({
    draft: `${id}-credits`,
    saved: { lines: nodesOf(credits.edges).filter(({ episode }) => !episode).map(lineOf) },
    version,
    fieldOf: ([argument, ...rest]) => (argument === 'credits' ? `lines.${rest.join('.')}` : ''),
    async save({ value, version: seen }) {
      const { setCredits } = await mutate<CreditsEditorMutation>(
        graphql`
          mutation CreditsEditorMutation($id: ID!, $version: Int!, $credits: [CreditInput!]!) {
            setCredits(id: $id, version: $version, credits: $credits) {
              title {
                ...CreditsEditor_title
                ... on Movie {
                  editing {
                    version
                  }
                }
                ... on Series {
                  editing {
                    version
                  }
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
        { id, version: seen, credits: value.lines.map(toCredit) },
      )
      if (setCredits.userErrors.length === 0) toast(text.saved)
      return setCredits.userErrors
    },
  })
  const { lines } = form.value
  const put = (index: number, patch: Partial<Line>) => form.change({ lines: lines.map((line, i) => (i === index ? { ...line, ...patch } : line)) })
  const add = (person: Pick<Line, 'person' | 'personId'>) =>
    form.change({ lines: [...lines, { key: onceOnly(), role: lines.at(-1)?.role ?? 'LEAD', character: '', job: '', ...person }] })
  const errorOf = (index: number, ...fields: string[]) => fields.map((field) => form.errors[`lines.${index}.${field}`]).find(Boolean)
  return (
    <FormFrame form={form} label={text.saveCredits} describe={{ lines: text.credits }} show={(_, value) => (value as Line[]).map(({ person }) => person).join(', ')}>
      <Ordered label={text.credits} items={lines} keyOf={({ key }) => key} nameOf={({ person }) => person} onChange={(next) => form.change({ lines: next })}>
        {({ person, personId, role, character, job }, index) => (
          <fieldset className={styles.line}>
            <legend>
              {person}
              {!personId && <small>{text.isNew}</small>}
            </legend>
            <Choice label={text.as} value={role} error={errorOf(index, 'role', 'personId', 'personName')} onChange={(next) => put(index, { role: next })} options={Object.entries(text.creditRoles)} />
            {cast.has(role) ? (
              <TextField label={text.character} value={character} error={errorOf(index, 'characterName', 'characterId')} onChange={(next) => put(index, { character: next })} />
            ) : (
              <TextField label={text.job} value={job} error={errorOf(index, 'job')} onChange={(next) => put(index, { job: next })} />
            )}
          </fieldset>
        )}
      </Ordered>
      <Picker
        label={text.addPerson}
        hint={text.addPersonHint}
        error={form.errors.lines}
        find={findPeople}
        onPick={({ id: personId, label }) => add({ personId, person: label })}
        create={{ label: text.newNamed, onCreate: (person) => add({ person }) }}
      />
    </FormFrame>
  )
}
