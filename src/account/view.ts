/** What the account page shows of a subject: never a score, never a picture. */
import type { SignedIn } from './sign-in.ts'

export interface SignInRecord {
  readonly at: Date
  readonly factor: 'face' | 'password'
  readonly outcome: string
  readonly clientId: string | undefined
}

export interface FaceSummary {
  readonly count: number
  readonly enrolledAt: Date
  readonly lastUsedAt: Date | undefined
  readonly model: string
}

export interface AccountRecords {
  /** @throws {Fault} not_signed_in where the subject is gone */
  getSubject(subjectId: string): Promise<{ readonly email: string }>
  findFace(subjectId: string): Promise<FaceSummary | undefined>
  isFaceDisabled(subjectId: string): Promise<boolean>
  hasConsent(subjectId: string): Promise<boolean>
  listSignIns(subjectId: string): Promise<readonly SignInRecord[]>
  findClientName(clientId: string): Promise<string | undefined>
}

export interface AccountView {
  readonly email: string
  readonly signedInBy: string
  readonly face:
    | { readonly enrolledAt: string; readonly lastUsedAt: string | undefined; readonly count: number }
    | undefined
  readonly faceDisabled: boolean
  readonly signIns: readonly {
    readonly at: string
    readonly how: string
    readonly app: string
    readonly outcome: string
  }[]
}

export async function viewAccount(
  records: AccountRecords,
  { subjectId, amr }: SignedIn,
): Promise<AccountView> {
  const { email } = await records.getSubject(subjectId)
  const face = await records.findFace(subjectId)
  const signIns = await records.listSignIns(subjectId)
  return {
    email,
    signedInBy: amr.includes('face') ? 'your face' : 'your password',
    face: face && {
      enrolledAt: face.enrolledAt.toISOString(),
      lastUsedAt: face.lastUsedAt?.toISOString(),
      count: face.count,
    },
    faceDisabled: await records.isFaceDisabled(subjectId),
    signIns: await Promise.all(signIns.map((each) => viewSignIn(records, each))),
  }
}

async function viewSignIn(
  records: AccountRecords,
  record: SignInRecord,
): Promise<AccountView['signIns'][number]> {
  const name = record.clientId === undefined ? undefined : await records.findClientName(record.clientId)
  return {
    at: record.at.toISOString(),
    how: record.factor === 'face' ? 'Face' : 'Password',
    app: name ?? 'An app that is gone',
    outcome: record.outcome === 'accept' ? 'Signed in' : 'Refused',
  }
}
