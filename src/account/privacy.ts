/** Consent, receipts, and everything that is known about a person: to see, to take along, to take back. */
import type Router from '@koa/router'
import type { Context } from 'koa'
import { Fault } from '../errors.ts'
import type { Render } from '../http/render.ts'
import type { AccountEvents } from '../interactions/events.ts'
import { consentText, consentVersion } from '../interactions/registration.ts'
import { parameterOf } from '../interactions/visit.ts'
import {
  csrfOf,
  isFresh,
  readAct,
  requireFresh,
  requireSignedIn,
  seeOther,
  whereOf,
  type GuardDependencies,
} from './guards.ts'
import { nameReceipt, receiptText, type ReceiptRecord } from './receipt-text.ts'
import { signInUrl } from './sign-in.ts'

export interface PrivacyDependencies extends GuardDependencies {
  readonly issuer: string
  readonly render: Render
  readonly privacy: {
    findConsent(subjectId: string): Promise<{ readonly version: string; readonly givenAt: Date } | undefined>
    /** Takes back the consent and erases what it allowed, at once. @returns the ids of the receipts */
    withdraw(subjectId: string): Promise<readonly (string | undefined)[]>
    listReceipts(subjectId: string): Promise<readonly ReceiptRecord[]>
    findReceipt(subjectId: string, id: string): Promise<ReceiptRecord | undefined>
    /** Everything about the subject; no vector, no secret, no score. */
    exportAll(subjectId: string): Promise<object>
  }
  readonly events: AccountEvents
}

export function privacySection(router: Router, dependencies: PrivacyDependencies): void {
  const { privacy, events } = dependencies
  router.get('/account/privacy', (ctx) => showPrivacy(dependencies, ctx))
  router.post('/account/privacy/withdraw', async (ctx) => {
    // As easy as giving it (GDPR Art. 7(3)): no other authentication is asked for.
    const { subjectId } = (await readAct(dependencies, ctx)).signedIn
    const receipts = await privacy.withdraw(subjectId)
    await events.happened({ type: 'consent_withdrawn', subjectId, receipts, ...whereOf(ctx) })
    seeOther(ctx, '/account/privacy')
  })
  router.get('/account/privacy/receipts/:id', (ctx) => sendReceipt(dependencies, ctx))
  router.post('/account/privacy/export', async (ctx) => {
    const { signedIn } = await readAct(dependencies, ctx)
    requireFresh(dependencies, signedIn)
    const { subjectId } = signedIn
    await events.happened({ type: 'data_exported', subjectId, ...whereOf(ctx) })
    sendFile(
      ctx,
      'mien-my-data.json',
      `${JSON.stringify(await privacy.exportAll(subjectId), undefined, 2)}\n`,
    )
  })
}

async function showPrivacy(dependencies: PrivacyDependencies, ctx: Context): Promise<void> {
  const { issuer, sessions, privacy } = dependencies
  const signedIn = await sessions.signedIn(ctx)
  if (signedIn === undefined) {
    seeOther(ctx, signInUrl(issuer, 'face', 'privacy'))
    return
  }
  const { subjectId } = signedIn
  const consent = await privacy.findConsent(subjectId)
  const receipts = await privacy.listReceipts(subjectId)
  await dependencies.render(ctx, 'account-privacy', {
    csrf: csrfOf(dependencies, signedIn),
    consent: consent && {
      version: consent.version,
      givenAt: consent.givenAt.toISOString(),
      text: consent.version === consentVersion ? consentText : undefined,
    },
    enrolUrl: '/account/face',
    withdrawAction: '/account/privacy/withdraw',
    receipts: receipts.map((receipt) => ({
      what: nameReceipt(receipt),
      at: receipt.at.toISOString(),
      textUrl: `/account/privacy/receipts/${receipt.id}`,
      jsonUrl: `/account/privacy/receipts/${receipt.id}?format=json`,
    })),
    // Whoever finds the browser open must not carry everything away.
    exportAction: isFresh(dependencies, signedIn) ? '/account/privacy/export' : undefined,
    freshUrl: signInUrl(issuer, 'fresh_password', 'privacy'),
    closeUrl: '/account/close',
  })
}

async function sendReceipt(dependencies: PrivacyDependencies, ctx: Context): Promise<void> {
  const { subjectId } = await requireSignedIn(dependencies, ctx)
  const receipt = await dependencies.privacy.findReceipt(subjectId, parameterOf(ctx, 'id'))
  if (receipt === undefined) throw new Fault('page_not_found')
  const name = `mien-receipt-${receipt.id}`
  if (ctx.query['format'] === 'json') {
    const whole = {
      issuer: dependencies.issuer,
      subject: subjectId,
      ...receipt,
      at: receipt.at.toISOString(),
    }
    sendFile(ctx, `${name}.json`, `${JSON.stringify(whole, undefined, 2)}\n`)
    return
  }
  sendFile(ctx, `${name}.txt`, receiptText(dependencies.issuer, subjectId, receipt))
}

function sendFile(ctx: Context, name: string, text: string): void {
  ctx.attachment(name)
  ctx.type = name.endsWith('.json') ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8'
  ctx.set('Cache-Control', 'no-store')
  ctx.body = text
}
