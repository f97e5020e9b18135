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
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'documents.json', source: readFileSync('documents.json') })
    },
  }
}
