import { assert } from 'chai'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { evaluatePad } from '../../src/cli/evaluate-pad.ts'
import { listCaptures, listSpecies } from '../../src/cli/measure-liveness.ts'
import { UsageError } from '../../src/cli/terminal.ts'
import { facesDir, frames, modelsDir } from '../media.ts'

describe('`mien evaluate pad`', function () {
  this.timeout(60_000)
  let folder = ''
  const lines: string[] = []
  const terminal = { print: (line: string) => lines.push(line), warn: (line: string) => lines.push(line) }

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mien-pad-'))
    lines.length = 0
  })
  afterEach(() => rm(folder, { recursive: true }))

  async function put(path: string, bytes: Uint8Array | string = ''): Promise<void> {
    await mkdir(join(folder, path, '..'), { recursive: true })
    await writeFile(join(folder, path), bytes)
  }

  async function isUsageError(args: readonly string[]): Promise<boolean> {
    try {
      await evaluatePad(args, terminal)
      return false
    } catch (error) {
      return error instanceof UsageError
    }
  }

  it('takes a folder for a capture, a picture outside of one for another, and nothing else', async () => {
    for (const path of ['b/1.jpg', 'b/2.PNG', 'b/notes.txt', 'a.webp', 'readme.md', 'empty/notes.txt'])
      await put(`print/${path}`)
    const inside = (file: string) => join(folder, 'print', file)
    const expected = [[inside('a.webp')], [inside('b/1.jpg'), inside('b/2.PNG')]]
    assert.deepEqual(await listCaptures(join(folder, 'print')), expected)
    assert.deepEqual([...(await listSpecies(folder))], [['print', expected]])
  })

  it('refuses to report on nothing', async () => {
    await put('live/notes.txt')
    await put('attacks/lies-in-no-species.jpg')
    const both = ['--bona-fide', join(folder, 'live'), '--attacks', join(folder, 'attacks')]
    assert.isTrue(await isUsageError(both))
    assert.isTrue(await isUsageError(both.slice(0, 2)))
    await put('live/1.jpg')
    assert.isTrue(await isUsageError(both), 'a species is a folder')
  })

  it('reports on live people and published attacks as one object', async function () {
    if (modelsDir === undefined || facesDir === undefined) this.skip()
    const published = join(facesDir, 'presentation-attacks')
    for (const [at, frame] of (await frames('d19', { to: 3 })).entries())
      await put(`live/d19/${at}.jpg`, frame)
    await put('live/broken.jpg', 'no picture')
    await mkdir(join(folder, 'attacks', 'screen'), { recursive: true })
    await copyFile(join(published, 'image_F2.jpg'), join(folder, 'attacks', 'screen', '1.jpg'))
    const args = ['--bona-fide', join(folder, 'live'), '--attacks', join(folder, 'attacks')]
    const how = ['--model-dir', modelsDir, '--image-adapter', 'sharp']
    assert.equal(await evaluatePad([...args, ...how, '--json'], terminal), 0)
    assert.lengthOf(lines, 1)
    const report: unknown = JSON.parse(lines[0]!)
    assert.nestedInclude(report, {
      standard: 'ISO/IEC 30107-3',
      'networks[0].name': 'minifasnet-v2',
      'inUse.bpcer.errors': 0,
      'inUse.bpcer.captures': 1,
      'inUse.bpcer.failuresToAcquire': 1,
      'inUse.worst.species': 'screen',
      'inUse.worst.rate': 0,
    })
    lines.length = 0
    await evaluatePad([...args, ...how], terminal)
    assert.match(lines[0]!, /BPCER +0\.0 % +\(0 of 1; 95 %: +0\.0 % to +97\.5 %; 1 failures to acquire\)/)
    assert.notMatch(lines[0]!, /\bACER\b/)
  })
})
