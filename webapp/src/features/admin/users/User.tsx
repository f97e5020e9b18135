import { Link, useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { graphql, useLazyLoadQuery } from 'react-relay/hooks'
import type { Role, UserCreateMutation } from '../../../__generated__/UserCreateMutation.graphql'
import type { UserDeleteMutation } from '../../../__generated__/UserDeleteMutation.graphql'
import type { UserQuery, UserQuery$data } from '../../../__generated__/UserQuery.graphql'
import type { UserUpdateMutation } from '../../../__generated__/UserUpdateMutation.graphql'
import { useAdminText } from '../../../language/admin'
import { useText } from '../../../language/language'
import { mutate } from '../../../relay/environment'
import { Columns, Screen, Section, Tools } from '../parts/Screen'
import { Gone } from '../parts/Gone'
import { Confirm } from '../parts/Dialog'
import { Choice, TextField, Tick } from '../parts/Field'
import { FormFrame } from '../parts/FormFrame'
import { problemText } from '../parts/problem'
import { toast } from '../parts/Toast'
import { missing, useForm } from '../parts/useForm'

/** An account, or a new one. */
export function User({ id, attempt }: { id: string; attempt: number }) {
  return id === 'new' ? <NewUser /> : <OldUser id={id} attempt={attempt} />
}

function Up() {
  const text = useAdminText()
  return <Link to="/admin/users">← {text.users}</Link>
}

const blank = { email: '', name: '', role: 'VIEWER', language: 'en', password: '' }

function NewUser() {
  const text = useAdminText()
  const form = useForm({
    draft: 'new-user',
    saved: blank,
    version: 0,
    isNew: true,
    secret: ['password'],
    check: (value) => missing(value, ['email'], text.required),
    async save({ value }) {
      const { createUser } = await mutate<UserCreateMutation>(
        graphql`
          mutation UserCreateMutation($input: CreateUserInput!) {
            createUser(input: $input) {
              user {
                id
                email
                name
                role
                disabled
                secondFactor
                createdAt
              }
              userErrors {
                code
                message
                path
              }
            }
          }
        `,
        {
          input: {
            email: value.email,
            role: value.role as Role,
            language: value.language as 'en' | 'es',
            ...(value.name.trim() && { name: value.name }),
            ...(value.password && { password: value.password }),
          },
        },
      )
      if (!createUser.user) return createUser.userErrors
      toast(text.wasCreated(createUser.user.email))
      return { to: `/admin/users/${createUser.user.id}` }
    },
  })
  const { value, errors, change } = form
  return (
    <Screen heading={text.newUser} up={<Up />}>
      <FormFrame form={form} label={text.create} describe={{}}>
        <Columns>
          <TextField label={text.email} type="email" value={value.email} error={errors.email} onChange={(email) => change({ email })} required />
          <TextField label={text.name} hint={text.userNameHint} value={value.name} error={errors.name} onChange={(name) => change({ name })} />
          <Choice label={text.role} value={value.role} error={errors.role} onChange={(role) => change({ role })} options={Object.entries(text.roles)} />
          <Choice label={text.firstLanguage} value={value.language} onChange={(language) => change({ language })} options={Object.entries(text.languages)} />
          <TextField
            label={text.firstPassword}
            hint={text.firstPasswordHint}
            type="password"
            autoComplete="new-password"
            value={value.password}
            error={errors.password}
            onChange={(password) => change({ password })}
          />
        </Columns>
      </FormFrame>
    </Screen>
  )
}

function OldUser({ id, attempt }: { id: string; attempt: number }) {
  const { node } = useLazyLoadQuery<UserQuery>(
    graphql`
      query UserQuery($id: ID!) {
        node(id: $id) {
          __typename
          ... on User {
            id
            name
            email
            role
            disabled
            secondFactor
          }
        }
      }
    `,
    { id },
    { fetchKey: attempt, fetchPolicy: 'store-and-network' },
  )
  return node?.__typename === 'User' ? <EditUser key={node.id} user={node} /> : <Gone up={<Up />} />
}

type Known = Extract<NonNullable<UserQuery$data['node']>, { __typename: 'User' }>

/** Changes an account: what shall change of it, and what is wrong with that. */
async function update(id: string, input: UserUpdateMutation['variables']['input']) {
  const { updateUser } = await mutate<UserUpdateMutation>(
    graphql`
      mutation UserUpdateMutation($id: ID!, $input: UpdateUserInput!) {
        updateUser(id: $id, input: $input) {
          user {
            id
            name
            email
            role
            disabled
            secondFactor
          }
          userErrors {
            code
            message
            path
          }
        }
      }
    `,
    { id, input },
  )
  return updateUser.userErrors
}

function EditUser({ user }: { user: Known }) {
  const text = useAdminText()
  const { id, name, email, role, disabled } = user
  const form = useForm({
    draft: id,
    saved: { name, email, role: role as string, disabled },
    version: 0,
    async save({ changed }) {
      const problems = await update(id, { ...changed, role: changed.role as Role })
      if (problems.length === 0) toast(text.saved)
      return problems
    },
  })
  const { value, errors, change } = form
  return (
    <Screen heading={email} up={<Up />}>
      <FormFrame form={form} describe={{ name: text.name, email: text.email, role: text.role, disabled: text.disabled }}>
        <Columns>
          <TextField label={text.email} type="email" value={value.email} error={errors.email} onChange={(next) => change({ email: next })} required />
          <TextField label={text.name} value={value.name} error={errors.name} onChange={(next) => change({ name: next })} required />
          <Choice label={text.role} hint={text.roleHint} value={value.role} error={errors.role} onChange={(next) => change({ role: next })} options={Object.entries(text.roles)} />
        </Columns>
        <Tick label={text.disabled} hint={text.disabledHint} error={errors.disabled} checked={value.disabled} onChange={(next) => change({ disabled: next })} />
      </FormFrame>
      <Help user={user} />
    </Screen>
  )
}

type Act = 'reset' | 'factor' | 'delete'

/** What helps the owner of an account, and its end. Each is asked for twice. */
function Help({ user: { id, email, secondFactor } }: { user: Known }) {
  const text = useAdminText()
  const { failed } = useText()
  const router = useRouter()
  const [asked, setAsked] = useState<Act>()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const acts = {
    reset: { label: text.sendReset, question: text.sendResetText(email), done: text.resetSent, run: () => update(id, { sendPasswordReset: true }) },
    factor: { label: text.removeFactor, question: text.removeFactorText(email), done: text.factorRemoved, run: () => update(id, { removeSecondFactor: true }) },
    delete: { label: text.deleteUser, question: text.deleteUserText(email), done: text.deleted(email), run: () => remove(id) },
  }

  async function act(which: Act) {
    setBusy(true)
    setProblem(undefined)
    try {
      const [wrong] = await acts[which].run()
      if (wrong) return setProblem(problemText(wrong, text))
      setAsked(undefined)
      toast(acts[which].done)
      if (which === 'delete') await router.navigate({ to: '/admin/users', ignoreBlocker: true })
    } catch {
      setProblem(failed)
    } finally {
      setBusy(false)
    }
    return undefined
  }

  function ask(which: Act) {
    setProblem(undefined)
    setAsked(which)
  }

  return (
    <Section heading={text.help}>
      <Tools>
        <button type="button" className="button quiet" onClick={() => ask('reset')}>
          {text.sendReset}
        </button>
        {secondFactor && (
          <button type="button" className="button quiet" onClick={() => ask('factor')}>
            {text.removeFactor}
          </button>
        )}
        <button type="button" className="button quiet" onClick={() => ask('delete')}>
          {text.deleteUser}
        </button>
      </Tools>
      {asked && (
        <Confirm
          heading={acts[asked].label}
          label={acts[asked].label}
          busy={busy}
          problem={problem}
          onConfirm={() => void act(asked)}
          onClose={() => setAsked(undefined)}
        >
          <p>{acts[asked].question}</p>
        </Confirm>
      )}
    </Section>
  )
}

async function remove(id: string) {
  const { deleteUser } = await mutate<UserDeleteMutation>(
    graphql`
      mutation UserDeleteMutation($id: ID!) {
        deleteUser(id: $id) {
          deletedId @deleteRecord
          userErrors {
            code
            message
            path
          }
        }
      }
    `,
    { id },
  )
  return deleteUser.userErrors
}
