import { assert } from 'chai'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { writeRate } from '../src/cli/rounding.ts'
import { readConfig } from '../src/config.ts'
import { openFaceParts } from '../src/face-parts.ts'
import { readManifest } from '../src/face/manifest.ts'
import { selectModels } from '../src/face/model-files.ts'
import { model } from './cli/people.ts'
import { modelsDir } from './media.ts'

describe('The calibration that the server uses', () => {
  const { recogniser } = selectModels(readManifest())
  const shipped = recogniser.calibration!
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mien-calibration-'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  async function start(content: unknown) {
    const file = join(folder, 'calibration.json')
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
    const config = readConfig({
      MIEN_CALIBRATION_FILE: file,
      MIEN_FACE_WORKERS: '1',
      MIEN_MODELS_DIR: modelsDir,
    })
    const { engine, operatingPoint } = await openFaceParts(config, pino({ level: 'silent' }))
    await engine.close()
    return operatingPoint
  }

  async function refusalOf(content: unknown): Promise<string> {
    try {
      await start(content)
    } catch (error) {
      return error instanceof Error ? error.message : assert.fail('not an error')
    }
    return assert.fail('the server started')
  }

  it('is the operator’s file where one is named', async function () {
    if (modelsDir === undefined) this.skip()
    const points = shipped.points.map((point) => ({ ...point, threshold: point.threshold + 0.01 }))
    const wanted = points.find(({ fmrUpper }) => fmrUpper > 1.9e-5)!
    assert.equal((await start({ ...shipped, points })).minScore, wanted.threshold)
  })

  it('is refused at start where it belongs to another network or to other preprocessing', async () => {
    for (const other of [model, `${recogniser.sha256}/${recogniser.preprocessing.version}0`]) {
      const message = await refusalOf({ ...shipped, model: other })
      assert.include(message, 'MIEN_CALIBRATION_FILE')
      assert.include(message, 'belongs to another network')
      assert.include(message, other)
    }
  })

  it('is refused where it claims less than its people support, or is none', async () => {
    const [strictest] = shipped.points
    for (const content of [
      { ...shipped, points: [{ ...strictest, fmrUpper: shipped.smallestSupportedFmr / 2 }] },
      { ...shipped, points: [] },
      { ...shipped, points: [{ ...strictest, threshold: null }] },
      {},
      'no JSON',
    ]) {
      assert.match(await refusalOf(content), /MIEN_CALIBRATION_FILE .*(is not a calibration|cannot be read)/)
    }
  })

  it('is told with the same figures by the report that ships with it', () => {
    const page = readFileSync(new URL('../docs/error-rates.md', import.meta.url), 'utf8')
    assert.include(page, `\`${shipped.model}\``)
    assert.include(page, `| ${shipped.impostorPairs.toLocaleString('en-GB')} `)
    const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()))
    for (const { threshold, fmrUpper, fmr, fnmr } of shipped.points) {
      const row = ['', String(threshold), ...[fmrUpper, fmr, fnmr].map(writeRate), '']
      assert.deepInclude(rows, row)
    }
  })
})
