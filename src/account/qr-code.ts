/** A QR code as the path of an SVG drawing, written into the page: no second address hands the secret out. */
import { correction, generate } from 'lean-qr'
import { toSvgPath } from 'lean-qr/extras/svg'

export interface QrDrawing {
  readonly viewBox: string
  readonly path: string
}

/** ISO/IEC 18004 §9.1: four modules on each side stay empty. */
const quietZone = 4

export function qrCode(text: string): QrDrawing {
  const code = generate(text, { minCorrectionLevel: correction.M })
  const width = code.size + 2 * quietZone
  return { viewBox: `${-quietZone} ${-quietZone} ${width} ${width}`, path: toSvgPath(code) }
}
