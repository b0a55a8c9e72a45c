import { assert } from 'chai'
import type { Embedding } from '../../src/face/embedding.ts'
import type { AttemptLedger, AttemptOutcome, SignInVerdict } from '../../src/interactions/attempts.ts'
import { signInByFace } from '../../src/interactions/face-sign-in.ts'
import { hashPassword, signInByPassword } from '../../src/interactions/password-sign-in.ts'
import type { FailureTally } from '../../src/policy/lockout.ts'
import { newCourse } from '../../src/interactions/capture-state.ts'
import type { Take } from '../../src/interactions/take.ts'
import { lookSteps } from '../../src/policy/challenge.ts'
import { embeddingAt, handClock, landmarks, model } from './fakes.ts'

/** One steady look and nothing more. */
function lookOf(embedding: Embedding, livenessScores: readonly number[] = [0.9]): Take {
  const grey = { red: 120, green: 120, blue: 120 }
  const tones = { face: grey, backdrop: grey }
  const look = { embedding, rigidPoints: landmarks, pose: { yaw: 0, pitch: 0 }, tones }
  const frames = livenessScores.map((livenessScore) => ({ ...look, livenessScore }))
  return { ...newCourse(), satisfied: [{ step: lookSteps[0]!, frames }] }
}

const from = { clientId: 'shop', address: '192.0.2.1' }
const owner = 'ada@example.com'

/** Keeps tallies as the real ledger does: pending counts as failed, an accept ends the run. */
function countingLedger(clock: () => Date) {
  const tallies = new Map<string, FailureTally>()
  const settled: AttemptOutcome[] = []
  const begun: { key: string; before: FailureTally; isAdmitted: boolean }[] = []
  const ledger: AttemptLedger = {
    begin: ({ identifierDigest, factor }, admit) => {
      const key = `${identifierDigest}/${factor}`
      const before = tallies.get(key) ?? { consecutiveFailures: 0 }
      const isAdmitted = admit(before).outcome === 'proceed'
      begun.push({ key, before, isAdmitted })
      if (isAdmitted) {
        tallies.set(key, { consecutiveFailures: before.consecutiveFailures + 1, lastFailureAt: clock() })
      }
      return Promise.resolve({ attemptId: String(begun.length - 1), isAdmitted })
    },
    settle: (attemptId, outcome) => {
      settled.push(outcome)
      const { key } = begun[Number(attemptId)]!
      if (outcome.outcome === 'accept') tallies.set(key, { consecutiveFailures: 0 })
      return Promise.resolve()
    },
  }
  return { ledger, settled, tallies }
}

function setUp() {
  const hand = handClock()
  const { ledger, settled } = countingLedger(hand.clock)
  const opened: string[] = []
  const dependencies = {
    clock: hand.clock,
    minScore: 0.5,
    asksForTurns: false,
    minLiveness: 0.3,
    digestIdentifier: (email: string) => `digest of ${email}`,
    attempts: ledger,
    subjects: {
      findByEmail: (email: string) => Promise.resolve(email === owner ? { id: 'ada' } : undefined),
    },
    templates: {
      openGallery: (subjectId: string): Promise<readonly Embedding[]> => {
        opened.push(subjectId)
        return Promise.resolve([embeddingAt(0), embeddingAt(20)])
      },
      openDecoyGallery: (): Promise<readonly Embedding[]> => {
        opened.push('decoy')
        return Promise.resolve([embeddingAt(0)])
      },
      touch: () => Promise.resolve(),
    },
  }
  const trial = (email: string, degrees: number, livenessScores: readonly number[] = [0.9]) =>
    signInByFace(dependencies, { email, take: lookOf(embeddingAt(degrees), livenessScores), ...from })
  return { hand, settled, opened, dependencies, trial }
}

