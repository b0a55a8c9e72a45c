/** Speaks to the server about passkeys, as `/openapi.json` describes it, and shows what came in between. */
import { find, get } from './dom.js'
import { PasskeyProblem } from './passkey.js'

/**
 * @param {string} url @param {string} csrf @param {object} content
 * @returns {Promise<{ readonly [name: string]: unknown }>}
 * @throws {PasskeyProblem} with what the server says, where it says something
 */
export async function post(url, csrf, content) {
  let response
  try {
    response = await fetch(url, {
      method: 'POST',
      body: JSON.stringify(content),
      credentials: 'same-origin',
      cache: 'no-store',
      headers: { 'content-type': 'application/json', accept: 'application/json', 'x-csrf-token': csrf },
    })
  } catch {
    throw new PasskeyProblem('offline')
  }
  const body = await readJson(response)
  if (response.ok) return body
  const { code, message } = body
  // Why a sign-in was refused nobody is told, and the page has a sentence of its own for it.
  const isTold = code !== 'sign_in_failed' && typeof message === 'string'
  throw new PasskeyProblem('refused', isTold ? message : undefined)
}

/** A proxy in between may answer in its own words. @param {Response} response @returns {Promise<{ readonly [name: string]: unknown }>} */
async function readJson(response) {
  try {
    return /** @type {{ readonly [name: string]: unknown }} */ (await response.json())
  } catch {
    return {}
  }
}

/** @param {{ readonly [name: string]: unknown }} done what the server said when all was well */
export function goOn({ location: next }) {
  if (typeof next !== 'string') throw new PasskeyProblem('unknown')
  location.assign(next)
}

/**
 * @param {HTMLElement} root
 * @param {{ readonly [failure: string]: { readonly title: string, readonly text: string } }} help
 */
export function createNotice(root, help) {
  const notice = get(root, '[data-passkey-problem]', HTMLElement)
  const title = get(notice, '[data-passkey-problem-title]', HTMLElement)
  const text = get(notice, '[data-passkey-problem-text]', HTMLElement)
  return {
    clear: () => {
      notice.hidden = true
    },
    /** @param {unknown} error */
    show: (error) => {
      const problem = error instanceof PasskeyProblem ? error : new PasskeyProblem('unknown')
      const said = help[problem.failure] ?? help['unknown']
      // Shown first: what is written into a hidden alert is not read out.
      notice.hidden = false
      title.textContent = said?.title ?? ''
      text.textContent = problem.said ?? said?.text ?? ''
    },
  }
}

/** What a part of the page carries for its script. @param {HTMLElement} root */
export function settingsOf({ dataset }) {
  const { optionsUrl = '', answerUrl = '', csrf = '' } = dataset
  return { optionsUrl, answerUrl, csrf }
}

/** @returns {HTMLElement | undefined} */
export function findPart() {
  return find(document, '[data-passkey]', HTMLElement)
}
