import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

/** Starts the real server with the demo in an empty database, on a port of its own, and ends it after the tests. */
export default async function start() {
  const folder = mkdtempSync(join(tmpdir(), 'streamex-e2e-'))
  const binary = resolve(process.env.STREAMEX_BIN ?? '../bin/streamex')
  const args = ['serve', '--demo', '--addr', '127.0.0.1:0', '--database', `sqlite:${join(folder, 'streamex.db')}`, '--mail', `folder:${join(folder, 'mail')}`, '--media', `folder:${join(folder, 'media')}`]
  const server = spawn(binary, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, STREAMEX_LOG_LEVEL: 'warn' } })
  const ended = new Promise<void>((done) => server.once('exit', () => done()))
  process.env.STREAMEX_URL = await new Promise<string>((listening, failed) => {
    server.once('error', failed)
    server.once('exit', (code) => failed(new Error(`${binary} ended with ${code} before it listened`)))
    createInterface(server.stdout).on('line', (line) => {
      const address = /listening on (\S+)/.exec(line)?.[1]
      if (address) listening(address)
    })
  })
  return async () => {
    server.kill('SIGTERM')
    await ended
    rmSync(folder, { recursive: true })
  }
}
