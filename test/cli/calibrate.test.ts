import { assert } from 'chai'
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  mkdirSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { calibrate } from '../../src/cli/calibrate.ts'
import { embedImages } from '../../src/cli/embed-images.ts'
import { createSeededRandom } from '../../src/cli/resampling.ts'
import { readGroups } from '../../src/cli/subject-groups.ts'
import { UsageError } from '../../src/cli/terminal.ts'
import { calibrationSchema } from '../../src/face/manifest.ts'
import { facesDir, modelsDir } from '../media.ts'
import { drawGalleries, layOut, model } from './people.ts'

const answer = z.looseObject({
  outcome: z.string(),
  threshold: z.number().optional(),
  targetFmr: z.number(),
  fmrUpper: z.number().optional(),
  fnmr: z.number().optional(),
  impostorPairs: z.number(),
  subjects: z.number(),
  smallestSupportedFmr: z.number(),
  failureToAcquire: z.number(),
  worstGroup: z.string().optional(),
})

describe('mien calibrate', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mien-calibrate-'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  async function run(galleries: Parameters<typeof layOut>[1], ...args: string[]) {
    const images = join(folder, 'faces')
    const { embed } = layOut(images, galleries)
    const [out, err]: [string[], string[]] = [[], []]
    const code = await calibrate(['--images', images, ...args], {
      terminal: { print: (line) => out.push(line), warn: (line) => err.push(line) },
      embed,
      resampling: () => ({ random: createSeededRandom(1), resamples: 100 }),
      today: () => new Date('2026-02-03T04:05:06Z'),
    })
    return { code, out: out.join('\n'), err: err.join('\n') }
  }

  it('prints one object with the threshold, its rates, and what the data supports', async () => {
    const { code, out } = await run(drawGalleries(40, 2), '--target-fmr', '1e-2', '--json')
    assert.equal(code, 0)
    const told = answer.parse(JSON.parse(out))
    assert.deepInclude(told, { outcome: 'calibrated', targetFmr: 0.01, subjects: 40, impostorPairs: 780 * 4 })
    assert.isAtMost(told.fmrUpper!, 0.01)
    assert.isAtMost(told.smallestSupportedFmr, told.fmrUpper!)
    assert.isBelow(told.threshold!, 1)
    assert.isAtMost(told.fnmr!, 1)
  })

  it('refuses with a failing exit code what the data does not show, and writes nothing', async () => {
    const file = join(folder, 'calibration.json')
    const { code, out, err } = await run(drawGalleries(20, 2), '--json', '--out', file)
    assert.equal(code, 1)
    assert.match(err, /226 more people would be needed/)
    const told = answer.parse(JSON.parse(out))
    assert.deepInclude(told, { outcome: 'refused', targetFmr: 1e-4, subjects: 20 })
    assert.isUndefined(told.threshold)
    assert.notInclude(readdirSync(folder), 'calibration.json')
  })

  it('writes a calibration for the server and a report that tells the same', async () => {
    const [file, page] = [join(folder, 'calibration.json'), join(folder, 'report.md')]
    const { code, out } = await run(
      drawGalleries(40, 2),
      '--target-fmr',
      '1e-2',
      '--out',
      file,
      '--report',
      page,
    )
    assert.equal(code, 0)
    const written = calibrationSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    assert.equal(written.model, model)
    assert.equal(written.dataset, 'faces')
    assert.equal(readFileSync(page, 'utf8'), `${out}\n`)
    assert.include(out, '2026-02-03')
    for (const { threshold } of written.points) assert.include(out, `| ${threshold} `)
  })

  it('counts pictures without a face, and leaves people out who have no other', async () => {
    const { out } = await run(
      [...drawGalleries(40, 2), [undefined, undefined]],
      '--target-fmr',
      '1e-2',
      '--json',
    )
    assert.deepInclude(answer.parse(JSON.parse(out)), { subjects: 40, failureToAcquire: 2 })
  })

  it('names the worst group of a file of groups', async () => {
    const file = join(folder, 'groups.csv')
    const rows = Array.from({ length: 80 }, (_, at) => `person-${at},${at < 40 ? 'one' : 'other'}`)
    writeFileSync(file, ['folder,group', ...rows].join('\n'))
    const { code, out } = await run(drawGalleries(80, 2), '--target-fmr', '1e-2', '--groups', file, '--json')
    assert.equal(code, 0)
    assert.oneOf(answer.parse(JSON.parse(out)).worstGroup, ['one', 'other'])
  })

  it('asks again where a rate is none', async () => {
    for (const rate of ['0', '-1', '0.5', 'NaN', 'few', '']) {
      try {
        await run(drawGalleries(2, 1), `--target-fmr=${rate}`)
      } catch (error) {
        assert.instanceOf(error, UsageError)
        continue
      }
      assert.fail(`${rate} was taken for a rate`)
    }
  })
})

