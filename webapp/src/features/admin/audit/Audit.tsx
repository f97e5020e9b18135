import { Link } from '@tanstack/react-router'
import { graphql, useLazyLoadQuery, usePaginationFragment } from 'react-relay/hooks'
import type { Audit_query$key } from '../../../__generated__/Audit_query.graphql'
import type { AuditPageQuery } from '../../../__generated__/AuditPageQuery.graphql'
import type { AuditQuery } from '../../../__generated__/AuditQuery.graphql'
import { useAdminText } from '../../../language/admin'
import { moment } from '../parts/format'
import { Screen, Tools } from '../parts/Screen'
import styles from './Audit.module.css'
import { said } from './said'
import { nodesOf } from '../parts/present'

type Props = { node: string | undefined; user: string | undefined; attempt: number }

/** What administrators changed, the latest first: all of it, or that of one node or one account. */
export function Audit({ node, user, attempt }: Props) {
  const text = useAdminText()
  const data = useLazyLoadQuery<AuditQuery>(
    graphql`
      query AuditQuery($node: ID, $user: ID) {
        ...Audit_query @arguments(node: $node, user: $user)
      }
    `,
    { node: node ?? null, user: user ?? null },
    { fetchKey: attempt, fetchPolicy: 'store-and-network' },
  )
  const { data: page, hasNext, isLoadingNext, loadNext } = usePaginationFragment<AuditPageQuery, Audit_query$key>(
    graphql`
      fragment Audit_query on Query
      @argumentDefinitions(node: { type: "ID" }, user: { type: "ID" }, first: { type: "Int", defaultValue: 30 }, after: { type: "String" })
      @refetchable(queryName: "AuditPageQuery") {
        auditLog(node: $node, user: $user, first: $first, after: $after) @connection(key: "Audit_auditLog") {
          edges {
            node {
              id
              at
              action
              kind
              nodeId
              label
              user {
                id
                email
              }
              changes {
                field
                before
                after
              }
            }
          }
        }
      }
    `,
    data,
  )
  const entries = nodesOf(page.auditLog.edges)
  return (
    <Screen heading={text.audit}>
      {(node || user) && (
        <Tools>
          <Link to="/admin/audit" className="button quiet">
            {text.allChanges}
          </Link>
        </Tools>
      )}
      {entries.length === 0 && <p>{text.noChanges}</p>}
      <ol className={styles.entries}>
        {entries.map((entry) => (
          <li key={entry.id}>
            <h2>
              <span data-action={entry.action}>{text.actions[entry.action]}</span>
              {text.kindsOfNodes[entry.kind] ?? entry.kind}
              <Link to="/admin/audit" search={{ node: entry.nodeId }}>
                {entry.label}
              </Link>
            </h2>
            <p>
              <time dateTime={entry.at}>{moment(entry.at)}</time>
              {entry.user ? (
                <Link to="/admin/audit" search={{ user: entry.user.id }}>
                  {entry.user.email}
                </Link>
              ) : (
                <span>{text.nobody}</span>
              )}
            </p>
            {entry.changes.length > 0 && (
              <details>
                <summary>{text.changedFields(entry.changes.length)}</summary>
                <table>
                  <thead>
                    <tr>
                      <th scope="col">{text.field}</th>
                      <th scope="col">{text.before}</th>
                      <th scope="col">{text.after}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {entry.changes.map(({ field, before, after }) => (
                      <tr key={field}>
                        <th scope="row">{field}</th>
                        <td>{said(before)}</td>
                        <td>{said(after)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </details>
            )}
          </li>
        ))}
      </ol>
      {hasNext && (
        <div>
          <button type="button" className="button quiet" disabled={isLoadingNext} onClick={() => loadNext(30)}>
            {text.more}
          </button>
        </div>
      )}
    </Screen>
  )
}
