/** Chromium’s own virtual authenticator, by its DevTools protocol (WebAuthn domain). */
import type { CDPSession, Page } from 'playwright-core'

export interface VirtualAuthenticator {
  /** Whether the person agrees when asked: touches it, or shows the finger. */
  agree(isVerified: boolean): Promise<void>
  credentials(): Promise<readonly { readonly credentialId: string; readonly signCount: number }[]>
  remove(): Promise<void>
}

export interface AuthenticatorKind {
  /** A security key is plugged in; otherwise the authenticator is part of the device. */
  readonly transport?: 'internal' | 'usb'
  readonly isSynced?: boolean
  readonly hasUserVerification?: boolean
}

export async function addAuthenticator(
  page: Page,
  { transport = 'internal', isSynced = false, hasUserVerification = true }: AuthenticatorKind = {},
): Promise<VirtualAuthenticator> {
  const session: CDPSession = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport,
      hasResidentKey: true,
      hasUserVerification,
      isUserVerified: hasUserVerification,
      automaticPresenceSimulation: true,
      defaultBackupEligibility: isSynced,
      defaultBackupState: isSynced,
    },
  })
  return {
    agree: async (isUserVerified) => {
      await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })
    },
    credentials: async () => (await session.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    remove: async () => {
      await session.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId })
    },
  }
}
