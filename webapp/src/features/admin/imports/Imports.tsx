import { useState } from 'react'
import { graphql, useLazyLoadQuery, usePaginationFragment } from 'react-relay/hooks'
import type { Imports_query$key } from '../../../__generated__/Imports_query.graphql'
import type { ImportsPageQuery } from '../../../__generated__/ImportsPageQuery.graphql'
import type { ImportsQuery } from '../../../__generated__/ImportsQuery.graphql'
import { useAdminText } from '../../../language/admin'
import { RequestError } from '../../../relay/network'
import { FileDrop } from '../parts/FileDrop'
import { Screen, Section } from '../parts/Screen'
import { toast } from '../parts/Toast'
import { upload } from '../parts/upload'
import { Job } from './Job'
import styles from './Imports.module.css'
import { nodesOf } from '../parts/present'

/** Brings a catalogue in from a file, and shows how far each import is. */
export function Imports({ attempt }: { attempt: number }) {
  const text = useAdminText()
  const [begun, setBegun] = useState(0)
  const [share, setShare] = useState<number>()
  const [error, setError] = useState('')
  const data = useLazyLoadQuery<ImportsQuery>(
    graphql`
      query ImportsQuery {
        ...Imports_query
      }
    `,
    {},
    { fetchKey: `${attempt} ${begun}`, fetchPolicy: 'store-and-network' },
  )
  const { data: page, hasNext, isLoadingNext, loadNext } = usePaginationFragment<ImportsPageQuery, Imports_query$key>(
    graphql`
      fragment Imports_query on Query
      @argumentDefinitions(first: { type: "Int", defaultValue: 20 }, after: { type: "String" })
      @refetchable(queryName: "ImportsPageQuery") {
        jobs(first: $first, after: $after) @connection(key: "Imports_jobs") {
          edges {
            node {
              id
              ...Job_job
            }
          }
        }
      }
    `,
    data,
  )

  async function send(file: File) {
    setError('')
    setShare(0)
    try {
      await upload<{ job: { id: string } }>('POST', `/imports/jsonl?name=${encodeURIComponent(file.name)}`, file, setShare)
      toast(text.started(file.name))
      setBegun(begun + 1)
    } catch (problem) {
      const told = problem instanceof RequestError && ['BAD_USER_INPUT', 'CONFLICT'].includes(problem.code)
      setError(told ? text.problemOf(problem.code, problem.message) : text.notUploaded)
    } finally {
      setShare(undefined)
    }
  }

  const jobs = nodesOf(page.jobs.edges)
  return (
    <Screen heading={text.imports}>
      <FileDrop label={text.importFile} hint={text.importHint} accept=".jsonl,.ndjson,.json,.gz" share={share} error={error} onFile={(file) => void send(file)} />
      <Section heading={text.jobs}>
        {jobs.length === 0 && <p>{text.noJobs}</p>}
        <ul className={styles.jobs}>
          {jobs.map((job) => (
            <Job key={job.id} job={job} />
          ))}
        </ul>
        {hasNext && (
          <button type="button" className="button quiet" disabled={isLoadingNext} onClick={() => loadNext(20)}>
            {text.more}
          </button>
        )}
      </Section>
    </Screen>
  )
}
