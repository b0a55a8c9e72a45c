/** How a mail leaves the house. */
import type { Message } from './letter.ts'

export interface MailTransport {
  /**
   * @returns `refused` where trying again is of no use
   * @throws where it may be
   */
  send(message: Message, signal: AbortSignal): Promise<'sent' | 'refused'>
}
