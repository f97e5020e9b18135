import { Link } from '@tanstack/react-router'
import { graphql, useFragment } from 'react-relay/hooks'
import type { HomeHero_rows$data, HomeHero_rows$key } from '../../__generated__/HomeHero_rows.graphql'
import { Facts } from '../../components/Facts'
import { Hero } from '../../components/Hero'
import { Icon } from '../../components/Icon'
import { useText } from '../../language/language'
import styles from './HomeHero.module.css'

const preferred = ['RECOMMENDED', 'TRENDING', 'NEW']

/** The row that the head of the page speaks for: what is new to the profile, not what it knows already. */
function leading(rows: HomeHero_rows$data) {
  for (const kind of preferred) {
    const row = rows.find((r) => r.kind === kind)
    if (row) return row
  }
  return rows[0]
}

/** The first title of a row, large. */
export function HomeHero({ rows }: { rows: HomeHero_rows$key }) {
  const text = useText()
  const data = useFragment(
    graphql`
      fragment HomeHero_rows on HomeRow @relay(plural: true) {
        kind
        heading
        items(first: 20) {
          edges {
            node {
              title {
                slug
                name
                synopsis
                artwork {
                  backdrop
                  color
                }
                ...Facts_title
              }
            }
          }
        }
      }
    `,
    rows,
  )
  const row = leading(data)
  const title = row?.items.edges[0]?.node.title
  if (!row || !title) return null
  const { slug, name, artwork } = title
  return (
    <Hero slug={slug} name={name} backdrop={artwork.backdrop} color={artwork.color} kicker={row.heading}>
      <Facts title={title} />
      {title.synopsis && <p className={styles.synopsis}>{title.synopsis}</p>}
      <Link className="button" to="/title/$slug" params={{ slug }} data-focus-id="hero">
        <Icon name="info" />
        {text.moreInfo}
        <span className="hidden">: {name}</span>
      </Link>
    </Hero>
  )
}
