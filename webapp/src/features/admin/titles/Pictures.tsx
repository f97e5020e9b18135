import { useState } from 'react'
import { commitLocalUpdate } from 'relay-runtime'
import { graphql, useFragment } from 'react-relay/hooks'
import type { Pictures_title$key } from '../../../__generated__/Pictures_title.graphql'
import type { PictureShape, PicturesRemoveMutation } from '../../../__generated__/PicturesRemoveMutation.graphql'
import { useAdminText } from '../../../language/admin'
import { useText } from '../../../language/language'
import { environment, mutate } from '../../../relay/environment'
import { RequestError } from '../../../relay/network'
import { FileDrop } from '../parts/FileDrop'
import { problemText } from '../parts/problem'
import { Columns, Section } from '../parts/Screen'
import { toast } from '../parts/Toast'
import { upload } from '../parts/upload'
import styles from './Pictures.module.css'

const most = 20 // MB
const types = ['image/jpeg', 'image/png', 'image/webp']

type Uploaded = { title: { id: string; version: number }; artwork: { poster: string; card: string; backdrop: string; color: string } }

/** A title's pictures: those it has, and others to take their place. */
export function Pictures({ title, version }: { title: Pictures_title$key; version: number }) {
  const text = useAdminText()
  const data = useFragment(
    graphql`
      fragment Pictures_title on Title {
        id
        artwork {
          poster
          card
          backdrop
          color
        }
      }
    `,
    title,
  )
  const { id, artwork } = data
  return (
    <Section heading={text.pictures}>
      <Columns>
        <Picture id={id} version={version} shape="POSTER" address={artwork.poster} />
        <Picture id={id} version={version} shape="BACKDROP" address={artwork.backdrop} />
      </Columns>
    </Section>
  )
}

type Props = { id: string; version: number; shape: PictureShape; address: string }

function Picture({ id, version, shape, address }: Props) {
  const text = useAdminText()
  const { failed } = useText()
  const [share, setShare] = useState<number>()
  const [error, setError] = useState('')
  const [chosen, setChosen] = useState<string>() // shown while it is on its way
  const drawn = !address.startsWith('/art/upload/')
  const label = text.shapes[shape]!

  async function send(file: File) {
    setError('')
    if (!types.includes(file.type)) return setError(text.notAPicture)
    if (file.size > most << 20) return setError(text.tooLarge(most))
    setShare(0)
    try {
      setChosen(await preview(file))
      const path = `/artwork/${encodeURIComponent(id)}/${shape.toLowerCase()}?version=${version}`
      const { title, artwork } = await upload<Uploaded>('PUT', path, file, setShare)
      commitLocalUpdate(environment, (store) => {
        const record = store.get(title.id)
        record?.getLinkedRecord('editing')?.setValue(title.version, 'version')
        const pictures = record?.getLinkedRecord('artwork')
        for (const [name, value] of Object.entries(artwork)) pictures?.setValue(value, name)
      })
      toast(text.saved)
    } catch (problem) {
      setError(problem instanceof RequestError ? (text.uploadProblems[problem.code] ?? text.notUploaded) : text.notAPicture)
    } finally {
      setShare(undefined)
      setChosen(undefined)
    }
    return undefined
  }

  async function remove() {
    setError('')
    try {
      const { removeArtwork } = await mutate<PicturesRemoveMutation>(
        graphql`
          mutation PicturesRemoveMutation($id: ID!, $shape: PictureShape!, $version: Int!) {
            removeArtwork(titleId: $id, shape: $shape, version: $version) {
              title {
                ...Pictures_title
                ... on Movie {
                  editing {
                    version
                  }
                }
                ... on Series {
                  editing {
                    version
                  }
                }
              }
              userErrors {
                code
                message
                path
              }
            }
          }
        `,
        { id, shape, version },
      )
      const [problem] = removeArtwork.userErrors
      if (problem) setError(problemText(problem, text))
      else toast(text.saved)
    } catch {
      setError(failed)
    }
  }

  return (
    <div className={styles.picture}>
      <img src={chosen ?? address} alt={text.shapeNow(label, drawn)} data-shape={shape} data-waiting={chosen !== undefined || undefined} />
      <FileDrop label={text.another(label)} hint={text.pictureHint(most)} accept={types.join()} share={share} error={error} onFile={(file) => void send(file)} />
      {!drawn && (
        <button type="button" className="button quiet" onClick={() => void remove()}>
          {text.backToDrawn}
        </button>
      )}
    </div>
  )
}

/** A small copy of a picture, as an address that the page's policy lets it show. */
async function preview(file: File): Promise<string> {
  const picture = await createImageBitmap(file)
  const scale = Math.min(1, 640 / picture.width)
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(picture.width * scale)
  canvas.height = Math.round(picture.height * scale)
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
  picture.close()
  return canvas.toDataURL('image/jpeg', 0.8)
}
