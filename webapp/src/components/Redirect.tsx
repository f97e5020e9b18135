import { useRouter } from '@tanstack/react-router'
import { useEffect, useState } from 'react'

/** Leads to a screen that has to be passed first; from there one comes back here. */
export function Redirect({ to }: { to: '/sign-in' | '/profiles' }) {
  const router = useRouter()
  const [back] = useState(() => router.state.location.href)
  useEffect(() => {
    void router.navigate({ to, search: back === '/' ? {} : { to: back }, replace: true })
  }, [router, to, back])
  return null
}
