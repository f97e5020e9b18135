import { Component, Suspense } from 'react'
import type { ReactNode } from 'react'
import { Failure } from './Failure'

type Props = {
  /** What to show while it loads, of the final size. */
  fallback: ReactNode
  /** The screen. The number of the attempt goes to the query as fetchKey, so that another attempt asks again. */
  children: (attempt: number) => ReactNode
}

type State = { error: unknown; attempt: number }

/** Loads a screen: shows its skeleton meanwhile, and what went wrong with a way to try again. */
export class Boundary extends Component<Props, State> {
  override state: State = { error: undefined, attempt: 0 }

  static getDerivedStateFromError(error: unknown) {
    return { error }
  }

  retry = () => this.setState(({ attempt }) => ({ error: undefined, attempt: attempt + 1 }))

  override render() {
    const { error, attempt } = this.state
    if (error !== undefined) return <Failure error={error} retry={this.retry} />
    return <Suspense fallback={this.props.fallback}>{this.props.children(attempt)}</Suspense>
  }
}
