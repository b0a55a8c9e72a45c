/** Is it three-dimensional? What an affine map cannot explain of five landmarks that moved from one pose to another. */
import type { Landmarks, Point } from './engine.ts'

/** The mean of each landmark over several frames of one pose. @throws {TypeError} where there is no frame */
export function averageLandmarks(frames: readonly Landmarks[]): Landmarks {
  if (frames.length === 0) throw new TypeError('there are no landmarks to average')
  const mean = (at: 0 | 1 | 2 | 3 | 4): Point => ({
    x: frames.reduce((sum, landmarks) => sum + landmarks[at].x, 0) / frames.length,
    y: frames.reduce((sum, landmarks) => sum + landmarks[at].y, 0) / frames.length,
  })
  return [mean(0), mean(1), mean(2), mean(3), mean(4)]
}

/**
 * Root mean square distance, over the frontal inter-ocular distance, between the turned landmarks and the best affine
 * map of the frontal ones. A flat picture, turned, moves almost as an affine map says; a nose that stands out does not.
 * NaN where the landmarks are degenerate: whoever guards with it must fail closed on that.
 */
export function affineResidual(frontal: Landmarks, turned: Landmarks): number {
  const [rightEye, leftEye] = frontal
  const interOcular = Math.hypot(leftEye.x - rightEye.x, leftEye.y - rightEye.y)
  // Only the part of the five points that no affine function of the frontal ones can follow is left over: with five
  // points and three parameters a coordinate, that is a plane, found by taking 1, x and y away one after the other.
  const basis = orthonormalise([
    frontal.map(() => 1),
    frontal.map(({ x }) => x / interOcular),
    frontal.map(({ y }) => y / interOcular),
  ])
  const left = [turned.map(({ x }) => x / interOcular), turned.map(({ y }) => y / interOcular)]
    .map((coordinate) => basis.reduce(takeAway, coordinate))
    .flat()
  return Math.sqrt(left.reduce((sum, value) => sum + value * value, 0) / frontal.length)
}

function orthonormalise(columns: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const basis: number[][] = []
  for (const column of columns) {
    const rest = basis.reduce(takeAway, [...column])
    const norm = Math.hypot(...rest)
    basis.push(rest.map((value) => value / norm))
  }
  return basis
}

function takeAway(vector: readonly number[], direction: readonly number[]): number[] {
  const share = vector.reduce((sum, value, at) => sum + value * (direction[at] ?? NaN), 0)
  return vector.map((value, at) => value - share * (direction[at] ?? NaN))
}
