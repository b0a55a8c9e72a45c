import { assert } from 'chai'
import type { Letter } from '../../src/mail/letter.ts'
import { createMailQueue, queueLimits, type QueueEntry } from '../../src/mail/queue.ts'

const letter = (to: string): Letter => ({ name: 'test', to, subject: 's', paragraphs: [], footnotes: [] })
const soon = () => new Promise((resolve) => setTimeout(resolve, 20))

/** A queue over a post office that does as the test says, with time that passes at once unless it is held. */
function openQueue(deliver: (to: string, attempt: number) => Promise<'sent' | 'refused'>, holdsTime = false) {
  const log: QueueEntry[] = []
  const waits: number[] = []
  const tries = new Map<string, number>()
  const queue = createMailQueue({
    deliver: ({ to }) => {
      tries.set(to, (tries.get(to) ?? 0) + 1)
      return deliver(to, tries.get(to) ?? 0)
    },
    wait: async (seconds, signal) => {
      waits.push(seconds)
      if (holdsTime && !signal.aborted) {
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      }
    },
    log: (entry) => log.push(entry),
  })
  return { queue, log, waits, tries }
}

const never = () => new Promise<'sent'>(() => undefined)

describe('The queue of mails', () => {
  it('returns before anything is sent', async () => {
    const { queue, tries } = openQueue(() => Promise.resolve('sent'))
    queue.post(letter('ada@example.com'))
    assert.isEmpty([...tries])
    await soon()
    assert.equal(tries.get('ada@example.com'), 1)
  })

  it('tries again after longer and longer waits, and then gives up', async () => {
    const { queue, log, waits, tries } = openQueue(() => Promise.reject(new Error('busy')))
    queue.post(letter('ada@example.com'))
    await soon()
    assert.deepEqual(waits, [...queueLimits.retrySeconds])
    assert.equal(tries.get('ada@example.com'), queueLimits.retrySeconds.length + 1)
    assert.equal(log.at(-1)?.text, 'a mail was given up')
  })

  it('does not try again what was refused for good', async () => {
    const { queue, tries } = openQueue(() => Promise.resolve('refused'))
    queue.post(letter('ada@example.com'))
    await soon()
    assert.equal(tries.get('ada@example.com'), 1)
  })

  it('sends other mails while one waits for its next try', async () => {
    const { queue, tries } = openQueue(
      (to) => (to.startsWith('bad') ? Promise.reject(new Error('busy')) : Promise.resolve('sent')),
      true,
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
    const { queue, log } = openQueue(never)
    for (let each = 0; each <= queueLimits.mostLetters; each += 1) queue.post(letter('ada@example.com'))
    await soon()
    assert.lengthOf(
      log.filter(({ text }) => text.includes('dropped')),
      1,
    )
  })

  it('gives what is waiting a last try when the house closes', async () => {
    const { queue, tries } = openQueue(
      (_to, attempt) => (attempt === 1 ? Promise.reject(new Error('busy')) : Promise.resolve('sent')),
      true,
    )
    queue.post(letter('ada@example.com'))
    await soon()
    await queue.close()
    assert.equal(tries.get('ada@example.com'), 2)
    queue.post(letter('late@example.com'))
    await soon()
    assert.isFalse(tries.has('late@example.com'))
  })

  it('logs neither address nor words, not even those that the server repeats', async () => {
    const { queue, log } = openQueue((to) => Promise.reject(new Error(`no mailbox ${to}`)))
    queue.post(letter('ada@example.com'))
    await soon()
    assert.notInclude(JSON.stringify(log), 'ada@example.com')
  })
})
