import { assert } from 'chai'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { drawDet, drawRoc, listDetPoints, traceRates } from '../../src/cli/curves.ts'
import { evaluateVerification } from '../../src/cli/evaluate-verification.ts'
import { startProgress } from '../../src/cli/progress.ts'
import { createSeededRandom } from '../../src/cli/resampling.ts'
import { compare } from '../../src/face/comparison.ts'
import { drawGalleries, model } from './people.ts'

const random = createSeededRandom(5)
const trials = Array.from({ length: 300 }, (_, at) => ({
  isGenuine: at % 2 === 0,
  score: random() * 0.6 + (at % 2 === 0 ? 0.3 : 0),
  fold: at % 5,
}))

/** Every tag closed in its order, every attribute quoted, and nothing that would need escaping. */
function checkWellFormed(svg: string): void {
  const tag = /<(\/?)([a-z]+)(?: [\w:-]+="[^"<&]*")*(\/?)>/g
  const open: string[] = []
  for (const [, close, name = '', single] of svg.matchAll(tag)) {
    if (close !== '') assert.equal(open.pop(), name)
    else if (single === '') open.push(name)
  }
  assert.isEmpty(open)
  assert.notMatch(svg.replaceAll(tag, '').replaceAll(/&(amp|lt|gt);/g, ''), /[<>&]/)
}

function pointsOf(svg: string): readonly (readonly number[])[] {
  const [, points = ''] = /<polyline points="([^"]*)"/.exec(svg) ?? []
  return points.split(' ').map((point) => point.split(',').map(Number))
}

describe('The curves of a verification', () => {
  it('trace each score once, from nothing passes to everything does', () => {
    const rates = traceRates(trials)
    assert.lengthOf(rates, new Set(trials.map(({ score }) => score)).size + 1)
    assert.deepInclude(rates[0], { far: 0, frr: 1 })
    assert.deepInclude(rates.at(-1), { far: 1, frr: 0 })
    for (const [at, { far, frr }] of rates.slice(1).entries()) {
      assert.isAtLeast(far, rates[at]!.far)
      assert.isAtMost(frr, rates[at]!.frr)
    }
  })

  it('let equal scores pass together', () => {
    const equal = [true, false, true].map((isGenuine) => ({ isGenuine, score: 0.5, fold: 0 }))
    assert.lengthOf(traceRates(equal), 2)
  })

  it('are well-formed pictures with labelled axes and a point per threshold', () => {
    const [roc, det] = [drawRoc(trials, 'people <1> & "2"'), drawDet(trials, 'people <1> & "2"')]
    for (const svg of [roc, det]) {
      checkWellFormed(svg)
      assert.include(svg, 'False acceptance rate (log scale)')
      assert.include(svg, 'people &lt;1&gt; &amp; "2"')
    }
    assert.lengthOf(pointsOf(roc), traceRates(trials).filter(({ far }) => far > 0).length)
    assert.lengthOf(pointsOf(det), listDetPoints(trials).length)
  })

  it('place equal factors at equal distances on a log scale', () => {
    const svg = drawDet(trials, '')
    const places = [...svg.matchAll(/<line x1="([\d.]+)" y1="72" x2="\1"/g)].map(([, x]) => Number(x))
    // Decades from 0.001, the least that 150 impostors can show, to 1.
    assert.lengthOf(places, 4)
    const steps = places.slice(1).map((place, at) => place - places[at]!)
    for (const step of steps) assert.closeTo(step, steps[0]!, 0.02)
  })

  it('stay inside the frame', () => {
    for (const [x, y] of pointsOf(drawRoc(trials, ''))) {
      assert.isTrue(x! >= 84 && x! <= 616 && y! >= 72 && y! <= 452)
    }
  })
})

const interval = z.tuple([z.number(), z.number()])
const answer = z.object({
  pairs: z.number(),
  failureToAcquire: z.number(),
  accuracy: z.number(),
  accuracyInterval: interval,
  eer: z.number(),
  eerInterval: interval,
  tarAtFar: z.object({ '1e-2': z.number() }),
  tarAtFarInterval: z.object({ '1e-2': interval }),
  highestImpostor: z.number(),
})

describe('mien evaluate verification', () => {
  it('tells its rates with their intervals, and draws them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mien-evaluate-'))
    const galleries = drawGalleries(40, 2, { noise: 1.2 })
    const lines = Array.from({ length: 4 }, (_, fold) => {
      const own = Array.from({ length: 10 }, (__, at) => fold * 10 + at)
      const genuine = own.map((at) => `P${at}\t1\t2`)
      return [...genuine, ...own.map((at) => `P${at}\t1\tP${(at + 7) % 40}\t2`)]
    })
    writeFileSync(join(folder, 'pairs.txt'), ['4\t10', ...lines.flat()].join('\n'))
    const printed: string[] = []
    const curves = join(folder, 'curves')
    try {
      const args = ['--pairs', join(folder, 'pairs.txt'), '--images', '/faces', '--curves', curves, '--json']
      const code = await evaluateVerification(args, {
        terminal: { print: (line) => printed.push(line), warn: () => undefined },
        embed: (paths) =>
          Promise.resolve({
            embeddings: new Map(
              paths.map((path) => {
                const [, person = '', which = ''] = /P(\d+)_000(\d)\.jpg$/.exec(path) ?? []
                return [path, galleries[Number(person)]?.[Number(which) - 1]]
              }),
            ),
            model,
            imageAdapter: 'sharp',
          }),
        resampling: () => ({ random: createSeededRandom(1), resamples: 50 }),
      })
      assert.equal(code, 0)
      const told = answer.parse(JSON.parse(printed.join('')))
      assert.deepInclude(told, { pairs: 80, failureToAcquire: 0 })
      const within = (value: number, [low, high]: readonly number[]) => value >= low! && value <= high!
      assert.isTrue(within(told.accuracy, told.accuracyInterval))
      assert.isTrue(within(told.eer, told.eerInterval))
      assert.isTrue(within(told.tarAtFar['1e-2'], told.tarAtFarInterval['1e-2']))
      const impostors = galleries.map(([probe], at) => compare(probe!, galleries[(at + 7) % 40]![1]!))
      assert.closeTo(told.highestImpostor, Math.max(...impostors), 1e-9)
      for (const file of ['roc.svg', 'det.svg']) checkWellFormed(readFileSync(join(curves, file), 'utf8'))
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('A progress bar', () => {
  it('tells how much is done and how long it takes still, and goes away', () => {
    const drawn: string[] = []
    const clock = { ms: 0 }
    const progress = startProgress(200, 'pictures', {
      redraw: (text) => drawn.push(text),
      now: () => clock.ms,
    })
    clock.ms = 5000
    progress.advance(50)
    progress.advance(51)
    progress.end()
    assert.deepEqual(drawn, [`${'█'.repeat(8)}${'░'.repeat(22)} 25 % of 200 pictures, 15 s left`, ''])
  })

  it('is silent where nobody watches', () => {
    startProgress(1, 'pictures', { redraw: undefined, now: () => 0 }).advance(1)
  })
})
