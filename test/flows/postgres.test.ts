/** Stories of other files, told once more in houses on PostgreSQL. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { assert } from 'chai'
import { z } from 'zod'
import { facesDir, modelsDir } from '../media.ts'
import { hasPostgres } from '../servers/postgres.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

const stories: Readonly<Record<string, readonly string[]>> = {
  'sign-in': [
    'gives the app an ID token that its own library accepts and that tells how the person signed in',
    'refuses another face, and tells neither why nor how close it came',
    'lets the same person in by password, and says so in the token',
  ],
  otp: [
    'gives ten recovery codes with it, this once',
    'asks for a code after the password, and tells the app so',
    'refuses a wrong code, a spent one and one of another time in the same words',
    'slows down after five wrong codes, whatever visit and browser they come from',
  ],
  recovery: [
    'leads to a new password, ends every session, and tells the owner',
    'takes effect when both mailboxes have said yes',
  ],
  'passkeys-sign-in': [
    'signs in without an address, and says by its amr whether it is bound to its device',
    'signs in no more once it was removed',
  ],
  privacy: [
    'see which apps have access, with name, address and what they can do, and take it back',
    'take their consent back: the face is erased at once, the account stays, and there are receipts',
    'close their account: nothing is left of it, everywhere at once',
  ],
}

const report = z.object({
  passes: z.array(z.object({ title: z.string() })),
  failures: z.array(z.object({ title: z.string(), err: z.object({ stack: z.string().optional() }) })),
})

describe('A whole house on PostgreSQL', function () {
  this.timeout(300_000)
  let told: z.infer<typeof report> | undefined

  before(async function () {
    if (!hasPostgres() || modelsDir === undefined || facesDir === undefined) this.skip()
    const folder = mkdtempSync(join(tmpdir(), 'mien-stories-'))
    const output = join(folder, 'report.json')
    const names = Object.values(stories).flat()
    const pattern = names.map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')
    const files = Object.keys(stories).map((file) => `test/flows/${file}.test.ts`)
    const options = ['--reporter', 'json', '--reporter-option', `output=${output}`, '--grep', pattern]
    const args = [join(root, 'node_modules', 'mocha', 'bin', 'mocha.js'), ...options, ...files]
    const env = { ...process.env, TEST_ENGINE: 'postgres' }
    await new Promise((resolve) => {
      execFile(process.execPath, args, { cwd: root, env, maxBuffer: 64 * 1024 * 1024 }, resolve)
    })
    told = report.parse(JSON.parse(readFileSync(output, 'utf8')))
    rmSync(folder, { recursive: true })
  })

  for (const [file, titles] of Object.entries(stories)) {
    for (const title of titles) {
      it(`${file}: ${title}`, () => {
        const failure = told?.failures.find((each) => each.title === title)
        assert.isUndefined(failure, failure?.err.stack)
        assert.isTrue(told?.passes.some((each) => each.title === title))
      })
    }
  }
})
