/** Writes the moments of a page in the reader’s own zone and manner. */

const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

for (const element of document.querySelectorAll('time')) {
  const moment = new Date(element.dateTime)
  if (!Number.isNaN(moment.getTime())) element.textContent = format.format(moment)
}
