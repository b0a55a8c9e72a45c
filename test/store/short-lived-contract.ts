/** What every implementation of `ShortLived` does, told as tests: two nodes on one engine, and a clock that the tests move. */
import { assert } from 'chai'
import type { ShortLived } from '../../src/store/short-lived.ts'

export interface TwoNodes {
  readonly one: ShortLived
  readonly other: ShortLived
  clock(): Date
  /** Lets so much time go by, in whichever way the engine counts it. */
  pass(seconds: number): Promise<void>
  /** All that the engine holds, as bytes. */
  dump(): Promise<Buffer>
  close(): Promise<void>
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
const textOf = (bytes: Uint8Array | undefined): string | undefined =>
  bytes === undefined ? undefined : new TextDecoder().decode(bytes)

/** @param open once for each test; nothing of the test before is there */
export function itKeepsForAShortWhile(open: () => Promise<TwoNodes>): void {
  let nodes: TwoNodes
  beforeEach(async () => {
    nodes = await open()
  })
  afterEach(() => nodes.close())

  const key = { kind: 'test', id: 'a-bearer-value' }
  const soon = (seconds = 60): Date => new Date(nodes.clock().getTime() + seconds * 1000)
  const hereThere = (): readonly ShortLived[] =>
    Array.from({ length: 10 }, (_, at) => (at % 2 === 0 ? nodes.one : nodes.other))

  it('gives a value to every node until it is over', async () => {
    await nodes.one.put(key, bytesOf('first'), soon(2))
    assert.equal(textOf((await nodes.other.get(key))?.value), 'first')
    assert.isUndefined(await nodes.other.get({ ...key, id: 'another' }))
    assert.isUndefined(await nodes.other.get({ ...key, kind: 'other' }))
    await nodes.pass(3)
    assert.isUndefined(await nodes.one.get(key))
    assert.isUndefined(await nodes.other.take(key))
  })

  it('gives bytes back as they were, whichever they are', async () => {
    const all = Uint8Array.from({ length: 256 }, (_, at) => at)
    await nodes.one.put(key, all, soon())
    assert.deepEqual(Uint8Array.from((await nodes.other.get(key))?.value ?? []), all)
    await nodes.one.put(key, new Uint8Array(), soon())
    assert.lengthOf((await nodes.other.get(key))?.value ?? [1], 0)
  })

  it('replaces a value only for who has read the latest', async () => {
    await nodes.one.put(key, bytesOf('first'), soon())
    const read = await nodes.one.get(key)
    const stale = await nodes.other.get(key)
    assert.equal(read?.version, stale?.version)
    const change = (text: string, version = '') => ({ value: bytesOf(text), version, expiresAt: soon() })
    const next = await nodes.one.replace(key, change('second', read?.version))
    assert.isString(next)
    assert.isUndefined(await nodes.other.replace(key, change('third', stale?.version)))
    assert.equal((await nodes.other.get(key))?.version, next)
    assert.isString(await nodes.other.replace(key, change('third', next)))
    assert.equal(textOf((await nodes.one.get(key))?.value), 'third')
  })

  it('lets one of many replace the same version', async () => {
    await nodes.one.put(key, bytesOf('first'), soon())
    const version = (await nodes.one.get(key))?.version ?? ''
    const all = await Promise.all(
      hereThere().map((node, at) =>
        node.replace(key, { value: bytesOf(String(at)), version, expiresAt: soon() }),
      ),
    )
    assert.lengthOf(
      all.filter((each) => each !== undefined),
      1,
    )
  })

  it('replaces nothing that is over, or was never there, or was written anew', async () => {
    const late = { value: bytesOf('late'), expiresAt: soon(90) }
    assert.isUndefined(await nodes.one.replace(key, { ...late, version: 'none' }))
    await nodes.one.put(key, bytesOf('first'), soon(2))
    const { version = '' } = (await nodes.one.get(key)) ?? {}
    await nodes.other.put(key, bytesOf('anew'), soon(2))
    assert.isUndefined(await nodes.one.replace(key, { ...late, version }))
    const { version: anew = '' } = (await nodes.one.get(key)) ?? {}
    await nodes.pass(3)
    assert.isUndefined(await nodes.one.replace(key, { ...late, version: anew }))
    assert.isUndefined(await nodes.one.get(key))
  })

  it('is taken by one of many', async () => {
    await nodes.one.put(key, bytesOf('prize'), soon())
    const all = await Promise.all(hereThere().map((node) => node.take(key)))
    assert.deepEqual(all.filter((each) => each !== undefined).map(textOf), ['prize'])
    assert.isUndefined(await nodes.one.get(key))
  })

  it('happens once for many, and once more when that is over', async () => {
    const all = await Promise.all(hereThere().map((node) => node.once(key, soon(2))))
    assert.lengthOf(
      all.filter((isFirst) => isFirst),
      1,
    )
    assert.isFalse(await nodes.other.once(key, soon(2)))
    await nodes.pass(3)
    const again = await Promise.all(hereThere().map((node) => node.once(key, soon(2))))
    assert.lengthOf(
      again.filter((isFirst) => isFirst),
      1,
    )
  })

  it('adds pieces in order, none lost to another node', async () => {
    for (const text of ['one', 'two', 'three']) await nodes.one.append(key, bytesOf(text), soon(2))
    assert.deepEqual((await nodes.other.list(key)).map(textOf), ['one', 'two', 'three'])
    assert.deepEqual((await nodes.other.list(key, 2)).map(textOf), ['three'])
    await Promise.all(hereThere().map((node, at) => node.append(key, bytesOf(`at once ${at}`), soon(2))))
    assert.sameMembers(
      (await nodes.one.list(key, 3)).map(textOf),
      hereThere().map((_, at) => `at once ${at}`),
    )
    assert.isUndefined(await nodes.one.get(key), 'a list is no value')
    await nodes.pass(3)
    assert.isEmpty(await nodes.one.list(key))
  })

  it('erases a value with its list', async () => {
    const bystander = { ...key, id: 'bystander' }
    for (const each of [key, bystander]) {
      await nodes.one.put(each, bytesOf('value'), soon())
      await nodes.one.append(each, bytesOf('piece'), soon())
    }
    await nodes.other.erase(key)
    assert.isUndefined(await nodes.one.get(key))
    assert.isEmpty(await nodes.one.list(key))
    assert.equal(textOf((await nodes.one.get(bystander))?.value), 'value')
    assert.lengthOf(await nodes.one.list(bystander), 1)
  })

  it('shows who reads the engine neither ids nor values', async () => {
    await nodes.one.put(key, bytesOf('a-secret-value'), soon())
    await nodes.one.append(key, bytesOf('a-secret-piece'), soon())
    await nodes.one.once({ kind: 'test', id: 'a-spent-value' }, soon())
    const held = (await nodes.dump()).toString('latin1')
    assert.include(held, 'test')
    for (const secret of ['a-bearer-value', 'a-secret-value', 'a-secret-piece', 'a-spent-value']) {
      assert.notInclude(held, secret)
      assert.notInclude(held, Buffer.from(secret).toString('base64url'))
      assert.notInclude(held, Buffer.from(secret).toString('hex'))
    }
  })
}
