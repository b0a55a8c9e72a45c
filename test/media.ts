/** Where tests find networks and people, and how they take frames out of a video. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { buffer, text } from 'node:stream/consumers'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

function findFolder(setting: string, beside: string): string | undefined {
  const named = process.env[setting]
  return [named, resolve(root, '../shared', beside)].find((each) => each !== undefined && existsSync(each))
}

/** The folder of ONNX files, or `undefined` where this machine has none: such tests are then skipped by name. */
export const modelsDir = findFolder('MIEN_MODELS_DIR', 'models')

/** The folder of people (`videos/`, `lfw-dev/`, `presentation-attacks/`), or `undefined`. */
export const facesDir = findFolder('MIEN_FACES_DIR', 'faces')

export const people = ['d0', 'd6', 'd10', 'd11', 'd12', 'd14', 'd18', 'd19'] as const
export type Person = (typeof people)[number]

export interface FrameSelection {
  /** Seconds from the start of the video. */
  readonly from?: number
  readonly to?: number
  /** Frames per second taken. */
  readonly fps?: number
  /** Of the frames; the video is scaled to fit and padded. */
  readonly size?: readonly [widthPx: number, heightPx: number]
}

/**
 * Frames of one person's video as JPEG, by default one a second at 640×480.
 * @throws {Error} where ffmpeg or the video is missing.
 */
export async function frames(video: Person, selection: FrameSelection = {}): Promise<readonly Buffer[]> {
  if (facesDir === undefined) throw new Error('no folder of faces on this machine')
  const { from = 0, to, fps = 1, size = [640, 480] } = selection
  const [width, height] = size
  const fit = `scale=${width}:${height}:force_original_aspect_ratio=decrease`
  const filter = `fps=${fps},${fit},pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2`
  const span = ['-ss', String(from), ...(to === undefined ? [] : ['-to', String(to)])]
  const input = ['-i', join(facesDir, 'videos', `${video}.mp4`)]
  const output = ['-vf', filter, '-f', 'image2pipe', '-c:v', 'mjpeg', '-q:v', '4', 'pipe:1']
  const ffmpeg = spawn('ffmpeg', ['-v', 'error', '-nostdin', '-threads', '1', ...span, ...input, ...output])
  const ended = once(ffmpeg, 'close')
  const [bytes, said] = await Promise.all([buffer(ffmpeg.stdout), text(ffmpeg.stderr)])
  await ended
  if (ffmpeg.exitCode !== 0) throw new Error(`ffmpeg ended with ${ffmpeg.exitCode ?? 'a signal'}: ${said}`)
  return splitJpegs(bytes)
}

/** Frames at given moments, in seconds. */
export async function framesAt(video: Person, moments: readonly number[]): Promise<readonly Buffer[]> {
  const found: Buffer[] = []
  for (const at of moments) {
    const [frame] = await frames(video, { from: at, to: at + 0.5, fps: 4 })
    if (frame === undefined) throw new Error(`${video} has no frame at ${at} s`)
    found.push(frame)
  }
  return found
}

/** ffmpeg's JPEGs carry no thumbnails, so that the first end marker after a start is the end of the picture. */
function splitJpegs(bytes: Buffer): readonly Buffer[] {
  const found: Buffer[] = []
  let start = bytes.indexOf('ffd8', 0, 'hex')
  while (start >= 0) {
    const end = bytes.indexOf('ffd9', start, 'hex')
    if (end < 0) break
    found.push(bytes.subarray(start, end + 2))
    start = bytes.indexOf('ffd8', end, 'hex')
  }
  return found
}