describe('A file of groups', () => {
  const folders = new Set(['Ada', 'Bob', 'Bond, James'])
  const read = (text: string, isYaml: boolean) => Object.fromEntries(readGroups(text, { isYaml, folders }))

  it('is a row per person, or YAML', () => {
    const wanted = { one: ['Ada', 'Bond, James'], two: ['Bob'] }
    assert.deepEqual(
      read('folder,group\nAda,one\n\n# a remark\nBob, two\n"Bond, James",one\n', false),
      wanted,
    )
    assert.deepEqual(read('Ada,one\nBob,two\nBond, James,one', false), wanted)
    assert.deepEqual(read('Ada: one\nBob: two\nBond, James: one\n', true), wanted)
    const list =
      '- { folder: Ada, group: one }\n- { folder: Bob, group: two }\n- { folder: "Bond, James", group: one }\n'
    assert.deepEqual(read(list, true), wanted)
  })

  it('is refused where a slip would leave somebody out', () => {
    for (const text of ['', 'Ada', 'Ada,', ',one', 'Eve,one', 'Ada,one\nAda,two']) {
      assert.throws(() => read(text, false), UsageError)
    }
    for (const text of ['', 'Ada', '[Ada]', 'Ada: [one]', 'Ada: {', 'Eve: one']) {
      assert.throws(() => read(text, true), UsageError)
    }
  })
})

describe('A calibration of photographs', () => {
  it('embeds people of a folder, and goes on from its cache the next time', async function () {
    if (facesDir === undefined || modelsDir === undefined) return this.skip()
    this.timeout(60_000)
    const folder = mkdtempSync(join(tmpdir(), 'mien-photographs-'))
    const source = join(facesDir, 'lfw-dev', 'images')
    const people = readdirSync(source).filter((name) => readdirSync(join(source, name)).length === 2)
    const images = join(folder, 'images')
    mkdirSync(images)
    for (const name of people.slice(0, 20)) {
      mkdirSync(join(images, name))
      for (const file of readdirSync(join(source, name)))
        symlinkSync(join(source, name, file), join(images, name, file))
    }
    const [out, err]: [string[], string[]] = [[], []]
    const terminal = { print: (line: string) => out.push(line), warn: (line: string) => err.push(line) }
    const run = (args: readonly string[]) =>
      calibrate(args, {
        terminal,
        embed: (paths, options) => embedImages(paths, options, { terminal, now: () => 0 }),
        resampling: () => ({ random: createSeededRandom(1), resamples: 100 }),
        today: () => new Date(0),
      })
    const cache = join(folder, 'cache')
    const file = join(folder, 'calibration.json')
    const args = ['--images', images, '--target-fmr', '0.05', '--cache', cache, '--out', file]
    try {
      assert.equal(await run(args), 0)
      const first = readFileSync(file, 'utf8')
      const [kept] = readdirSync(cache)
      const lines = readFileSync(join(cache, kept!), 'utf8')
      assert.lengthOf(lines.trim().split('\n'), 40)
      assert.match(err[0] ?? '', /biometric data/)
      assert.equal(await run(args), 0)
      assert.equal(readFileSync(file, 'utf8'), first)
      assert.equal(readFileSync(join(cache, kept!), 'utf8'), lines)
      assert.equal(calibrationSchema.parse(JSON.parse(first)).subjects, 20)
      assert.equal(out[1], out[0])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
