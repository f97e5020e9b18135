import '@fontsource-variable/archivo/wdth.css'
import './base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { guessLanguage } from '../language/language'
import { App } from './App'

document.documentElement.lang = guessLanguage() // until a profile tells

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
