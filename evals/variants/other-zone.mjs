/** The same instants written in another zone: every time that carries UTC as its zone, in files and of commits. A time without a zone stays: it is UTC by agreement. */
import { rewriteFile, rewriteHistory, untrackedIn } from './folder.mjs';
import { rewriteTruth } from './truth.mjs';

const OFFSET_MS = 330 * 60_000;
const WITH_COLON = '+05:30';
const COMPACT = '+0530';
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const ISO = /(\d{4}-\d{2}-\d{2})([T ])(\d{2}:\d{2}:\d{2})((?:[.,]\d{1,9})?)(?:Z|\+00:00|(\+0000))(?![\d:])/g;
const CLF = /(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}:\d{2}:\d{2}) \+0000/g;

/** @param {string} day @param {string} time @returns {[string, string] | null} the same in the other zone; null: no such time */
function moved(day, time) {
  const at = Date.parse(`${day}T${time}Z`);
  if (Number.isNaN(at)) return null;
  const iso = new Date(at + OFFSET_MS).toISOString();
  return [iso.slice(0, 10), iso.slice(11, 19)];
}

/** @param {string} text */
export function inOtherZone(text) {
  return text
    .replaceAll(ISO, (written, day, between, time, fraction, compact) => {
      const other = moved(day, time);
      if (other === null) return written;
      const [otherDay, otherTime] = other;
      return `${otherDay}${between}${otherTime}${fraction}${compact === undefined ? WITH_COLON : COMPACT}`;
    })
    .replaceAll(CLF, (written, day, month, year, time) => {
      const number = MONTHS.indexOf(month) + 1;
      const other = moved(`${year}-${String(number).padStart(2, '0')}-${day}`, time);
      if (other === null) return written;
      const [otherDay, otherTime] = other;
      const [otherYear, otherMonth, dayOfMonth] = otherDay.split('-');
      return `${dayOfMonth}/${MONTHS[Number(otherMonth) - 1]}/${otherYear}:${otherTime} ${COMPACT}`;
    });
}

/** @param {string} person of a stream: `Name <mail> seconds +0000` */
const zoned = (person) => person.replace(/\+0000$/, COMPACT);

/** @type {import('./take-away.mjs').Variant} */
export function otherZone(one) {
  const ids = rewriteHistory(
    one.dir,
    (entries) =>
      entries.map((entry) => {
        if (entry.kind === 'commit') {
          return { ...entry, author: zoned(entry.author), committer: zoned(entry.committer) };
        }
        return entry.kind === 'tag' ? { ...entry, tagger: zoned(entry.tagger) } : entry;
      }),
    { rewrite: inOtherZone },
  );
  if (ids.size === 0) for (const path of untrackedIn(one.dir)) rewriteFile(one.dir, path, inOtherZone);
  return { ...one, truth: rewriteTruth(one.truth, ids) };
}
