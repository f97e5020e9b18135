import { useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { fetchQuery, graphql } from 'relay-runtime'
import type { DeleteQuery, RemovedKind } from '../../../__generated__/DeleteQuery.graphql'
import { useAdminText } from '../../../language/admin'
import { useText } from '../../../language/language'
import { environment } from '../../../relay/environment'
import { Confirm } from './Dialog'
import { problemText } from './problem'
import type { Problem } from './problem'
import { toast } from './Toast'

type Removed = readonly { readonly kind: RemovedKind; readonly count: number }[]

type Props = {
  id: string
  name: string
  /** Where one goes afterwards. */
  to: string
  /** Does it, and tells what is wrong. */
  run: () => Promise<readonly Problem[]>
  /** What has to be said besides. */
  children?: ReactNode
}

/** A button that deletes something, once it was said what goes with it. */
export function Delete({ id, name, to, run, children }: Props) {
  const text = useAdminText()
  const { failed } = useText()
  const router = useRouter()
  const [removed, setRemoved] = useState<Removed>() // asked for
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')

  async function ask() {
    setProblem('')
    setBusy(true)
    try {
      const answer = await fetchQuery<DeleteQuery>(
        environment,
        graphql`
          query DeleteQuery($id: ID!) {
            deletionPreview(id: $id) {
              kind
              count
            }
          }
        `,
        { id },
        { fetchPolicy: 'network-only' },
      ).toPromise()
      setRemoved(answer?.deletionPreview ?? [])
    } catch {
      setProblem(failed)
    } finally {
      setBusy(false)
    }
  }

  async function act() {
    setProblem('')
    setBusy(true)
    try {
      const [wrong] = await run()
      if (wrong) return setProblem(wrong.path.at(-1) === 'version' ? text.changedMeanwhile : problemText(wrong, text))
      toast(text.deleted(name))
      await router.navigate({ href: to, ignoreBlocker: true })
    } catch {
      setProblem(failed)
    } finally {
      setBusy(false)
    }
    return undefined
  }

  return (
    <>
      <button type="button" className="button quiet" disabled={busy && !removed} onClick={() => void ask()}>
        {text.deleteNamed(name)}
      </button>
      {!removed && <p role="alert">{problem}</p>}
      {removed && (
        <Confirm
          heading={text.deleteQuestion(name)}
          label={text.delete}
          busy={busy}
          problem={problem}
          onConfirm={() => void act()}
          onClose={() => setRemoved(undefined)}
        >
          <p>{removed.length > 0 ? text.goesWithIt : text.nothingGoes}</p>
          {removed.length > 0 && (
            <ul>
              {removed.map(({ kind, count }) => (
                <li key={kind}>{text.removedKinds(kind, count)}</li>
              ))}
            </ul>
          )}
          {children}
          <p>{text.noWayBack}</p>
        </Confirm>
      )}
    </>
  )
}
