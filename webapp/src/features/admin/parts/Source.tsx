import { graphql, useFragment } from 'react-relay/hooks'
import type { Source_editing$key } from '../../../__generated__/Source_editing.graphql'
import { useAdminText } from '../../../language/admin'
import styles from './Screen.module.css'

/** Tells of an imported node where it came from, and what imports leave alone of it. */
export function Source({ editing }: { editing: Source_editing$key }) {
  const text = useAdminText()
  const { source, externalId, edited } = useFragment(
    graphql`
      fragment Source_editing on Editing {
        source
        externalId
        edited
      }
    `,
    editing,
  )
  if (!source) return null
  return (
    <p className={styles.source}>
      {text.importedFrom(source, externalId ?? '')} {edited.length > 0 && text.keptFields(edited.join(', '))}
    </p>
  )
}
