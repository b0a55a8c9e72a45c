/** What faces are judged by: figures of a calibration and the networks behind it, never of a person. */
import type Router from '@koa/router'
import { frameOf, onPage, type ConsoleDependencies } from './console-kit.ts'
import { drawCurve } from './console-curve.ts'
import { countOf, humanise, percentOf, several } from './console-words.ts'
import type { CalibrationInForce } from './house-services.ts'

export function calibrationSection(router: Router, dependencies: ConsoleDependencies): void {
  onPage(router, { path: '/admin/calibration', dependencies }, async (here) => {
    const inForce = await dependencies.services.calibration.inForce(here.actor)
    await dependencies.render(here.ctx, 'admin-calibration', {
      frame: await frameOf(dependencies, here, 'calibration'),
      curve: drawCurve(inForce),
      rates: ratesOf(inForce),
      facts: factsOf(inForce),
      attacks: attacksOf(inForce),
      networks: inForce.networks.map(({ name, purpose, licence, file, sha256 }) => ({
        name,
        job: jobs[purpose] ?? humanise(purpose),
        licence,
        file,
        digest: sha256,
      })),
    })
  })
}

/** What each network is there for. */
const jobs: Readonly<Record<string, string>> = {
  'detector-coarse': 'Finds the face, fast',
  'detector-fine': 'Finds the face, exactly',
  recogniser: 'Recognises the face',
  mesh: 'Follows how the head turns',
  pad: 'Looks for pictures and screens',
}

/** “1 in 100,000” */
export function oneIn(share: number): string {
  return share > 0 ? `1 in ${countOf(Math.round(1 / share))}` : 'none'
}

function ratesOf({ operatingPoint: point }: CalibrationInForce) {
  return [
    {
      name: 'False match',
      value: percentOf(point.measuredFmr),
      bound: `${percentOf(point.measuredFmrUpper)} (${oneIn(point.measuredFmrUpper)})`,
      basis: 'A stranger’s face passes for the person’s in one try.',
    },
    {
      name: 'False match, wanted',
      value: percentOf(point.targetFmr),
      bound: '',
      basis: `All templates of a person together; ${percentOf(point.fmrPerComparison)} for each comparison.`,
    },
    {
      name: 'False non-match',
      value: percentOf(point.measuredFnmr),
      bound: '',
      basis: 'The person’s own face is not recognised in one try.',
    },
  ]
}

function factsOf({ operatingPoint, dataset }: CalibrationInForce) {
  const { name, subjects, images, impostorPairs, worstGroup, imageAdapter } = dataset
  return [
    { name: 'Least comparison score', value: String(Number(operatingPoint.minScore.toFixed(4))) },
    { name: 'Measured on', value: name },
    { name: 'Of', value: `${several(subjects, 'person', 'people')}, ${several(images, 'image')}` },
    { name: 'Pairs of strangers', value: countOf(impostorPairs) },
    ...(worstGroup === undefined ? [] : [{ name: 'Set for the weakest group', value: worstGroup }]),
    { name: 'Images read by', value: imageAdapter },
  ]
}

function attacksOf({ presentationAttacks }: CalibrationInForce) {
  if (presentationAttacks === undefined) return undefined
  const { minLiveness, bonaFide, attacks } = presentationAttacks
  return {
    facts: [
      { name: 'Least liveness score', value: String(Number(minLiveness.toFixed(4))) },
      {
        name: 'Real people refused (BPCER)',
        value: `${percentOf(bonaFide.bpcer)}, at most ${percentOf(bonaFide.bpcerUpper)}`,
      },
      {
        name: 'Measured on',
        value: `${bonaFide.dataset}, ${several(bonaFide.subjects, 'person', 'people')}`,
      },
    ],
    kinds: attacks.map(({ species, isSimulated, captures, apcer, apcerUpper }) => ({
      name: `${humanise(species)}${isSimulated && !/simulated/i.test(species) ? ' (simulated)' : ''}`,
      captures,
      value: percentOf(apcer),
      bound: percentOf(apcerUpper),
    })),
  }
}
