/** Rules of access (who may reach what, who may do what): an entry that is taken away shuts somebody out, and no line of code says so. */
import type { FileDiff, ValueChange } from '../../domain/code.ts';
import type { SymptomClass } from '../../domain/symptom.ts';
import type { FailingPattern } from './facts.ts';
import type { Match } from './match.ts';
import { WEIGHT } from './weights.ts';

/** Keys of rules that let traffic through: network policies, mesh authorisation, security groups, firewalls. */
const LETS_THROUGH =
  /\b(ingress|egress)\b.*\b(from|to|ports?|cidr\w*|security_?groups?|protocol)\b|\bfrom_?(endpoints|entities|cidr\w*)|\bto_?(endpoints|entities|cidr\w*)|cidr_?blocks|cidr_?ip|source_?ranges|allow(ed)?_?(ips?|cidrs?|hosts|list)|white_?list|source\.(principals|namespaces)/i;
/** How callers see that nobody lets them in any more. */
const SHUT_OUT: readonly SymptomClass[] = [
  'network',
  'connection-refused',
  'connection-reset',
  'timeout',
  'breaker-open',
  'server-error',
  'error-ratio',
  'dns',
];
/** Names of what may be done: `s3:PutObject`, `secretmanager.versions.access`, `roles/storage.admin`, `GRANT SELECT`. */
const PERMISSION = /[a-z][\w-]*(?:[:./][A-Za-z*][\w*-]*)+|\b[a-z]+(?:[A-Z][a-z]+){1,6}\b/g;
const LEAST_NAME = 6;

export function accessMatches(file: FileDiff, item: FailingPattern): readonly Match[] {
  if (file.category === 'code' && !/\.(tf|hcl)$/.test(file.path)) return [];
  return [...shutOut(file, item), ...forbidden(file, item)];
}

function shutOut(file: FileDiff, item: FailingPattern): readonly Match[] {
  if (!SHUT_OUT.includes(item.symptom.class)) return [];
  const value = file.values.find((entry) => LETS_THROUGH.test(entry.key) && isLess(entry));
  if (value === undefined) return [];
  return [
    {
      name: 'accessTaken',
      weight: WEIGHT.accessTaken,
      detail: `${value.key} let ${value.oldValue?.raw ?? 'somebody'} through and ${value.newValue === null ? 'is gone' : `is ${value.newValue.raw} now`}: whoever came that way is shut out`,
      file: file.path,
      line: value.location.line,
      value,
      pattern: item,
      evidence: [value.evidence],
    },
  ];
}

/** A file that lists whom programs may talk to, one a line: `allowed.txt`, `egress/hosts`, `whitelist.conf`. */
const LIST = /allow|white_?-?list|permit|trusted|egress|acl|no_?proxy/i;
const LISTED = /^\s*(?:-\s*)?["']?\.?([a-z0-9][\w-]*(?:\.[\w-]+)+(?:\/\d{1,2})?)["']?,?\s*$/i;
/** How it looks where a proxy or a firewall does not let a call out. */
const NOT_LET_OUT: readonly SymptomClass[] = [...SHUT_OUT, 'credentials', 'client-error', 'unclassified'];

/** The very host that the failures name stood in a list of those who may be reached, and was taken out of it. */
export function listMatches(file: FileDiff, items: readonly FailingPattern[]): readonly Match[] {
  if (file.category === 'code' || !LIST.test(file.path)) return [];
  const kept = new Set(
    file.hunks.flatMap((hunk) => hunk.added.flatMap((line) => LISTED.exec(line)?.[1] ?? [])),
  );
  return file.hunks.flatMap((hunk) =>
    hunk.removed
      .flatMap((line) => LISTED.exec(line)?.[1] ?? [])
      .filter((host) => !kept.has(host))
      .flatMap((host) =>
        items
          .filter(
            ({ symptom, message }) =>
              NOT_LET_OUT.includes(symptom.class) && message.includes(host.toLowerCase()),
          )
          .map((item) => ({
            name: 'accessTaken' as const,
            weight: WEIGHT.accessTaken,
            detail: `${host} was taken out of ${file.path}, and the failing calls go to it`,
            file: file.path,
            line: hunk.newStart,
            value: null,
            pattern: item,
            evidence: [hunk.evidence, ...item.pattern.samples.slice(0, 1).map(({ evidence }) => evidence)],
          })),
      ),
  );
}

/** An entry that goes lets fewer through; one that comes lets more; one that is exchanged lets somebody else. */
function isLess({ direction }: ValueChange): boolean {
  return direction === 'removed' || direction === 'changed';
}

/** The very permission that the failure misses stood in the lines that were taken away. */
function forbidden(file: FileDiff, item: FailingPattern): readonly Match[] {
  if (item.symptom.class !== 'credentials') return [];
  for (const hunk of file.hunks) {
    const kept = new Set(hunk.added.flatMap((line) => line.match(PERMISSION) ?? []));
    const taken = hunk.removed
      .flatMap((line) => line.match(PERMISSION) ?? [])
      .find(
        (name) => name.length >= LEAST_NAME && !kept.has(name) && item.message.includes(name.toLowerCase()),
      );
    if (taken === undefined) continue;
    return [
      {
        name: 'symbolInError',
        weight: WEIGHT.symbolInError,
        detail: `the error names "${taken}", which this change took away`,
        file: file.path,
        line: hunk.newStart,
        value: null,
        pattern: item,
        evidence: [hunk.evidence, ...item.pattern.samples.slice(0, 1).map(({ evidence }) => evidence)],
      },
    ];
  }
  return [];
}
