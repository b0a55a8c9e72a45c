/** Stands in for a camera: a friendly drawn face, so that pictures of the pages show no real person. A plain script, run in the page before its own. */
/* global document, requestAnimationFrame */
{
  const canvas = document.createElement('canvas')
  canvas.width = 640
  canvas.height = 480
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'))
  const shape = (fill, draw) => {
    pen.beginPath()
    draw()
    pen.fillStyle = fill
    pen.fill()
  }
  const ellipse = (fill, [x, y, width, height, turn = 0]) => {
    shape(fill, () => pen.ellipse(x, y, width, height, turn, 0, 2 * Math.PI))
  }
  const line = (colour, width, draw) => {
    pen.beginPath()
    draw()
    pen.strokeStyle = colour
    pen.lineWidth = width
    pen.lineCap = 'round'
    pen.stroke()
  }
  const room = () => {
    const wall = pen.createLinearGradient(0, 0, 640, 480)
    wall.addColorStop(0, '#e8ddcf')
    wall.addColorStop(1, '#c9bfb4')
    pen.fillStyle = wall
    pen.fillRect(0, 0, 640, 480)
    shape('#f6f1e6', () => pen.roundRect(24, 40, 120, 180, 10))
    shape('#b9d6d8', () => pen.roundRect(36, 52, 96, 156, 6))
    ellipse('#7f9c7a', [590, 250, 26, 70, 0.4])
    ellipse('#93b08c', [560, 270, 22, 62, -0.5])
    shape('#a9694a', () => pen.roundRect(545, 320, 60, 70, 8))
  }
  const body = (x) => {
    shape('#2f6f66', () => {
      pen.moveTo(150, 480)
      pen.bezierCurveTo(170, 400, 250, 392, 282, 380)
      pen.lineTo(358, 380)
      pen.bezierCurveTo(390, 392, 470, 400, 490, 480)
    })
    ellipse('#4a3328', [x, 205, 122, 138])
    shape('#d79f7d', () => pen.roundRect(286, 310, 68, 92, 30))
    ellipse('#e6b592', [x - 100, 240, 18, 28])
    ellipse('#e6b592', [x + 100, 240, 18, 28])
    ellipse('#efc3a2', [x, 232, 100, 128])
    shape('#4a3328', () => {
      pen.moveTo(x - 106, 208)
      pen.bezierCurveTo(x - 108, 90, x + 108, 84, x + 106, 208)
      pen.bezierCurveTo(x + 84, 150, x + 24, 146, x - 12, 128)
      pen.bezierCurveTo(x - 40, 160, x - 92, 164, x - 106, 208)
    })
  }
  const features = (x, sway) => {
    for (const side of [-1, 1]) {
      ellipse('#ffffff', [x + side * 40, 228, 17, 12])
      ellipse('#3b2a22', [x + side * 40 + sway / 6, 228, 8.5, 8.5])
      ellipse('#ffffff', [x + side * 40 + sway / 6 + 3, 225, 2.5, 2.5])
      line('#4a3328', 6, () => pen.arc(x + side * 40, 226, 28, Math.PI * 1.27, Math.PI * 1.73))
      ellipse('#eeaf90', [x + side * 58, 274, 20, 12])
    }
    line('#c98f6f', 5, () => pen.arc(x, 258, 12, Math.PI * 0.15, Math.PI * 0.85))
    line('#a9504a', 6, () => pen.arc(x, 272, 38, Math.PI * 0.2, Math.PI * 0.8))
  }
  const draw = (at) => {
    room()
    const sway = Math.sin(at / 900) * 6
    body(320 + sway)
    features(320 + sway, sway)
    requestAnimationFrame(draw)
  }
  draw(0)
  navigator.mediaDevices.getUserMedia = () => Promise.resolve(canvas.captureStream(30))
}
