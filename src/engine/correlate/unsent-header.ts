/** A header that calls carried and no longer do, and whoever is called says that he misses it. */
import type { FileDiff, RevisionDiff } from '../../domain/code.ts';
import type { ServiceName } from '../../domain/service.ts';
import type { FailingPattern } from './facts.ts';
import { sampleOf } from './frame-files.ts';
import type { Match } from './match.ts';
import { WEIGHT } from './weights.ts';

/** Lines that have to do with headers, in any language or proxy. */
const OF_HEADERS =
  /header|setrequestproperty|metadata|\bbearer\b|\bbasic \b|["'`]?(?:authorization|cookie)["'`]?\s*[:=,\]]/i;
const NAME = /["'`\s]((?:[a-z][a-z0-9]*(?:-[a-z0-9]+)+)|authorization|cookie)["'`\s:,\])]/gi;
/** Headers by which a caller says who he is. */
const SAYS_WHO = /auth|token|cookie|api-?key|signature|secret|credential|session/i;
/** Of a header that is none of those, its own words must be said; these are of most headers. */
const GENERAL = /^(x|id|http|content|type|request|accept|header)$/;

/** Names of headers in lines, lower case. */
function headersIn(lines: readonly string[]): ReadonlySet<string> {
  const found = lines
    .filter((line) => OF_HEADERS.test(line))
    .flatMap((line) => [...` ${line} `.matchAll(NAME)].map(([, name = '']) => name.toLowerCase()));
  return new Set(found);
}

/** Failures that tell of the want of a header: refused for want of a credential, or in the header's own words. */
function misses(header: string, { symptom, message }: FailingPattern): boolean {
  if (SAYS_WHO.test(header)) return symptom.class === 'credentials';
  const words = header.split('-').filter((word) => !GENERAL.test(word));
  return (
    words.length > 0 &&
    /missing|required|without|not (set|given|present|provided)|must not be|is (null|empty|blank)|\bno\b/.test(
      message,
    ) &&
    words.every((word) => message.includes(word))
  );
}

/** `scale`: what the failure of another service is worth. */
export function unsentHeaderMatches(
  diff: RevisionDiff,
  service: ServiceName,
  items: readonly FailingPattern[],
  scale: number,
): readonly Match[] {
  const active = diff.files.filter((file) => file.inert === 'none');
  const sent = headersIn(active.flatMap((file) => file.hunks.flatMap(({ added }) => added)));
  return active.flatMap((file) =>
    [...unsentIn(file)]
      .filter(([header]) => !sent.has(header))
      .flatMap(([header, hunk]) =>
        items
          .filter((item) => misses(header, item))
          .map(
            (item): Match => ({
              name: 'headerUnsent',
              weight: WEIGHT.headerUnsent * (item.pattern.service === service ? 1 : scale),
              detail: `the header ${header} is no longer given, and whoever is called refuses for want of it`,
              file: file.path,
              line: hunk.newStart,
              value: null,
              pattern: item,
              evidence: [hunk.evidence, ...sampleOf(item)],
            }),
          ),
      ),
  );
}

/** The hunk that took each header away. */
function unsentIn(file: FileDiff): ReadonlyMap<string, FileDiff['hunks'][number]> {
  return new Map(
    file.hunks.flatMap((hunk) => [...headersIn(hunk.removed)].map((name) => [name, hunk] as const)),
  );
}
