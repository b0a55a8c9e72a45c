/** The passkeys of a subject: adding, renaming and removing them. */
import type Router from '@koa/router'
import type { Context } from 'koa'
import { Fault } from '../errors.ts'
import type { Render } from '../http/render.ts'
import { readJson } from '../http/request-guards.ts'
import type { AccountEvents } from '../interactions/events.ts'
import { readLabel } from '../interactions/label.ts'
import { readNewPasskey } from '../interactions/passkey-answers.ts'
import type { MadeCredential, PasskeyCeremonies } from '../interactions/passkey-ceremony.ts'
import { afterChange, offerElsewhere, type ElsewhereDependencies } from './elsewhere.ts'
import {
  bindingOf,
  csrfOf,
  isFresh,
  readAct,
  requireFresh,
  requireSignedIn,
  seeOther,
  whereOf,
  type GuardDependencies,
} from './guards.ts'
import { signInUrl, type SignedIn } from './sign-in.ts'

export interface OwnPasskey extends MadeCredential {
  readonly id: string
  readonly name: string
  readonly createdAt: Date
  readonly lastUsedAt: Date | undefined
}

export interface PasskeysSectionDependencies extends GuardDependencies, ElsewhereDependencies {
  readonly issuer: string
  readonly render: Render
  readonly records: { getSubject(subjectId: string): Promise<{ readonly email: string }> }
  readonly events: AccountEvents
  readonly passkeys: {
    readonly ceremonies: PasskeyCeremonies
    readonly keys: {
      handleOf(subjectId: string): Promise<string>
      list(subjectId: string): Promise<readonly OwnPasskey[]>
      /** @throws {Fault} passkey_known | passkey_limit */
      add(passkey: MadeCredential & { readonly subjectId: string; readonly name: string }): Promise<unknown>
      rename(subjectId: string, id: string, name: string): Promise<boolean>
      remove(subjectId: string, id: string): Promise<{ readonly name: string } | undefined>
    }
  }
}

const home = '/account/passkeys'

export function passkeysSection(router: Router, dependencies: PasskeysSectionDependencies): void {
  router.get(home, (ctx) => showPasskeys(dependencies, ctx))
  passkeyEndpoints(router, dependencies)
  router.post(`${home}/rename`, async (ctx) => {
    const { signedIn, form } = await readAct(dependencies, ctx)
    await rename(dependencies, ctx, { signedIn, id: form['passkey'] ?? '', name: form['name'] })
  })
  router.post(`${home}/remove`, async (ctx) => {
    const { signedIn, form } = await readAct(dependencies, ctx)
    requireFresh(dependencies, signedIn)
    await remove(dependencies, ctx, { signedIn, id: form['passkey'] ?? '' })
  })
}

/** What the script of the page asks, as `/openapi.json` describes it. */
export function passkeyEndpoints(router: Router, dependencies: PasskeysSectionDependencies): void {
  router.post(`${home}/options`, async (ctx) => {
    ctx.body = await offer(dependencies, await admit(dependencies, ctx))
  })
  router.post(home, async (ctx) => {
    await add(dependencies, ctx, await admit(dependencies, ctx))
  })
}

async function showPasskeys(dependencies: PasskeysSectionDependencies, ctx: Context): Promise<void> {
  const { issuer, passkeys } = dependencies
  const signedIn = await dependencies.sessions.signedIn(ctx)
  if (signedIn === undefined) {
    seeOther(ctx, signInUrl(issuer, 'face', 'passkeys'))
    return
  }
  const own = await passkeys.keys.list(signedIn.subjectId)
  await dependencies.render(ctx, 'account-passkeys', {
    csrf: csrfOf(dependencies, signedIn),
    passkeys: own.map(({ id, name, createdAt, lastUsedAt, backupEligible }) => ({
      id,
      name,
      addedAt: createdAt.toISOString(),
      lastUsedAt: lastUsedAt?.toISOString(),
      isSynced: backupEligible,
    })),
    isFresh: isFresh(dependencies, signedIn),
    confirmUrl: signInUrl(issuer, 'fresh_password', 'passkeys'),
    optionsUrl: `${home}/options`,
    addUrl: home,
    renameAction: `${home}/rename`,
    removeAction: `${home}/remove`,
    elsewhere: await offerElsewhere(dependencies, ctx, signedIn),
  })
}

/** A script of the page: signed in, not forged, and lately by something other than a face. */
async function admit(dependencies: PasskeysSectionDependencies, ctx: Context): Promise<SignedIn> {
  const signedIn = await requireSignedIn(dependencies, ctx)
  dependencies.forgery.require(ctx, bindingOf(signedIn))
  requireFresh(dependencies, signedIn)
  return signedIn
}

async function offer(
  { passkeys, records }: PasskeysSectionDependencies,
  signedIn: SignedIn,
): Promise<object> {
  const { subjectId } = signedIn
  const { email } = await records.getSubject(subjectId)
  return passkeys.ceremonies.registrationOptions({
    binding: bindingOf(signedIn),
    userHandle: await passkeys.keys.handleOf(subjectId),
    email,
    exclude: await passkeys.keys.list(subjectId),
  })
}

async function add(
  { passkeys, events }: PasskeysSectionDependencies,
  ctx: Context,
  signedIn: SignedIn,
): Promise<void> {
  const { subjectId } = signedIn
  const { credential, name: given } = readNewPasskey(await readJson(ctx))
  const made = await passkeys.ceremonies.verifyRegistration(bindingOf(signedIn), credential)
  const name = readLabel(given, 'Passkey')
  await passkeys.keys.add({ ...made, subjectId, name })
  const { address, detail } = whereOf(ctx)
  const facts = { ...detail, name, synced: made.backupEligible }
  await events.happened({ type: 'passkey_added', subjectId, address, detail: facts })
  ctx.status = 201
  ctx.body = { state: 'done', location: afterChange(home) }
}

interface Named {
  readonly signedIn: SignedIn
  readonly id: string
}

async function rename(
  { passkeys, events }: PasskeysSectionDependencies,
  ctx: Context,
  { signedIn, id, name: given }: Named & { readonly name: string | undefined },
): Promise<void> {
  const { subjectId } = signedIn
  const name = readLabel(given, 'Passkey')
  if (!(await passkeys.keys.rename(subjectId, id, name))) throw new Fault('passkey_not_found')
  await events.happened({ type: 'passkey_renamed', subjectId, address: ctx.ip, detail: { name } })
  seeOther(ctx, home)
}

/** Never refused, the last one included: the password always remains. */
async function remove(
  { passkeys, events }: PasskeysSectionDependencies,
  ctx: Context,
  { signedIn, id }: Named,
): Promise<void> {
  const { subjectId } = signedIn
  const removed = await passkeys.keys.remove(subjectId, id)
  if (removed === undefined) throw new Fault('passkey_not_found')
  const { address, detail } = whereOf(ctx)
  await events.happened({
    type: 'passkey_removed',
    subjectId,
    address,
    detail: { ...detail, name: removed.name },
  })
  seeOther(ctx, afterChange(home))
}
