/** What the capture page says: one sentence for each step and each hint, and what to do next. */
import type { ChallengeStep, PoseName } from '../policy/challenge.ts'

const instructions: Readonly<Record<PoseName, string>> = {
  front: 'Look straight at the camera.',
  left: 'Turn your head a little to your left.',
  right: 'Turn your head a little to your right.',
  up: 'Lift your chin a little.',
  down: 'Lower your chin a little.',
  closer: 'Move closer to the camera.',
}

/** A challenge wants more of a turn than an enrolment. */
const markedInstructions: Readonly<Record<PoseName, string>> = {
  ...instructions,
  left: 'Turn your head to your left, and hold.',
  right: 'Turn your head to your right, and hold.',
  up: 'Lift your chin, and hold.',
  down: 'Lower your chin, and hold.',
}

const hints: Readonly<Record<string, string>> = {
  no_face: 'Bring your face into the oval.',
  two_faces: 'Only one face, please. Ask others to step aside.',
  too_small: 'Move closer.',
  too_large: 'Move back a little.',
  off_centre: 'Move your face to the middle.',
  dark: 'More light, please. Face a window or a lamp.',
  bright: 'Less light, please. Turn away from the window or lamp.',
  blurred: 'Hold still; the picture is blurred.',
  turned: 'Look straight at the camera.',
  moving: 'Hold still for a moment.',
  pose_front: 'Look straight at the camera.',
  pose_left: 'A little more to your left.',
  pose_right: 'A little more to your right.',
  pose_up: 'Lift your chin a little more.',
  pose_down: 'Lower your chin a little more.',
  pose_closer: 'A little closer.',
  slower: 'Look straight ahead once more, then turn slowly.',
  same_as_before: 'That looks just like the last picture. Move a little.',
  someone_else: 'That looks like another person. Only you, please.',
  frame_lost: 'One moment; we missed that picture.',
}

export interface Hint {
  readonly code: string
  readonly text: string
}

export function instructionFor({
  pose,
  isMarked,
  light,
}: Pick<ChallengeStep, 'pose' | 'isMarked' | 'light'>): string {
  if (light !== undefined) return 'Keep looking at the camera while the light changes.'
  return isMarked ? markedInstructions[pose] : instructions[pose]
}

export function hintFor(code: string): Hint {
  return { code, text: hints[code] ?? 'Look straight at the camera.' }
}
