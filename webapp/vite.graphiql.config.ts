import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { pack } from './build/pack.ts'

const api = process.env.STREAMEX_API ?? 'http://127.0.0.1:8080'

export default defineConfig({
  root: 'graphiql',
  base: '/graphiql/',
  plugins: [react(), pack()],
  worker: { format: 'es' },
  build: {
    outDir: '../dist/graphiql',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 4000, // its editor is that large
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
  server: { port: 5174, proxy: { '/graphql': api } },
})
