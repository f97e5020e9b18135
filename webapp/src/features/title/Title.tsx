import { graphql, useLazyLoadQuery } from 'react-relay/hooks'
import type { TitleQuery } from '../../__generated__/TitleQuery.graphql'
import { HeroSkeleton } from '../../components/Hero'
import { Notice } from '../../components/Notice'
import { Page } from '../../components/Page'
import { ShelfSkeleton } from '../../components/Shelf'
import { useText } from '../../language/language'
import { Credits } from './Credits'
import { Episodes } from './Episodes'
import { Similar } from './Similar'
import styles from './Title.module.css'
import { TitleHero } from './TitleHero'

type Props = {
  slug: string
  /** The chosen season's number; without one, that of the episode to go on with. */
  season: number | undefined
  attempt: number
}

/** The page of a movie or a series. */
export function Title({ slug, season, attempt }: Props) {
  const text = useText()
  const { title } = useLazyLoadQuery<TitleQuery>(
    graphql`
      query TitleQuery($slug: String!) {
        title(slug: $slug) {
          __typename
          name
          ...TitleHero_title
          ...Credits_title
          ...Similar_title
          ... on Series {
            ...Episodes_series @alias(as: "series")
          }
        }
      }
    `,
    { slug },
    { fetchKey: attempt, fetchPolicy: 'store-or-network' },
  )
  if (!title) return <Notice heading={text.notFound} text={text.notFoundText} />
  return (
    <Page title={title.name}>
      <TitleHero title={title} />
      <div className={styles.sections}>
        {title.series && <Episodes series={title.series} chosen={season} slug={slug} />}
        <Similar title={title} />
        <Credits title={title} />
      </div>
    </Page>
  )
}

/** The page while it loads. */
export function TitleSkeleton() {
  return (
    <div aria-busy="true">
      <HeroSkeleton main />
      <div className={styles.sections}>
        <ShelfSkeleton />
      </div>
    </div>
  )
}
