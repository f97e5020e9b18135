// Runs relay-compiler on a fresh clone too: it wants its output folder and its manifest to exist. The manifest
// starts empty, so that it holds the documents of this build and no older ones.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'

mkdirSync('src/__generated__', { recursive: true })
writeFileSync('documents.json', '{}\n')
const { status, error } = spawnSync('relay-compiler', process.argv.slice(2), { stdio: 'inherit' })
if (error) throw error
process.exit(status ?? 1)
