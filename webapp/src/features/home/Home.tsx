import { graphql, useLazyLoadQuery } from 'react-relay/hooks'
import type { HomeQuery } from '../../__generated__/HomeQuery.graphql'
import { Page } from '../../components/Page'
import { useText } from '../../language/language'
import { HeroSkeleton } from '../../components/Hero'
import { ShelfSkeleton } from '../../components/Shelf'
import styles from './Home.module.css'
import { HomeHero } from './HomeHero'
import { HomeRow } from './HomeRow'

const atOnce = 3 // rows whose pictures are not left to lazy loading

/** The home page: one request, or none when the server put the answer into the page. */
export function Home({ attempt }: { attempt: number }) {
  const data = useLazyLoadQuery<HomeQuery>(
    graphql`
      query HomeQuery {
        viewer {
          ...Page_viewer
        }
        home {
          rows(first: 16) {
            nodes {
              id
              ...HomeHero_rows
              ...HomeRow_row
            }
          }
        }
      }
    `,
    {},
    { fetchKey: attempt, fetchPolicy: 'store-or-network' },
  )
  const rows = data.home.rows.nodes
  return (
    <Page title={(text) => text.home}>
      {rows.length === 0 ? (
        <Empty />
      ) : (
        <>
          <HomeHeading />
          <HomeHero rows={rows} />
          <div className={styles.rows}>
            {rows.map((row, index) => (
              <HomeRow key={row.id} row={row} eager={index < atOnce} />
            ))}
          </div>
        </>
      )}
    </Page>
  )
}

function HomeHeading() {
  const text = useText()
  return (
    <h1 className="hidden" tabIndex={-1}>
      {text.home}
    </h1>
  )
}

function Empty() {
  const text = useText()
  return (
    <div className={styles.empty}>
      <h1 tabIndex={-1}>{text.nothingHere}</h1>
      <p>{text.nothingHereYet}</p>
    </div>
  )
}

/** The home page while it loads. */
export function HomeSkeleton() {
  return (
    <div aria-busy="true">
      <HeroSkeleton />
      <div className={styles.rows}>
        {[0, 1, 2].map((i) => (
          <ShelfSkeleton key={i} />
        ))}
      </div>
    </div>
  )
}
