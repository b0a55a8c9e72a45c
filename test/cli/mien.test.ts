import { assert } from 'chai'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { docs, listSettings } from '../../src/cli/docs.ts'
import { commands } from '../../src/cli/commands.ts'
import { mien } from '../../src/cli/mien.ts'
import { schema } from '../../src/config.ts'

async function transcript(...args: string[]) {
  const out: string[] = []
  const err: string[] = []
  const code = await mien(args, { print: (line) => out.push(line), warn: (line) => err.push(line) })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

describe('The command line', () => {
  it('tells its commands', async () => {
    const { code, out, err } = await transcript('--help')
    assert.equal(code, 0)
    assert.equal(err, '')
    for (const [name, { summary }] of Object.entries(commands)) {
      assert.match(out, new RegExp(`^ {2}${name} +${summary}`, 'm'))
    }
  })

  it('tells them without being asked too, and that nothing was done', async () => {
    const { code, out } = await transcript()
    assert.equal(code, 2)
    assert.match(out, /^Usage: mien <command>/)
  })

  it('tells how each command is called, with examples that name it', async () => {
    for (const [name, { usage, examples }] of Object.entries(commands)) {
      const { code, out } = await transcript(name, '--help')
      assert.equal(code, 0)
      assert.include(out, usage)
      for (const example of examples) assert.match(example, new RegExp(`^mien ${name}\\b`))
    }
  })

  it('suggests the command that was meant', async () => {
    assert.deepEqual(await transcript('modles', 'list'), {
      code: 2,
      out: '',
      err: 'mien: there is no command `modles`. Did you mean `models`?\nSee `mien --help`.',
    })
  })

  it('suggests nothing where nothing is near', async () => {
    for (const name of ['frobnicate', 'constructor', '__proto__']) {
      assert.deepEqual(await transcript(name), {
        code: 2,
        out: '',
        err: `mien: there is no command \`${name}\`.\nSee \`mien --help\`.`,
      })
    }
  })

  it('answers a wrong option with where help is', async () => {
    const { code, err } = await transcript('docs', '--chekc')
    assert.equal(code, 2)
    assert.match(err, /^mien: Unknown option '--chekc'/)
    assert.match(err, /See `mien docs --help`\.$/)
  })
})

describe('A command that fails', () => {
  it('tells a file that is not there in one line', async () => {
    const { code, err } = await transcript(
      'evaluate',
      'verification',
      '--pairs',
      '/nowhere/pairs.txt',
      '--images',
      '/',
    )
    assert.equal(code, 1)
    assert.match(err, /^mien: ENOENT[^\n]*\/nowhere\/pairs\.txt'$/)
  })

  it('asks what to evaluate where it is not told', async () => {
    assert.equal((await transcript('evaluate')).code, 2)
    assert.equal((await transcript('evaluate', 'everything')).code, 2)
  })
})

describe('The documents of the settings', () => {
  let folder: string
  const lines: string[] = []
  const terminal = { print: (line: string) => lines.push(line), warn: (line: string) => lines.push(line) }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mien-docs-'))
    lines.length = 0
  })
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  it('name every setting, what it means and its default', () => {
    docs([], folder, terminal)
    const page = readFileSync(join(folder, 'docs', 'configuration.md'), 'utf8')
    const example = readFileSync(join(folder, '.env.example'), 'utf8')
    for (const { name, meaning, byDefault } of listSettings()) {
      assert.include(page, `## ${name}\n\n${meaning}`)
      assert.match(example, new RegExp(`^#${name}=`, 'm'))
      if (byDefault !== undefined) assert.include(example, `#${name}=${byDefault}\n`)
    }
    assert.sameMembers(
      listSettings().map(({ name }) => name),
      Object.keys(schema.shape),
    )
  })

  it('write flags as they are given', () => {
    const demo = listSettings().find(({ name }) => name === 'MIEN_DEMO')
    assert.equal(demo?.byDefault, 'on')
    assert.equal(demo?.values, '`on`, `off`')
  })

  it('copy tested code into the recipes, and are refused where the code has moved on', () => {
    const recipe = join(folder, 'docs', 'clients', 'shop.md')
    const page = (code: string) =>
      `# Shop\n\n<!-- copied from shop.mjs -->\n\n\`\`\`js\n${code}\`\`\`\n\nAnd so on.\n`
    mkdirSync(join(folder, 'docs', 'clients'), { recursive: true })
    writeFileSync(join(folder, 'shop.mjs'), "open('$1 shop')\n")
    writeFileSync(recipe, page(''))
    docs([], folder, terminal)
    assert.equal(readFileSync(recipe, 'utf8'), page("open('$1 shop')\n"))
    assert.equal(docs(['--check'], folder, terminal), 0)
    writeFileSync(join(folder, 'shop.mjs'), 'close()\n')
    assert.equal(docs(['--check'], folder, terminal), 1)
    docs([], folder, terminal)
    assert.equal(readFileSync(recipe, 'utf8'), page('close()\n'))
  })

  it('are refused where somebody changed them by hand', () => {
    assert.equal(docs(['--check'], folder, terminal), 1)
    docs([], folder, terminal)
    assert.equal(docs(['--check'], folder, terminal), 0)
    writeFileSync(join(folder, '.env.example'), 'MIEN_PORT=1\n')
    lines.length = 0
    assert.equal(docs(['--check'], folder, terminal), 1)
    assert.lengthOf(lines, 1)
    assert.match(lines[0] ?? '', /^\.env\.example /)
    assert.equal(readFileSync(join(folder, '.env.example'), 'utf8'), 'MIEN_PORT=1\n')
  })
})
