import { assert } from 'chai'
import { acrs } from '../../src/policy/assurance.ts'
import { drawFlashSteps, type Light } from '../../src/policy/challenge.ts'
import {
  asksForFlash,
  judgeFlash,
  lights,
  needsFlash,
  type Colour,
  type FlashEvidence,
} from '../../src/policy/colour-flash.ts'

const skin: Colour = { red: 150, green: 110, blue: 95 }
const wall: Colour = { red: 120, green: 125, blue: 122 }

/** A colour under light of which the screen gives a share; both as a camera stores them, with a gamma of 2.2. */
function under(light: Light, share: number, { red, green, blue }: Colour): Colour {
  const lit = (value: number, of: number) => value * (1 - share + share * (of / 255) ** 2.2) ** (1 / 2.2)
  const of = lights[light]
  return { red: lit(red, of.red), green: lit(green, of.green), blue: lit(blue, of.blue) }
}

interface Scene {
  readonly face: number
  readonly backdrop: number
  /** What the face answers to, where it is not what was shown. */
  readonly answers?: readonly Light[]
}

const shown: readonly Light[] = ['rose', 'blue', 'white', 'green', 'rose']

function evidenceOf({ face, backdrop, answers = shown }: Scene): readonly FlashEvidence[] {
  return shown.map((light, at) => {
    const answer = answers[at] ?? light
    return { light, face: under(answer, face, skin), backdrop: under(answer, backdrop, wall) }
  })
}

const verdictOf = (scene: Scene): string => judgeFlash(evidenceOf(scene)).outcome

describe('Coloured light', () => {
  it('is answered by a face before a screen, in a dim room and in a bright one', () => {
    assert.equal(verdictOf({ face: 0.3, backdrop: 0.03 }), 'answered')
    assert.equal(verdictOf({ face: 0.1, backdrop: 0.01 }), 'answered')
  })

  it('is not answered by a picture that goes on as before', () => {
    assert.equal(verdictOf({ face: 0, backdrop: 0 }), 'unanswered')
  })

  it('is not answered by a tint over the whole frame, nor by a light on the wall', () => {
    assert.equal(verdictOf({ face: 0.2, backdrop: 0.2 }), 'unanswered')
    assert.equal(verdictOf({ face: 0.02, backdrop: 0.2 }), 'unanswered')
  })

  it('is not answered by the answer to other colours, such as a recording has', () => {
    const others: readonly Light[] = ['green', 'rose', 'blue', 'white', 'blue']
    assert.equal(verdictOf({ face: 0.3, backdrop: 0, answers: others }), 'unanswered')
  })

  it('is answered whatever exposure and white balance the camera chooses meanwhile', () => {
    const swings = [1, 0.8, 1.15, 0.9, 1.05]
    const balanced = evidenceOf({ face: 0.2, backdrop: 0.02 }).map((step, at) => {
      const [gain = 1, cast = 1] = [swings[at], swings[4 - at]]
      const seen = ({ red, green, blue }: Colour) => ({
        red: red * gain,
        green: green * gain,
        blue: blue * gain * cast,
      })
      return { ...step, face: seen(step.face), backdrop: seen(step.backdrop) }
    })
    assert.equal(judgeFlash(balanced).outcome, 'answered')
  })

  it('is not answered where a measurement is no number, or no light differed', () => {
    const nothing: Colour = { red: NaN, green: NaN, blue: NaN }
    const genuine = evidenceOf({ face: 0.3, backdrop: 0.03 })
    const broken = genuine.map((step, at) => (at === 2 ? { ...step, face: nothing } : step))
    assert.equal(judgeFlash(broken).outcome, 'unanswered')
    const same = genuine.slice(0, 1)
    assert.equal(judgeFlash([...same, ...same]).outcome, 'unanswered')
    const black: Colour = { red: 0, green: 0, blue: 0 }
    assert.equal(
      judgeFlash(genuine.map(({ light }) => ({ light, face: black, backdrop: black }))).outcome,
      'unanswered',
    )
  })

  it('decides nothing where it was not asked for', () => {
    assert.deepEqual(judgeFlash([]), { outcome: 'not_asked' })
  })

  it('comes in another order each time, and never the same colour twice running', () => {
    const orders = new Set<string>()
    let seed = 7
    const draw = (below: number): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648
      return Math.floor((seed / 2147483648) * below)
    }
    for (let each = 0; each < 200; each += 1) {
      const drawn = drawFlashSteps(draw).map(({ light }) => light)
      assert.lengthOf(drawn, 5)
      drawn.slice(1).forEach((light, at) => assert.notEqual(light, drawn[at]))
      orders.add(drawn.join())
    }
    assert.isAbove(orders.size, 100)
  })

  it('is asked for nowhere, everywhere, or where the sign-in may end in a level that wants it', () => {
    const unasked = { acrValues: [], isEssential: false }
    const wanting = (acr: string) => ({ acrValues: [acr], isEssential: true })
    assert.isFalse(asksForFlash('off', unasked))
    assert.isTrue(asksForFlash('on', wanting(acrs.face)))
    const list = [acrs.faceDevice]
    assert.isTrue(asksForFlash(list, unasked))
    assert.isTrue(asksForFlash(list, wanting(acrs.faceDevice)))
    assert.isFalse(asksForFlash(list, wanting(acrs.face)))
    assert.isTrue(needsFlash(list, acrs.faceDevice))
    assert.isFalse(needsFlash(list, acrs.face))
    assert.isFalse(needsFlash('off', acrs.face))
  })
})
