/** Words that people read on the consent page, whoever wrote them there. */
import { z } from 'zod'

/** No control characters, nothing without width, nothing that turns the letters after it round (Unicode: category C). */
export const shownWords = z.string().regex(/^\P{C}*$/u, 'has characters that cannot be seen')
