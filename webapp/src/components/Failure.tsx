import { Navigate, useLocation } from '@tanstack/react-router'
import { useText } from '../language/language'
import { RequestError } from '../relay/network'
import { Notice } from './Notice'

type Props = { error: unknown; retry: () => void }

const reload = () => location.reload()

/** A screen in place of one that could not be loaded. Who has to sign in or to choose a profile is sent to do so. */
export function Failure({ error, retry }: Props) {
  const text = useText()
  const to = useLocation({ select: (location) => location.href })
  switch (error instanceof RequestError ? error.code : '') {
    case 'UNAUTHENTICATED':
      return <Navigate to="/sign-in" search={{ to }} replace />
    case 'PROFILE_REQUIRED':
      return <Navigate to="/profiles" search={{ to }} replace />
    case 'OFFLINE':
      return <Notice heading={text.unreachable} text={text.unreachableText} label={text.retry} onAction={retry} />
    case 'UNAVAILABLE':
    case 'OVERLOADED':
    case 'RATE_LIMITED':
      return <Notice heading={text.away} text={text.awayText} label={text.retry} onAction={retry} />
    case 'PERSISTED_QUERY_NOT_FOUND':
      return <Notice heading={text.outdated} text={text.outdatedText} label={text.reload} onAction={reload} />
    default:
      return <Notice heading={text.failed} text={text.failedText} label={text.retry} onAction={retry} />
  }
}
