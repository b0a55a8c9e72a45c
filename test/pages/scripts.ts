/** What the scripted server says in a capture. */
import { issued, type Script } from './dev-server.ts'

const instructions = {
  front: 'Look straight at the camera.',
  left: 'Turn your head a little to your left.',
  right: 'Turn your head a little to your right.',
  up: 'Lift your chin a little.',
  down: 'Lower your chin a little.',
}
export type Pose = keyof typeof instructions
const poses: readonly Pose[] = ['front', 'left', 'right', 'up', 'down']

export interface LookChange {
  readonly pose?: Pose
  readonly number?: number
  readonly of?: number
  readonly canSkip?: boolean
  readonly progress?: number
  readonly hint?: string
  readonly sampleTaken?: number
  readonly light?: string
}

export function look(change: LookChange = {}): object {
  const { pose = 'front', number = 1, of = 1, canSkip = false, progress = 0, hint, sampleTaken } = change
  const light = change.light === undefined ? {} : { light: change.light }
  return {
    state: 'look',
    step: { name: pose, instruction: instructions[pose], number, of, canSkip, ...light },
    progress,
    hint: hint === undefined ? null : { code: 'scripted', text: hint },
    ...(sampleTaken === undefined ? {} : { sampleTaken }),
  }
}

export const done = { state: 'done', location: '/pages/message' } as const

/** Takes a picture of each pose, two frames each, then reviews; a sign-in is done after six frames. */
export const happyScript: Script = ({ path, sequence }) => {
  if (path === '/scripted/capture') return issued('capture', look())
  if (path.startsWith('/scripted/capture/')) {
    return { body: (sequence ?? 0) < 5 ? look({ progress: ((sequence ?? 0) + 1) / 6 }) : done }
  }
  if (path === '/scripted/enrolment') return issued('enrolment', enrolLook(0))
  if (path.endsWith('/confirm')) return { body: done }
  const taken = Math.ceil((sequence ?? 0) / 2)
  if (taken >= poses.length) return { body: review(poses.length - 1) }
  return {
    body: { ...enrolLook(taken), ...((sequence ?? 0) % 2 === 1 ? { sampleTaken: taken - 1 } : {}) },
  }
}

export function enrolLook(at: number, change: LookChange = {}): object {
  const pose = poses[at] ?? 'front'
  return look({ pose, number: at + 1, of: 5, canSkip: pose !== 'front', progress: at / 5, ...change })
}

export function review(sampleTaken?: number, indices: readonly number[] = [0, 1, 2, 3, 4]): object {
  return {
    state: 'review',
    samples: indices.map((index) => ({ index, name: poses[index] ?? 'front' })),
    ...(sampleTaken === undefined ? {} : { sampleTaken }),
  }
}
