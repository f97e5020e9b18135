import { graphql, useFragment } from 'react-relay/hooks'
import type { Similar_title$key } from '../../__generated__/Similar_title.graphql'
import { Shelf } from '../../components/Shelf'
import { TitleCard } from '../../components/TitleCard'
import { TitlePreview } from '../../components/TitlePreview'
import { useText } from '../../language/language'

/** Titles like this one. */
export function Similar({ title }: { title: Similar_title$key }) {
  const text = useText()
  const { id, similar } = useFragment(
    graphql`
      fragment Similar_title on Title {
        id
        similar(first: 20) {
          nodes {
            id
            ...TitleCard_title
            ...TitlePreview_title @arguments(cast: false)
          }
        }
      }
    `,
    title,
  )
  if (similar.nodes.length === 0) return null
  return (
    <Shelf
      id={`similar-${id}`}
      heading={text.similar}
      items={similar.nodes}
      keyOf={(node) => node.id}
      card={(node, props) => <TitleCard {...props} title={node} />}
      preview={(node) => <TitlePreview title={node} />}
    />
  )
}
