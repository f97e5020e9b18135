import { useText } from '../language/language'
import { RequestError } from '../relay/network'
import { Notice } from './Notice'
import { Redirect } from './Redirect'

type Props = { error: unknown; retry: () => void }

const reload = () => location.reload()

/** A screen in place of one that could not be loaded. Who has to sign in or to choose a profile is sent to do so. */
export function Failure({ error, retry }: Props) {
  const text = useText()
  switch (error instanceof RequestError ? error.code : '') {
    case 'UNAUTHENTICATED':
      return <Redirect to="/sign-in" />
    case 'PROFILE_REQUIRED':
      return <Redirect to="/profiles" />
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
