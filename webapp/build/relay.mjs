// Runs relay-compiler from nothing: it wants its output folder and its manifest to exist, lists in the manifest only
// documents whose artifacts it writes, and never takes one off the list.
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'

rmSync('src/__generated__', { recursive: true, force: true })
mkdirSync('src/__generated__', { recursive: true })
writeFileSync('documents.json', '{}\n')
const { status, error } = spawnSync('relay-compiler', { stdio: 'inherit' })
if (error) throw error
process.exit(status ?? 1)
