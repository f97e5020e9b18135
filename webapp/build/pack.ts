import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const text = /\.(css|html|js|json|svg|ttf|webmanifest)$/
const brotli = promisify(brotliCompress)
const gz = promisify(gzip)

/** Keeps the text files of a build as .br and .gz only, which halves what the binary carries. */
export function pack(): Plugin {
  let folder = ''
  return {
    name: 'pack',
    apply: 'build',
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir)
    },
    async closeBundle() {
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => text.test(name))
      await Promise.all(
        files.map(async (name) => {
          const path = join(folder, name)
          const plain = readFileSync(path)
          const params = { [constants.BROTLI_PARAM_SIZE_HINT]: plain.length }
          writeFileSync(`${path}.br`, await brotli(plain, { params }))
          writeFileSync(`${path}.gz`, await gz(plain, { level: 9 }))
          if (name !== 'index.html') rmSync(path) // what the Makefile looks at
        }),
      )
    },
  }
}
