/** A receipt as the person keeps it: plain text, and as JSON for programs. */

export interface ReceiptRecord {
  readonly id: string
  readonly kind: 'consent_given' | 'consent_withdrawn' | 'face_erased'
  readonly at: Date
  readonly detail: Readonly<Record<string, string | number>>
}

const sentences = {
  consent_given: 'You agreed that your face is used to sign you in here.',
  consent_withdrawn: 'You took back your consent that your face is used to sign you in here.',
  face_erased: 'The templates of your face were erased, and the key that opens them was destroyed.',
} as const

const reasons: Readonly<Record<string, string>> = {
  asked: 'because you asked for it',
  consent_withdrawn: 'because you took back your consent',
  unused: 'because your face was not used for the time after which it is erased',
  sign_in_disowned: 'because you said that a sign-in was not yours',
}

export function nameReceipt({ kind }: Pick<ReceiptRecord, 'kind'>): string {
  return sentences[kind]
}

export function receiptText(issuer: string, subjectId: string, receipt: ReceiptRecord): string {
  const { version, textDigest, count, reason } = receipt.detail
  const why = typeof reason === 'string' ? reasons[reason] : undefined
  return [
    `Receipt from ${issuer}`,
    '',
    nameReceipt(receipt),
    '',
    `When:     ${receipt.at.toISOString()}`,
    `Account:  ${subjectId}`,
    ...(version === undefined ? [] : [`Text:     version ${version}, SHA-256 ${textDigest ?? 'unknown'}`]),
    ...(count === undefined ? [] : [`Erased:   ${count} templates${why === undefined ? '' : `, ${why}`}`]),
    `Receipt:  ${receipt.id}`,
    '',
  ].join('\n')
}
