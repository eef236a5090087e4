/** Lists of flags as they stand now, without when they were switched: flagd, Unleash, GrowthBook, Flipt, ConfigCat. They are counted; no change follows from them. */
import { isObject, parseJson } from '../_kit/records.ts';

/** Each by keys that stand together in the shape of one service. */
const SHAPES: readonly RegExp[] = [
  /"flags"\s*:\s*\{\s*"[^"]+"\s*:\s*\{[^{}]{0,2000}"(state|variants|defaultVariant)"\s*:/,
  /"features"\s*:\s*\[\s*\{[\s\S]{0,6000}"(strategies|stale|environments)"\s*:/,
  /"features"\s*:\s*\{\s*"[^"]+"\s*:\s*\{[^{}]{0,2000}"defaultValue"\s*:/,
  /"flags"\s*:\s*\[\s*\{[^{}]{0,2000}"key"\s*:[^{}]{0,2000}"(enabled|variants)"\s*:/,
  /"settings"\s*:\s*\[\s*\{[^{}]{0,2000}"settingType"\s*:/,
];
/** What tells that the list knows when flags were switched. */
const DATED = /"(lastModified|_lastModified|auditLogs?|createdByUserId|preData)"\s*:/;

export function isFlagStates(head: string): boolean {
  const start = head.slice(0, 16_000);
  return /^\uFEFF?\s*\{/.test(start) && !DATED.test(start) && SHAPES.some((shape) => shape.test(start));
}

/** How many flags the document lists; null for one that is no such list. */
export function countFlags(text: string): number | null {
  const document = parseJson(text);
  if (!isObject(document)) return null;
  for (const key of ['flags', 'features', 'settings']) {
    const listed = document[key];
    if (Array.isArray(listed)) return listed.length;
    if (isObject(listed)) return Object.keys(listed).length;
  }
  return null;
}
