import { RequestError } from '../../../relay/network'

/** Sends a file and tells how far it is, from 0 to 1; returns the data of the answer, or throws a RequestError. */
export function upload<T>(method: 'PUT' | 'POST', address: string, file: File, onProgress: (share: number) => void): Promise<T> {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest() // fetch tells nothing of what was sent
    request.open(method, address)
    request.responseType = 'json'
    request.setRequestHeader('content-type', file.type || 'application/octet-stream')
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0))
    request.addEventListener('error', () => failed(new RequestError('OFFLINE')))
    request.addEventListener('load', () => {
      const { data, errors } = (request.response ?? {}) as { data?: T; errors?: { message: string; extensions?: { code?: string } }[] }
      const [error] = errors ?? []
      if (data && !error) done(data)
      else failed(new RequestError(error?.extensions?.code ?? 'INTERNAL_SERVER_ERROR', error?.message))
    })
    request.send(file)
  })
}
