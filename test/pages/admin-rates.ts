/** Error rates of the sample pages. */
import type { CalibrationInForce } from '../../src/admin/house-services.ts'

export const rates = [
  {
    name: 'False match',
    value: '0.0083 %',
    bound: '0.01 %',
    basis: 'A stranger’s face is taken for the person’s, in one try.',
  },
  {
    name: 'False non-match',
    value: '4.3 %',
    bound: '',
    basis: 'The person’s own face is not recognised, in one try.',
  },
]

const points = [
  [0.7594, 2.3e-7, 1.8e-6, 0.807],
  [0.5003, 2.34e-6, 4.89e-6, 0.122],
  [0.4581, 1.35e-5, 2e-5, 0.0787],
  [0.407, 8.33e-5, 9.99e-5, 0.043],
  [0.335, 9.34e-4, 9.99e-4, 0.0206],
  [0.2513, 9.67e-3, 9.99e-3, 0.00925],
] as const

export const sampleCalibration: CalibrationInForce = {
  operatingPoint: {
    minScore: 0.407,
    targetFmr: 1e-4,
    fmrPerComparison: 1e-4,
    measuredFmr: 8.33e-5,
    measuredFmrUpper: 9.99e-5,
    measuredFnmr: 0.043,
  },
  points: points.map(([threshold, fmr, fmrUpper, fnmr]) => ({ threshold, fmr, fmrUpper, fnmr })),
  dataset: {
    name: 'sample',
    subjects: 2086,
    images: 3811,
    impostorPairs: 7_255_541,
    worstGroup: undefined,
    imageAdapter: 'sharp',
  },
  networks: [],
  presentationAttacks: undefined,
}
