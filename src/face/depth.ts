/** Is it three-dimensional? What an affine map cannot explain of points that moved from one pose to another. */
import type { Point } from './engine.ts'

/** The mean of each point over several frames of one pose. @throws {TypeError} where there is no frame */
export function averagePoints(frames: readonly (readonly Point[])[]): readonly Point[] {
  const [first] = frames
  if (first === undefined) throw new TypeError('there are no points to average')
  return first.map((_, at) => ({
    x: frames.reduce((sum, points) => sum + (points[at]?.x ?? NaN), 0) / frames.length,
    y: frames.reduce((sum, points) => sum + (points[at]?.y ?? NaN), 0) / frames.length,
  }))
}

/**
 * Root mean square distance, over the spread of the frontal points, between the turned points and the best affine map of
 * the frontal ones. A flat picture, turned, moves almost as an affine map says; a nose that stands out does not.
 * NaN where the points are degenerate or not as many: whoever guards with it must fail closed on that.
 */
export function affineResidual(frontal: readonly Point[], turned: readonly Point[]): number {
  if (frontal.length !== turned.length) return NaN
  const scale = spread(frontal)
  // Least squares without a matrix: what 1, x and y of the frontal points explain is taken away, one after the other.
  const basis = orthonormalise([
    frontal.map(() => 1),
    frontal.map(({ x }) => x / scale),
    frontal.map(({ y }) => y / scale),
  ])
  const left = [turned.map(({ x }) => x / scale), turned.map(({ y }) => y / scale)]
    .map((coordinate) => basis.reduce(takeAway, coordinate))
    .flat()
  return Math.sqrt(left.reduce((sum, value) => sum + value * value, 0) / frontal.length)
}

/** Twice the root mean square distance from the middle: about the distance between the outer corners of the eyes. */
function spread(points: readonly Point[]): number {
  const mean = (of: (point: Point) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length
  const [middleX, middleY] = [mean(({ x }) => x), mean(({ y }) => y)]
  return 2 * Math.sqrt(mean(({ x, y }) => (x - middleX) ** 2 + (y - middleY) ** 2))
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
