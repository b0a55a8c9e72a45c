/** A process that runs several calls of `mien` one after the other, for starting it takes longer than most of what it does. Reads the calls from its input, and writes what each said. */
import { writeFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { mien } from '../../src/cli/mien.ts'

type Step = { readonly run: readonly string[] } | { readonly file: string; readonly content: string }

const steps = JSON.parse(await text(process.stdin)) as readonly Step[]
const tell = process.stdout.write.bind(process.stdout)
const said: { code: number; out: string; err: string }[] = []
for (const step of steps) {
  if ('file' in step) {
    writeFileSync(step.file, step.content)
    continue
  }
  const now = { code: 0, out: '', err: '' }
  process.stdout.write = (chunk: string | Uint8Array) => {
    now.out += Buffer.from(chunk).toString()
    return true
  }
  process.stderr.write = (chunk: string | Uint8Array) => {
    now.err += Buffer.from(chunk).toString()
    return true
  }
  now.code = await mien(step.run)
  said.push(now)
}
tell(JSON.stringify(said))
