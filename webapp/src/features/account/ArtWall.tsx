import styles from './ArtWall.module.css'

// Pictures of no title in particular: the server draws one for any name.
const pictures = [
  'science-fiction/long-orbit', 'western/last-post', 'horror/seventh-door', 'romance/harbour-lights', 'adventure/far-coast',
  'film-noir/night-tram', 'fantasy/glass-hill', 'comedy/wrong-hat', 'mystery/north-room', 'animation/paper-moon',
  'documentary/tide-line', 'thriller/blue-signal', 'musical/second-act', 'drama/open-window', 'war/quiet-front',
  'history/salt-road', 'crime/cold-ledger', 'family/kite-day', 'science-fiction/red-station', 'adventure/high-pass',
]

/** A wall of pictures behind a screen, for decoration. */
export function ArtWall() {
  return (
    <div className={styles.wall} aria-hidden="true">
      <div>
        {[...pictures, ...pictures].map((name, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- the list never changes
          <img key={index} src={`/art/${name}/poster.svg`} alt="" width={400} height={600} decoding="async" />
        ))}
      </div>
    </div>
  )
}
