import { assert } from 'chai'
import { backdropSidePx } from '../../src/face/backdrop.ts'
import { cropSidePx } from '../../src/face/alignment.ts'
import type { Raster } from '../../src/face/raster.ts'
import { measureRim, measureSkin } from '../../src/face/tone.ts'

type Pixel = readonly [red: number, green: number, blue: number]

function paint(sidePx: number, colourAt: (x: number, y: number) => Pixel): Raster {
  const rgb = new Uint8Array(sidePx * sidePx * 3)
  for (let y = 0; y < sidePx; y += 1) {
    for (let x = 0; x < sidePx; x += 1) rgb.set(colourAt(x, y), (y * sidePx + x) * 3)
  }
  return { widthPx: sidePx, heightPx: sidePx, rgb }
}

describe('The mean colour', () => {
  it('of a face is that of its skin, not of the hair and the wall around it', () => {
    const isSkin = (x: number, y: number): boolean => x >= 32 && x < 80 && y >= 40 && y < 100
    const crop = paint(cropSidePx, (x, y) => (isSkin(x, y) ? [150, 110, 95] : [0, 255, 0]))
    assert.deepEqual(measureSkin(crop), { red: 150, green: 110, blue: 95 })
    const striped = paint(cropSidePx, (x) => (x % 2 === 0 ? [100, 0, 50] : [200, 0, 50]))
    assert.deepEqual(measureSkin(striped), { red: 150, green: 0, blue: 50 })
  })

  it('of the background is that of the rim above the shoulders, not of the person', () => {
    const last = backdropSidePx - 3
    const isRim = (x: number, y: number): boolean => y < 3 || ((x < 3 || x >= last) && y < backdropSidePx / 2)
    const frame = paint(backdropSidePx, (x, y) => (isRim(x, y) ? [120, 125, 122] : [255, 0, 0]))
    assert.deepEqual(measureRim(frame, backdropSidePx), { red: 120, green: 125, blue: 122 })
  })

  it('of a picture that is cut short is no number, so that nothing can be read from it', () => {
    const short = { widthPx: cropSidePx, heightPx: cropSidePx, rgb: new Uint8Array(30) }
    assert.isNaN(measureSkin(short).red)
  })
})
