import { assert } from 'chai'
import type { Letter } from '../../src/mail/letter.ts'
import { queueLimits } from '../../src/mail/queue-limits.ts'
import { createMailQueue, type LetterBox } from '../../src/mail/queue.ts'
import type { QueueEntry } from '../../src/mail/send-letter.ts'

const letter = (to: string): Letter => ({ name: 'test', to, subject: 's', paragraphs: [], footnotes: [] })
const soon = (milliseconds = 40) => new Promise((resolve) => setTimeout(resolve, milliseconds))

interface Kept {
  readonly id: string
  readonly kind: string
  readonly letter: unknown
  tries: number
  nextAt: number
  outcome: string
}

/** Where letters wait, in memory, with time that the test moves. */
function openBox() {
  const kept: Kept[] = []
  let now = Date.UTC(2026, 0, 1)
  const waiting = (): Kept[] => kept.filter(({ outcome }) => outcome === 'waiting')
  const find = (id: string): Kept => kept.find((each) => each.id === id)!
  const box: LetterBox = {
    add: ({ kind, letter: given }, most) => {
      if (waiting().length >= most) return Promise.resolve(false)
      const stored: unknown = JSON.parse(JSON.stringify(given))
      kept.push({ id: String(kept.length), kind, letter: stored, tries: 0, nextAt: now, outcome: 'waiting' })
      return Promise.resolve(true)
    },
    takeDue: (limit, holdSeconds) => {
      const due = waiting().filter(({ nextAt }) => nextAt <= now)
      const taken = due.slice(0, limit).map((each) => ({ ...each }))
      for (const { id, tries } of taken) {
        Object.assign(find(id), { tries: tries + 1, nextAt: now + holdSeconds * 1000 })
      }
      return Promise.resolve(taken)
    },
    nextDue: () => {
      const [first] = waiting().sort((one, other) => one.nextAt - other.nextAt)
      return Promise.resolve(first && new Date(first.nextAt))
    },
    finish: (id, outcome) => {
      find(id).outcome = outcome
      return Promise.resolve()
    },
    postpone: (id, { at, fault }) => {
      Object.assign(find(id), { nextAt: at.getTime() })
      if (fault === undefined) find(id).tries -= 1
      return Promise.resolve()
    },
  }
  return {
    box,
    kept,
    clock: () => new Date(now),
    pass: (seconds: number) => {
      now += seconds * 1000
    },
  }
}

type Delivery = (to: string, attempt: number, signal: AbortSignal) => Promise<'sent' | 'refused'>

/** A queue over a post office that does as the test says; timers ring when the test rings them. */
function openQueue(deliver: Delivery, where = openBox()) {
  const log: QueueEntry[] = []
  const tries = new Map<string, number>()
  const timers = new Set<{ readonly milliseconds: number; readonly call: () => void }>()
  const queue = createMailQueue({
    box: where.box,
    clock: where.clock,
    deliver: ({ to }, signal) => {
      tries.set(to, (tries.get(to) ?? 0) + 1)
      return deliver(to, tries.get(to) ?? 0, signal)
    },
    after: (milliseconds, call) => {
      const timer = { milliseconds, call }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    log: (entry) => log.push(entry),
  })
  const ring = async (): Promise<void> => {
    const due = [...timers]
    timers.clear()
    for (const { call } of due) call()
    await soon()
  }
  return { queue, log, tries, where, timers, ring }
}

const never: Delivery = (_to, _attempt, signal) =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error('cut'))
    })
  })

