import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Plugin } from 'vite'

const tag = /\bgraphql`([^`]*)`/g
const definition = /\b(?:query|mutation|subscription|fragment)\s+(\w+)/

/**
 * Puts the artifacts of relay-compiler in place of graphql`…`, and ships the compiler's manifest of documents as
 * documents.json: the server runs nothing else for the web app.
 */
export function relay(): Plugin {
  return {
    name: 'relay',
    enforce: 'pre',
    transform: {
      filter: { id: /\.tsx?$/, code: /\bgraphql`/ },
      handler(code, id) {
        const names = new Set<string>()
        const body = code.replace(tag, (text, document: string) => {
          const name = definition.exec(document)?.[1]
          if (!name) this.error(`a GraphQL document without a name in ${id}`)
          names.add(name)
          return `artifact_${name}` + text.replace(/[^\n]/g, '') // the lines below keep their numbers
        })
        const imports = [...names].map((name) => `import artifact_${name} from '/src/__generated__/${name}.graphql';`)
        return { code: imports.join('') + body, map: null }
      },
    },
    configureServer(server) {
      server.watcher.on('change', (file) => {
        if (/\.tsx?$/.test(file) && !file.includes('__generated__') && readFileSync(file, 'utf8').includes('graphql`')) {
          spawn('relay-compiler', { stdio: 'inherit' }) // what it writes reloads the modules that use it
        }
      })
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'documents.json', source: readFileSync('documents.json') })
    },
  }
}
