/** Finding the parts of a page, each of the kind that is expected. */

/**
 * @template {Element} Kind
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => Kind} kind
 * @returns {Kind | undefined}
 */
export function find(root, selector, kind) {
  const found = root.querySelector(selector)
  return found instanceof kind ? found : undefined
}

/**
 * @template {Element} Kind
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export function get(root, selector, kind) {
  const found = find(root, selector, kind)
  if (found === undefined) throw new TypeError(`the page has no ${selector}`)
  return found
}

/**
 * @param {number} milliseconds
 * @returns {Promise<void>}
 */
export function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
