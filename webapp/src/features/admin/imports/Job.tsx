import { useMemo, useState } from 'react'
import { graphql, useFragment, useSubscription } from 'react-relay/hooks'
import type { Job_job$key } from '../../../__generated__/Job_job.graphql'
import type { JobCancelMutation } from '../../../__generated__/JobCancelMutation.graphql'
import type { JobProgressSubscription } from '../../../__generated__/JobProgressSubscription.graphql'
import { useAdminText } from '../../../language/admin'
import { useText } from '../../../language/language'
import { mutate } from '../../../relay/environment'
import { moment } from '../parts/format'
import styles from './Imports.module.css'

/** An import: how far it is, while it runs, and what came of it. */
export function Job({ job }: { job: Job_job$key }) {
  const text = useAdminText()
  const { failed } = useText()
  const [problem, setProblem] = useState('')
  const data = useFragment(
    graphql`
      fragment Job_job on Job {
        id
        label
        state
        done
        total
        error
        createdAt
        finishedAt
        report {
          name
          count
        }
      }
    `,
    job,
  )
  const { id, label, state, done, total, error, createdAt, finishedAt, report } = data

  async function cancel() {
    setProblem('')
    try {
      await mutate<JobCancelMutation>(
        graphql`
          mutation JobCancelMutation($id: ID!) {
            cancelJob(id: $id) {
              job {
                ...Job_job
              }
              userErrors {
                code
              }
            }
          }
        `,
        { id },
      )
    } catch {
      setProblem(failed)
    }
  }

  return (
    <li className={styles.job} data-state={state}>
      <div className={styles.head}>
        <h3>{label}</h3>
        <p className={styles.state} role="status">
          {text.states[state]}
        </p>
        {state === 'RUNNING' && (
          <>
            <Follow id={id} />
            <p>{text.doneOf(done, total)}</p>
            <button type="button" className="button quiet" onClick={() => void cancel()}>
              {text.cancelJob}
            </button>
          </>
        )}
      </div>
      {state === 'RUNNING' && <progress max={total || 1} {...(total > 0 && { value: done })} aria-label={text.progressOf(label)} />}
      <p className={styles.when}>
        {moment(createdAt)}
        {finishedAt && ` – ${moment(finishedAt)}`}
      </p>
      {(error || problem) && (
        <p className={styles.error} role="alert">
          {error || problem}
        </p>
      )}
      {report.length > 0 && (
        <details>
          <summary>{text.report}</summary>
          <table>
            <thead>
              <tr>
                <th scope="col">{text.what}</th>
                <th scope="col">{text.howMany}</th>
              </tr>
            </thead>
            <tbody>
              {report.map(({ name, count }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{count}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </li>
  )
}

/** Keeps a job that runs up to date. */
function Follow({ id }: { id: string }) {
  useSubscription<JobProgressSubscription>(
    useMemo(
      () => ({
        subscription: graphql`
          subscription JobProgressSubscription($id: ID!) {
            jobProgress(id: $id) {
              ...Job_job
            }
          }
        `,
        variables: { id },
      }),
      [id],
    ),
  )
  return null
}
