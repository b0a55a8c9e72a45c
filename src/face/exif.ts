/** The one fact we take from EXIF: how the camera was held. */

/** Values of EXIF tag 0x0112: 1 is upright; 2, 4, 5, 7 are mirrored; 5 to 8 swap the sides. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8

const orientations: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8]
const orientationTag = 0x0112
const shortType = 3

/** Reads the first directory of a TIFF block (TIFF 6.0, section 2); whatever is malformed counts as upright. */
export function readOrientation(tiff: Buffer): Orientation {
  if (tiff.length < 8) return 1
  const order = tiff.toString('latin1', 0, 2)
  if (order !== 'II' && order !== 'MM') return 1
  const isLittle = order === 'II'
  const u16 = (at: number) => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at))
  const directory = isLittle ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4)
  if (u16(2) !== 42 || directory + 2 > tiff.length) return 1
  const entries = u16(directory)
  for (let each = 0; each < entries; each++) {
    const at = directory + 2 + each * 12
    if (at + 12 > tiff.length) return 1
    if (u16(at) === orientationTag) {
      if (u16(at + 2) !== shortType) return 1
      return orientations.find((one) => one === u16(at + 8)) ?? 1
    }
  }
  return 1
}
