/** Settings of mail; `config.ts` reads them with the rest. */
import { z } from 'zod'

const flag = z.enum(['on', 'off']).transform((value) => value === 'on')

export const settings = {
  MIEN_SMTP_URL: z
    .url({ protocol: /^smtps?$/ })
    .optional()
    .describe(
      'The server that sends mails, like `smtps://user:password@mail.example.com`. With `smtp:` it must offer STARTTLS, unless it is at localhost or the address ends in `?ignoreTLS=true`. Default: none, and mails are written into `outbox` in the data folder.',
    ),
  MIEN_MAIL_FROM: z
    .string()
    .max(254)
    .regex(
      /^([^\p{C}<>@",;:]+ <[^\p{C}\s<>@",;:]+@[^\p{C}\s<>@",;:]+>|[^\p{C}\s<>@",;:]+@[^\p{C}\s<>@",;:]+)$/u,
      'is neither `name@example.com` nor `Name <name@example.com>`',
    )
    .optional()
    .describe('The sender of mails. Default: `Mien <no-reply@…>` at the host of the issuer.'),
  MIEN_EMAIL_CODE: flag
    .optional()
    .describe(
      'Whether a code by mail signs in (`on` or `off`), where the address was confirmed; the lowest level, `urn:mien:acr:email`. Default: `on` where `MIEN_SMTP_URL` is set or the issuer is at localhost, else `off`.',
    ),
}

export const secrets = ['MIEN_SMTP_URL'] as const

export interface MailConfig {
  readonly smtpUrl: string | undefined
  readonly mailFrom: string
  readonly emailCode: boolean
}

type Settings = z.infer<z.ZodObject<typeof settings>>

/** @param place the issuer, and whether it is at localhost, to be tried out */
export function toConfig(
  settings: Settings,
  place: { readonly issuer: string; readonly isTrial: boolean },
): MailConfig {
  return {
    smtpUrl: settings.MIEN_SMTP_URL,
    mailFrom: settings.MIEN_MAIL_FROM ?? `Mien <no-reply@${new URL(place.issuer).hostname}>`,
    emailCode: settings.MIEN_EMAIL_CODE ?? (place.isTrial || settings.MIEN_SMTP_URL !== undefined),
  }
}
