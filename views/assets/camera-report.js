/** What the browser says of the open camera: the operator's record names what is odd about it. */

/** @typedef {{ readonly width?: number, readonly height?: number, readonly frameRate?: number }} Format */
/** @typedef {{ readonly label: string, readonly width: number, readonly height: number, readonly settings?: Format, readonly capabilities?: Format }} CameraReport */

const longestLabel = 200

/**
 * @param {MediaStreamTrack | undefined} track
 * @param {HTMLVideoElement} video
 * @returns {CameraReport}
 */
export function reportOf(track, video) {
  const seen = {
    label: (track?.label ?? '').slice(0, longestLabel),
    width: video.videoWidth,
    height: video.videoHeight,
  }
  if (track === undefined) return seen
  const { width, height, frameRate } = track.getSettings()
  const settings = compact({ width, height, frameRate })
  // Not every browser can be asked.
  if (typeof track.getCapabilities !== 'function') return { ...seen, settings }
  const most = track.getCapabilities()
  const capabilities = compact({
    width: most.width?.max,
    height: most.height?.max,
    frameRate: most.frameRate?.max,
  })
  return { ...seen, settings, capabilities }
}

/**
 * Without what the browser leaves open.
 * @param {Readonly<Record<keyof Format, number | undefined>>} format
 * @returns {Format}
 */
function compact(format) {
  return Object.fromEntries(Object.entries(format).filter(([, value]) => value !== undefined))
}
