/** Stands in for a camera: shows the pictures that `stagedPerformance` gives, following the page's instruction. A plain script, run in the page before its own. */
/* global document, createImageBitmap */
{
  const [reactionMs, tickMs] = [250, 40]
  const degreesPerSecond = { yaw: 60, pitch: 36 }
  const words = { left: /\bleft\b/i, right: /\bright\b/i, up: /\blift|\bup\b/i, down: /\blower|\bdown\b/i }

  const decode = (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
    return createImageBitmap(new Blob([bytes], { type: 'image/jpeg' }))
  }
  const load = async () => {
    const show = await globalThis.stagedPerformance()
    const draws = show.poses.map(async (pose) => ({
      ...pose,
      pictures: await Promise.all(pose.jpegs.map(decode)),
    }))
    const poses = await Promise.all(draws)
    document.documentElement.dataset.cameraStaged = ''
    return { ...show, poses }
  }
  /** Only pages with a camera need it, and they need it before the camera starts. */
  const whenLoaded = new Promise((resolve) => {
    document.addEventListener('DOMContentLoaded', () => {
      if (document.querySelector('[data-capture]') !== null) resolve(load())
    })
  })

  const readStep = () => {
    const instruction = document.querySelector('[data-instruction]')?.textContent ?? ''
    return Object.keys(words).find((name) => words[name].test(instruction)) ?? 'front'
  }
  const isTooFast = () => /slower/i.test(document.querySelector('[data-hint]')?.textContent ?? '')
  const approach = (from, to, most) => from + Math.max(-most, Math.min(most, to - from))

  /** A head that turns at a human pace, comes back to the front before it turns another way, and begins again, slower, where it was too fast. */
  const createHead = (answers) => {
    const head = { yaw: 0, pitch: 0 }
    const front = { yaw: 0, pitch: 0 }
    let [asked, heardAt, target, pace] = ['front', 0, front, 1]
    return (now, elapsedMs) => {
      const step = readStep()
      if (step !== asked) [asked, heardAt, pace] = [step, now, 1]
      if (isTooFast() && now - heardAt > 1500) [target, heardAt, pace] = [front, now, 0.5]
      const isBack = head.yaw === 0 && head.pitch === 0
      if (now - heardAt >= (pace < 1 ? 700 : reactionMs) && (pace === 1 || isBack))
        target = answers[asked] ?? front
      const isOffAxis = (target.yaw !== 0 && head.pitch !== 0) || (target.pitch !== 0 && head.yaw !== 0)
      const next = isOffAxis ? front : target
      for (const axis of ['yaw', 'pitch']) {
        head[axis] = approach(head[axis], next[axis], (pace * degreesPerSecond[axis] * elapsedMs) / 1000)
      }
      return head
    }
  }
  const distance = (pose, head) => Math.hypot(pose.yaw - head.yaw, pose.pitch - head.pitch)
  /** Forwards and backwards, so that the film has no seam. */
  const pictureAt = ({ pictures }, at) => {
    const length = Math.max(1, 2 * pictures.length - 2)
    const place = at % length
    return pictures[place < pictures.length ? place : length - place]
  }
  const draw = (pen, picture, { seconds, sway }) => {
    const { px, degrees, zoom, seconds: period } = sway
    const wave = (share) => Math.sin((2 * Math.PI * seconds) / (period * share))
    const { width, height } = pen.canvas
    pen.setTransform(1, 0, 0, 1, width / 2 + px * wave(1), height / 2 + px * wave(1.3))
    pen.rotate((degrees * wave(0.8) * Math.PI) / 180)
    // A little larger than the frame, so that the tremor shows no edge.
    const scale = 1.01 + zoom * (1 + wave(1.6))
    pen.scale(scale, scale)
    pen.drawImage(picture, -picture.width / 2, -picture.height / 2)
  }

  /** What a screen that shines in a colour adds to a face before it: a share of its light is no longer white. */
  const shine = (pen, share) => {
    const light = document.documentElement.style.getPropertyValue('--light')
    if (light === '' || share === 0) return
    const { width, height } = pen.canvas
    pen.resetTransform()
    pen.globalCompositeOperation = 'multiply'
    pen.globalAlpha = share
    pen.fillStyle = light
    pen.beginPath()
    pen.ellipse(width / 2, height / 2, 0.3 * width, 0.4 * height, 0, 0, 2 * Math.PI)
    pen.fill()
    pen.globalCompositeOperation = 'source-over'
    pen.globalAlpha = 1
  }

  navigator.mediaDevices.getUserMedia = async () => {
    const { poses, answers, picturesPerSecond, sway, lit = 0 } = await whenLoaded
    const canvas = document.createElement('canvas')
    const [{ pictures }] = poses
    canvas.width = pictures[0].width
    canvas.height = pictures[0].height
    const pen = canvas.getContext('2d')
    const turn = createHead(answers)
    const begun = performance.now()
    let last = begun
    const paint = () => {
      const now = performance.now()
      const head = turn(now, now - last)
      last = now
      const nearest = poses.reduce((best, pose) =>
        distance(pose, head) < distance(best, head) ? pose : best,
      )
      const seconds = (now - begun) / 1000
      draw(pen, pictureAt(nearest, Math.floor(seconds * picturesPerSecond)), { seconds, sway })
      shine(pen, lit)
    }
    paint()
    setInterval(paint, tickMs)
    return canvas.captureStream()
  }
}
