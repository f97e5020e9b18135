import { Outlet, getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { Boundary } from '../components/Boundary'
import { Notice } from '../components/Notice'
import { Offline } from '../components/Offline'
import { Profiles } from '../features/account/Profiles'
import { SignIn } from '../features/account/SignIn'
import { Home, HomeSkeleton } from '../features/home/Home'
import { Title, TitleSkeleton } from '../features/title/Title'
import { LanguageContext, guessLanguage, useText } from '../language/language'

/** What every screen stands in. */
export function Root() {
  const [language] = useState(guessLanguage)
  return (
    <LanguageContext value={language}>
      <Outlet />
      <Offline />
    </LanguageContext>
  )
}

/** The home page at its address. */
export function HomeScreen() {
  return <Boundary fallback={<HomeSkeleton />}>{(attempt) => <Home attempt={attempt} />}</Boundary>
}

const titleRoute = getRouteApi('/title/$slug')

/** A title's page at its address. */
export function TitleScreen() {
  const { slug } = titleRoute.useParams()
  const { season } = titleRoute.useSearch()
  return (
    <Boundary key={slug} fallback={<TitleSkeleton />}>
      {(attempt) => <Title slug={slug} season={season} attempt={attempt} />}
    </Boundary>
  )
}

const signInRoute = getRouteApi('/sign-in')

/** The sign-in screen at its address. */
export function SignInScreen() {
  return <SignIn to={signInRoute.useSearch().to} />
}

const profilesRoute = getRouteApi('/profiles')

/** The choice of a profile at its address. */
export function ProfilesScreen() {
  const { to } = profilesRoute.useSearch()
  return <Boundary fallback={null}>{(attempt) => <Profiles to={to} attempt={attempt} />}</Boundary>
}

/** What an address shows that leads nowhere. */
export function Missing() {
  const text = useText()
  return <Notice heading={text.notFound} text={text.notFoundText} />
}
