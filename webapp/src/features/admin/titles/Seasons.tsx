import { Link } from '@tanstack/react-router'
import { graphql, useFragment } from 'react-relay/hooks'
import type { Seasons_series$key } from '../../../__generated__/Seasons_series.graphql'
import { useAdminText } from '../../../language/admin'
import { Section } from '../parts/Screen'
import { RowLink, Table } from '../parts/Table'
import { present } from '../parts/present'

/** The seasons of a series. */
export function Seasons({ series }: { series: Seasons_series$key }) {
  const text = useAdminText()
  const { id, seasons } = useFragment(
    graphql`
      fragment Seasons_series on Series {
        id
        seasons {
          id
          number
          name
        }
      }
    `,
    series,
  )
  return (
    <Section heading={text.seasons}>
      <Table
        label={text.seasons}
        rows={present(seasons)}
        keyOf={(season) => season.id}
        columns={[
          {
            heading: text.season,
            cell: (season) => (
              <RowLink to="/admin/seasons/$id" params={{ id: season.id }}>
                {text.seasonNumber(season.number)}
              </RowLink>
            ),
          },
          { heading: text.name, cell: ({ name }) => name },
        ]}
      />
      <div>
        <Link to="/admin/seasons/$id" params={{ id: 'new' }} search={{ of: id }} className="button quiet">
          {text.addSeason}
        </Link>
      </div>
    </Section>
  )
}
