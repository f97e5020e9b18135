import '@fontsource-variable/archivo/wdth.css'
import './base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { guessLanguage } from '../language/language'
import { RequestError } from '../relay/network'
import { App } from './App'

document.documentElement.lang = guessLanguage() // until a profile tells

createRoot(document.getElementById('root')!, {
  // What the API refuses is told on the screen; the console is for our own faults.
  onCaughtError: (error) => error instanceof RequestError || console.error(error),
}).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