describe('The queue of mails', () => {
  it('returns before anything is sent', async () => {
    const { queue, tries } = openQueue(() => Promise.resolve('sent'))
    queue.post(letter('ada@example.com'))
    assert.isEmpty([...tries])
    await soon()
    assert.equal(tries.get('ada@example.com'), 1)
  })

  it('tries again after longer and longer waits, and then gives up', async () => {
    const { queue, log, timers, tries, where, ring } = openQueue(() => Promise.reject(new Error('busy')))
    queue.post(letter('ada@example.com'))
    await soon()
    for (const seconds of queueLimits.retrySeconds) {
      const next = Math.min(...[...timers].map(({ milliseconds }) => milliseconds))
      assert.equal(next, Math.min(seconds, queueLimits.pollSeconds) * 1000)
      where.pass(seconds - 1)
      await ring()
      const before = tries.get('ada@example.com')
      where.pass(1)
      await ring()
      assert.equal(tries.get('ada@example.com'), (before ?? 0) + 1, `after ${seconds} seconds`)
    }
    assert.equal(tries.get('ada@example.com'), queueLimits.retrySeconds.length + 1)
    assert.equal(log.at(-1)?.text, 'a mail was given up')
    assert.equal(where.kept[0]?.outcome, 'given_up')
  })

  it('does not try again what was refused for good', async () => {
    const { queue, tries, where, ring } = openQueue(() => Promise.resolve('refused'))
    queue.post(letter('ada@example.com'))
    await soon()
    where.pass(3600)
    await ring()
    assert.equal(tries.get('ada@example.com'), 1)
    assert.equal(where.kept[0]?.outcome, 'refused')
  })

  it('sends other mails while one waits for its next try', async () => {
    const { queue, tries } = openQueue((to) =>
      to.startsWith('bad') ? Promise.reject(new Error('busy')) : Promise.resolve('sent'),
    )
    for (const name of ['bad1', 'bad2', 'bad3', 'bad4', 'good']) queue.post(letter(`${name}@example.com`))
    await soon()
    assert.equal(tries.get('good@example.com'), 1)
    await queue.close()
  })

  it('offers a few at once and no more', async () => {
    const { queue, tries } = openQueue(never)
    for (let each = 0; each < 10; each += 1) queue.post(letter(`${each}@example.com`))
    await soon()
    assert.equal(tries.size, queueLimits.atOnce)
  })

  it('drops what is beyond its bound, and says so', async () => {
    const { queue, log, where } = openQueue(never)
    const full = letter('many@example.com')
    for (let each = 0; each < queueLimits.mostLetters; each += 1)
      where.kept.push({
        id: `full ${each}`,
        kind: 'test',
        letter: full,
        tries: 0,
        nextAt: Infinity,
        outcome: 'waiting',
      })
    queue.post(letter('ada@example.com'))
    await soon()
    assert.lengthOf(
      log.filter(({ text }) => text.includes('dropped')),
      1,
    )
  })

  it('finds what waited when the process before it died', async () => {
    const where = openBox()
    await where.box.add({ kind: 'test', letter: letter('ada@example.com') }, 10)
    await where.box.takeDue(1, queueLimits.holdSeconds)
    where.pass(queueLimits.holdSeconds - 1)
    const { tries, ring } = openQueue(() => Promise.resolve('sent'), where)
    await soon()
    assert.isFalse(tries.has('ada@example.com'), 'another may have it in hand')
    where.pass(1)
    await ring()
    assert.equal(tries.get('ada@example.com'), 1)
    assert.equal(where.kept[0]?.outcome, 'sent')
  })

  it('sends each mail once, however many nodes look', async () => {
    const where = openBox()
    const sent: string[] = []
    const deliver: Delivery = async (to) => {
      await soon(1)
      sent.push(to)
      return 'sent'
    }
    const nodes = [openQueue(deliver, where), openQueue(deliver, where)]
    for (let each = 0; each < 20; each += 1) nodes[each % 2]?.queue.post(letter(`${each}@example.com`))
    await soon(100)
    assert.lengthOf(sent, 20)
    assert.lengthOf([...new Set(sent)], 20)
  })

  it('waits for what is under way when the house closes, cuts it after a while, and leaves it to the next', async () => {
    const { queue, where, ring } = openQueue(never)
    queue.post(letter('ada@example.com'))
    await soon()
    const closed = queue.close()
    await soon()
    assert.equal(where.kept[0]?.tries, 1)
    await ring()
    await closed
    assert.include(where.kept[0], { tries: 0, outcome: 'waiting', nextAt: where.clock().getTime() })
    queue.post(letter('late@example.com'))
    await soon()
    assert.lengthOf(where.kept, 1)
  })

  it('looks in vain only twice a minute', async () => {
    const { timers, ring } = openQueue(() => Promise.resolve('sent'))
    await soon()
    for (let times = 0; times < 3; times += 1) {
      assert.deepEqual(
        [...timers].map(({ milliseconds }) => milliseconds),
        [queueLimits.pollSeconds * 1000],
      )
      await ring()
    }
  })

  it('goes on when the place where letters wait has failed for a while', async () => {
    const where = openBox()
    let isDown = true
    const takeDue: LetterBox['takeDue'] = (...wish) => where.box.takeDue(...wish)
    const failing = {
      ...where,
      box: {
        ...where.box,
        takeDue: (...wish: Parameters<typeof takeDue>) =>
          isDown ? Promise.reject(new Error('no database')) : takeDue(...wish),
      },
    }
    const { queue, tries, log, ring } = openQueue(() => Promise.resolve('sent'), failing)
    queue.post(letter('ada@example.com'))
    await soon()
    assert.isFalse(tries.has('ada@example.com'))
    assert.include(
      log.map(({ text }) => text),
      'the mails that wait could not be read',
    )
    isDown = false
    await ring()
    assert.equal(tries.get('ada@example.com'), 1)
  })

  it('logs neither address nor words, not even those that the server repeats', async () => {
    const { queue, log } = openQueue((to) => Promise.reject(new Error(`no mailbox ${to}`)))
    queue.post(letter('ada@example.com'))
    await soon()
    assert.isNotEmpty(log)
    assert.notInclude(JSON.stringify(log), 'ada@example.com')
  })
})
