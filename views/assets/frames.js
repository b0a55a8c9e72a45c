/** Takes frames out of the preview as JPEG, unmirrored and within the size that the server takes. */

/** Longest side of a frame; the networks see no more than this. */
const longestSidePx = 640

/** From the best that fits downwards; the last is a quarter of the pixels. */
const attempts = /** @type {const} */ ([
  { scale: 1, quality: 0.85 },
  { scale: 1, quality: 0.7 },
  { scale: 1, quality: 0.5 },
  { scale: 0.5, quality: 0.7 },
])

/**
 * @typedef {object} FrameTaker
 * @property {(maxBytes: number) => Promise<Blob | undefined>} take undefined where the camera has no picture yet
 * @property {() => HTMLCanvasElement} copyLast the picture last taken, on a canvas of its own
 * @property {() => void} discard wipes the picture last taken
 */

/**
 * @param {HTMLVideoElement} video
 * @returns {FrameTaker}
 */
export function createFrameTaker(video) {
  const canvas = document.createElement('canvas')
  return {
    take: async (maxBytes) => {
      if (video.videoWidth === 0 || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return undefined
      for (const { scale, quality } of attempts) {
        draw(video, canvas, scale)
        const blob = await encode(canvas, quality)
        if (blob !== null && blob.size <= maxBytes) return blob
      }
      return undefined
    },
    copyLast: () => {
      const copy = document.createElement('canvas')
      copy.width = canvas.width
      copy.height = canvas.height
      if (canvas.width > 0) contextOf(copy).drawImage(canvas, 0, 0)
      return copy
    },
    discard: () => {
      canvas.width = 0
      canvas.height = 0
    },
  }
}

/**
 * @param {HTMLVideoElement} video
 * @param {HTMLCanvasElement} canvas
 * @param {number} scale
 */
function draw(video, canvas, scale) {
  const longest = Math.max(video.videoWidth, video.videoHeight)
  const ratio = Math.min(1, longestSidePx / longest) * scale
  canvas.width = Math.round(video.videoWidth * ratio)
  canvas.height = Math.round(video.videoHeight * ratio)
  contextOf(canvas).drawImage(video, 0, 0, canvas.width, canvas.height)
}

/** @param {HTMLCanvasElement} canvas */
function contextOf(canvas) {
  const context = canvas.getContext('2d')
  if (context === null) throw new TypeError('this browser cannot draw')
  return context
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number} quality
 * @returns {Promise<Blob | null>}
 */
function encode(canvas, quality) {
  return new Promise((resolve) => {
    canvas.toBlob(resolve, 'image/jpeg', quality)
  })
}