describe('Signing in by face', () => {
  it('accepts the subject’s own face and nobody else’s', async () => {
    const { trial } = setUp()
    assert.deepEqual(await trial(owner, 15), { outcome: 'accept', subjectId: 'ada' })
    assert.deepEqual(await trial(owner, 100), { outcome: 'refuse' })
  })

  it('takes no steady look, however much the face is the right one, where the house asks for turns', async () => {
    const { dependencies, settled } = setUp()
    const attempt = { email: owner, take: lookOf(embeddingAt(0)), ...from }
    assert.deepEqual(await signInByFace({ ...dependencies, asksForTurns: true }, attempt), {
      outcome: 'refuse',
    })
    assert.notEqual(settled[0]?.outcome, 'accept')
  })

  it('compares an unknown person with templates that belong to nobody, and refuses even a perfect match', async () => {
    const { trial, opened, settled } = setUp()
    assert.deepEqual(await trial('nobody@example.com', 0), { outcome: 'refuse' })
    assert.deepEqual(opened, ['decoy'])
    assert.equal(settled[0]?.outcome, 'no_template')
    assert.isUndefined(settled[0]?.score)
  })

  it('answers wrong face, unknown address and locked account with the same words', async () => {
    const { trial } = setUp()
    const answers = [await trial(owner, 100), await trial('nobody@example.com', 0)]
    for (let failures = 0; failures < 5; failures += 1) await trial(owner, 100)
    answers.push(await trial(owner, 0))
    for (const answer of answers) assert.deepEqual(answer, { outcome: 'refuse' })
  })

  it('refuses the right face too for 30 seconds after five failures, then accepts it', async () => {
    const { trial, hand, settled } = setUp()
    for (let failures = 0; failures < 5; failures += 1) await trial(owner, 100)
    assert.equal((await trial(owner, 0)).outcome, 'refuse')
    assert.equal(settled.at(-1)?.outcome, 'locked')
    hand.pass(30)
    assert.equal((await trial(owner, 0)).outcome, 'accept')
    assert.equal((await trial(owner, 100)).outcome, 'refuse')
    assert.equal((await trial(owner, 0)).outcome, 'accept', 'a success starts the count anew')
  })

  it('switches the face off after fifty failures', async () => {
    const { trial, hand } = setUp()
    const verdicts: SignInVerdict[] = []
    for (let failures = 0; failures < 50; failures += 1) {
      hand.pass(31)
      verdicts.push(await trial(owner, 100))
    }
    hand.pass(100_000)
    verdicts.push(await trial(owner, 0))
    assert.isTrue(verdicts.every(({ outcome }) => outcome === 'refuse'))
    const said = verdicts.map((each) => each.outcome === 'refuse' && each.switchedOff)
    assert.deepEqual(said.indexOf('ada'), 49, 'the owner is told by the fiftieth')
    assert.equal(said.filter((each) => each === 'ada').length, 1, 'and once')
  })

  it('counts and locks addresses that belong to nobody like any other', async () => {
    const { trial, settled } = setUp()
    for (let failures = 0; failures < 6; failures += 1) await trial('nobody@example.com', 0)
    assert.deepEqual(
      settled.map((each) => each.outcome),
      ['no_template', 'no_template', 'no_template', 'no_template', 'no_template', 'locked'],
    )
  })

  it('refuses what looks like a photograph, with the words of any other refusal, and writes down why', async () => {
    const { trial, settled } = setUp()
    assert.deepEqual(await trial(owner, 0, [0.9, 0.1, 0.2]), { outcome: 'refuse' })
    assert.equal(settled.at(-1)?.outcome, 'presentation_attack')
    assert.deepEqual(await trial(owner, 0, [0.1, 0.4, 0.9]), { outcome: 'accept', subjectId: 'ada' })
  })

  it('writes down what the networks said, and that a camera was odd, whatever came of it', async () => {
    const { dependencies, settled } = setUp()
    const camera = { outcome: 'given', label: 'OBS Virtual Camera', width: 640, height: 480 } as const
    for (const [degrees, outcome] of [
      [0, 'accept'],
      [100, 'refuse'],
    ] as const) {
      const take = { ...lookOf(embeddingAt(degrees), [0.4, 0.6]), camera }
      assert.equal((await signInByFace(dependencies, { email: owner, take, ...from })).outcome, outcome)
      assert.equal(settled.at(-1)?.padScore, 0.5)
      assert.deepEqual(settled.at(-1)?.signals, ['camera_known_virtual'])
    }
  })

  it('refuses frames that could not be scored where scores are judged', async () => {
    const { trial, dependencies } = setUp()
    for (const scores of [[NaN], [0.9, 0.9, NaN]]) {
      assert.deepEqual(await trial(owner, 0, scores), { outcome: 'refuse' })
    }
    const attempt = { email: owner, take: lookOf(embeddingAt(0), [NaN]), ...from }
    const unjudged = await signInByFace({ ...dependencies, minLiveness: undefined }, attempt)
    assert.equal(unjudged.outcome, 'accept')
  })

  it('never compares a probe with templates of another model', async () => {
    const { dependencies } = setUp()
    const asked: string[] = []
    const templates = {
      ...dependencies.templates,
      openGallery: (_subjectId: string, wanted: string) => {
        asked.push(wanted)
        return Promise.resolve([])
      },
    }
    const attempt = { email: owner, take: lookOf(embeddingAt(0)), ...from }
    assert.equal((await signInByFace({ ...dependencies, templates }, attempt)).outcome, 'refuse')
    assert.deepEqual(asked, [model])
  })
})

