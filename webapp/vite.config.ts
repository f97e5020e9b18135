import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { pack } from './build/pack.ts'
import { relay } from './build/relay.ts'

const api = process.env.STREAMEX_API ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [relay(), react(), pack()],
  build: {
    outDir: 'dist/site',
    emptyOutDir: true,
    modulePreload: { polyfill: false }, // it would be an inline script
    chunkSizeWarningLimit: 700,
    assetsInlineLimit: 0, // the Content-Security-Policy allows files of our own
  },
  server: { port: 5173, proxy: { '/graphql': api, '/graphiql': api, '/art': api } },
  test: { environment: 'happy-dom', include: ['{src,graphiql}/**/*.test.{ts,tsx}'] },
})
