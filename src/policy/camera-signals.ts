/** What a camera says of itself, and how its frames come → named signals of risk. They are recorded and bar nobody. Pure. */

/** A page that runs in a browser can be made to say anything: these words are a hint to the operator, never evidence. */
export type CameraReport =
  | { readonly outcome: 'absent' }
  /** Of another shape than our page sends. */
  | { readonly outcome: 'malformed' }
  | ({ readonly outcome: 'given' } & CameraWords)

/** As MediaStreamTrack has them (Media Capture and Streams, §4.3.3); sizes in pixels, rates in frames a second. */
export interface CameraWords {
  readonly label: string
  /** Of the picture as it is shown. */
  readonly width: number
  readonly height: number
  readonly settings?: Partial<PictureFormat>
  /** The most that the camera can; absent where the browser cannot ask, empty where the camera says nothing. */
  readonly capabilities?: Partial<PictureFormat>
}

export interface PictureFormat {
  readonly width: number
  readonly height: number
  readonly frameRate: number
}

export type CameraSignal =
  | 'camera_unreported'
  | 'camera_report_malformed'
  | 'camera_unnamed'
  | 'camera_known_virtual'
  | 'camera_drawn_by_page'
  | 'camera_without_capabilities'
  | 'camera_size_inconsistent'
  | 'camera_ignores_request'
  | 'camera_frame_rate_odd'
  | 'frames_too_regular'

/** Programs that offer a picture of their own as a camera, by the names that browsers show. Lower case. */
const virtualNames = [
  'virtual',
  'obs-camera',
  'obs camera',
  'manycam',
  'snap camera',
  'xsplit',
  'dummy video device',
  'loopback',
  'droidcam',
  'iriun',
  'epoccam',
  'camo',
  'e2esoft',
  'vcam',
  'splitcam',
  'sparkocam',
  'altercam',
  'youcam',
  'perfect cam',
  'finecam',
  'camtwist',
  'webcamoid',
  'akvcam',
  'mmhmm',
  'ndi video',
  'ndi webcam',
  'newtek ndi',
  'vmix video',
  'wirecast',
  'nvidia broadcast',
  'logi capture',
  'unity video capture',
  'vtube',
  'animaze',
  'avatarify',
  'deepfacelive',
  'fake_device',
  'fake device',
  'screen capture',
] as const

/** Chromium calls the picture of a canvas, which a page draws itself, by random bytes; no maker names a camera so. */
const randomName = /^\{?[\w+/=-]{32,}\}?$/

/** What the capture page asks of a camera; browsers scale down to it what has more. */
const requestedPicture = { width: 640, height: 480 } as const

const frameRates = { least: 1, most: 120 } as const

/** Fewer intervals than this say nothing about a rhythm. */
const leastIntervals = 8

/** Milliseconds by which the interval between frames changes from one to the next; networks and browsers waver by more. */
const mostRegular = 1

/**
 * @param arrivals milliseconds of the server’s clock at each frame, in order.
 * @returns each signal once, in the order of `CameraSignal`.
 */
export function findCameraSignals(
  report: CameraReport,
  arrivals: readonly number[],
): readonly CameraSignal[] {
  const signals = signalsOf(report)
  return isTooRegular(arrivals) ? [...signals, 'frames_too_regular'] : signals
}

function signalsOf(report: CameraReport): readonly CameraSignal[] {
  switch (report.outcome) {
    case 'absent':
      return ['camera_unreported']
    case 'malformed':
      return ['camera_report_malformed']
    case 'given':
      return checks.filter(([, isOdd]) => isOdd(report)).map(([signal]) => signal)
  }
}

const checks: readonly (readonly [CameraSignal, (words: CameraWords) => boolean])[] = [
  ['camera_unnamed', ({ label }) => label.trim() === ''],
  ['camera_known_virtual', ({ label }) => isKnownVirtual(label)],
  ['camera_drawn_by_page', ({ label }) => randomName.test(label)],
  ['camera_without_capabilities', ({ capabilities }) => capabilities !== undefined && !hasSize(capabilities)],
  ['camera_size_inconsistent', isSizeInconsistent],
  ['camera_ignores_request', ignoresRequest],
  ['camera_frame_rate_odd', hasOddFrameRate],
]

function isKnownVirtual(label: string): boolean {
  const name = label.normalize('NFKC').toLowerCase()
  return virtualNames.some((each) => name.includes(each))
}

interface Size {
  readonly width: number
  readonly height: number
}

function hasSize(format: Partial<PictureFormat>): format is Partial<PictureFormat> & Size {
  return format.width !== undefined && format.height !== undefined
}

/** Held upright, a phone swaps the sides: sizes are compared by their longer and their shorter side. */
function sidesOf({ width, height }: Size): readonly [longer: number, shorter: number] {
  return [Math.max(width, height), Math.min(width, height)]
}

function isWithin(inner: Size, outer: Size): boolean {
  const [[longer, shorter], [most, least]] = [sidesOf(inner), sidesOf(outer)]
  return longer <= most && shorter <= least
}

function isSame(one: Size, other: Size): boolean {
  return isWithin(one, other) && isWithin(other, one)
}

/** The picture has another size than the camera says, or one that it says it cannot give. */
function isSizeInconsistent({ width, height, settings, capabilities }: CameraWords): boolean {
  if (settings === undefined || !hasSize(settings)) return false
  if (!isSame({ width, height }, settings)) return true
  return capabilities !== undefined && hasSize(capabilities) && !isWithin(settings, capabilities)
}

function ignoresRequest({ settings, capabilities }: CameraWords): boolean {
  if (settings === undefined || capabilities === undefined) return false
  if (!hasSize(settings) || !hasSize(capabilities)) return false
  return isWithin(requestedPicture, capabilities) && !isSame(settings, requestedPicture)
}

function hasOddFrameRate({ settings }: CameraWords): boolean {
  if (settings === undefined) return false
  const { frameRate = NaN } = settings
  return !(frameRate >= frameRates.least && frameRate <= frameRates.most)
}

/** By the median, for a hint now and then asks the page to wait longer. */
function isTooRegular(arrivals: readonly number[]): boolean {
  const intervals = arrivals.slice(1).map((at, index) => at - (arrivals[index] ?? NaN))
  if (intervals.length < leastIntervals) return false
  const changes = intervals.slice(1).map((interval, index) => Math.abs(interval - (intervals[index] ?? NaN)))
  const middle = changes.toSorted((one, other) => one - other)[Math.floor(changes.length / 2)]
  return middle !== undefined && middle <= mostRegular
}