describe('Signing in by password', () => {
  const password = 'correct horse battery'
  let hash = ''
  let decoyHash = ''
  before(async () => {
    hash = await hashPassword(password)
    decoyHash = await hashPassword('a password that nobody has')
  })

  function setUpPassword() {
    const hand = handClock()
    const { ledger, settled } = countingLedger(hand.clock)
    const rehashed: string[] = []
    const subject = { id: 'ada', passwordHash: hash }
    const dependencies = {
      clock: hand.clock,
      digestIdentifier: (email: string) => email,
      attempts: ledger,
      subjects: {
        findByEmail: (email: string) => Promise.resolve(email === owner ? subject : undefined),
        setPasswordHash: (_id: string, next: string) => {
          rehashed.push(next)
          return Promise.resolve()
        },
      },
      decoyHash,
    }
    const trial = (email: string, given: string) =>
      signInByPassword(dependencies, { email, password: given, ...from })
    return { hand, settled, rehashed, subject, trial }
  }

  it('accepts the right password and refuses a wrong one and an unknown address alike', async () => {
    const { trial } = setUpPassword()
    assert.deepEqual(await trial(owner, password), { outcome: 'accept', subjectId: 'ada' })
    assert.deepEqual(await trial(owner, 'wrong password'), { outcome: 'refuse' })
    assert.deepEqual(await trial('nobody@example.com', password), { outcome: 'refuse' })
    assert.deepEqual(await trial('nobody@example.com', 'a password that nobody has'), { outcome: 'refuse' })
  })

  it('slows guessing down after five failures', async () => {
    const { trial, hand } = setUpPassword()
    for (let failures = 0; failures < 5; failures += 1) await trial(owner, 'wrong password')
    assert.equal((await trial(owner, password)).outcome, 'refuse')
    hand.pass(30)
    assert.equal((await trial(owner, password)).outcome, 'accept')
  })

  it('hashes anew where the parameters have changed since', async () => {
    const { trial, rehashed, subject } = setUpPassword()
    const argon2 = await import('argon2')
    subject.passwordHash = await argon2.default.hash(password, {
      memoryCost: 8192,
      timeCost: 2,
      parallelism: 1,
    })
    await trial(owner, password)
    assert.lengthOf(rehashed, 1)
    assert.isTrue(await argon2.default.verify(rehashed[0]!, password))
  })
})
