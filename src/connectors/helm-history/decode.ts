/** Rows of `helm history` and `helm list` to deployments. Pure. Shape: https://helm.sh/docs/helm/helm_history/. */
import type { Deployment } from '../../domain/change.ts';
import { canonicalServiceName } from '../../domain/service.ts';
import { plainVersion } from '../_kit/deployments.ts';
import { numberOf, textOf } from '../_kit/fields.ts';
import { readInstant } from '../_kit/instants.ts';
import type { JsonObject } from '../_kit/records.ts';

export const SOURCE = 'helm-history';

/** Helm's states: https://github.com/helm/helm/blob/main/pkg/release/status.go. */
const STATUS: Readonly<Record<string, Deployment['status']>> = {
  deployed: 'succeeded',
  superseded: 'succeeded',
  failed: 'failed',
  'pending-install': 'started',
  'pending-upgrade': 'started',
  'pending-rollback': 'started',
  uninstalling: 'started',
  uninstalled: 'succeeded',
};

/** A row of the history, or of a list of releases, which names its release. */
export function isHelmRow(record: JsonObject): boolean {
  const { revision, updated, status, chart } = record;
  return (
    numberOf(revision) !== null &&
    typeof updated === 'string' &&
    typeof chart === 'string' &&
    typeof status === 'string' &&
    (STATUS[status.toLowerCase()] !== undefined || status.toLowerCase() === 'unknown')
  );
}

/** `cart-1.4.0` → `cart` and `1.4.0`; a name may hold digits, so the version is what looks like one at the end. */
export function chartOf(chart: string): { readonly name: string; readonly version: string | null } {
  const match = /^(.+?)-(v?\d+\.\d+(?:\.\d+)?(?:[-+.][\w.+-]+)?)$/.exec(chart);
  return match?.[1] === undefined || match[2] === undefined
    ? { name: chart, version: null }
    : { name: match[1], version: match[2] };
}

/** Words around a release's name in the name of a file that holds its history. */
const AROUND = /(^|[-_.])(helm|history|hist|releases?|revisions?|output|prod|production)(?=$|[-_.])/gi;

/** `helm/cart.history.json` → `cart`; null where nothing is left: `history.json`, `helm-list.json`. */
export function releaseOfPath(path: string): string | null {
  const file = (path.split('/').at(-1) ?? '')
    .replace(/\.(gz|zst)$/i, '')
    .replace(/\.(jsonl?|ndjson|ya?ml|txt|out)$/i, '');
  const rest = file.replaceAll(AROUND, '').replace(/^[-_.]+|[-_.]+$/g, '');
  return rest === '' || /^(list|all|\d+)$/i.test(rest) ? null : rest;
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `Mon Jan 15 14:20:00 2024`, which the table prints in the zone of whoever asked; undefined for other text. */
function tableStamp(text: string): string | undefined {
  const match = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d{2}:\d{2}:\d{2}) (\d{4})$/.exec(text);
  const month = MONTHS.indexOf(match?.[1] ?? '') + 1;
  if (match === null || month === 0) return undefined;
  return `${match[4]}-${String(month).padStart(2, '0')}-${(match[2] ?? '').padStart(2, '0')} ${match[3]}`;
}

/** `2024-03-01 10:00:00.123456 +0100 CET` of older versions, RFC 3339, or what the table prints. */
function updatedAt(value: unknown, zone: string | null) {
  const text = textOf(value);
  if (text === null) return null;
  const go = /^(\S+ [\d:.]+ [+-]\d{4}) \S+( m=\S+)?$/.exec(text);
  return readInstant(go?.[1] ?? tableStamp(text) ?? text, zone)?.at ?? null;
}

export interface Revision {
  readonly release: string;
  readonly deployment: Omit<Deployment, 'id' | 'evidence'>;
}

/** Null for a row without a revision, a time or a release. `fileRelease`: the release that the file's name gives; `zone`: of times without one. */
export function decodeRow(row: JsonObject, fileRelease: string | null, zone: string | null): Revision | null {
  const revision = numberOf(row['revision']);
  const at = updatedAt(row['updated'], zone);
  const chart = chartOf(textOf(row['chart']) ?? '');
  const named = textOf(row['name']) ?? fileRelease;
  const release = named ?? chart.name;
  const service = canonicalServiceName(release);
  if (revision === null || at === null || service === '') return null;
  const app = textOf(row['app_version']);
  const version = app ?? chart.version;
  const description = textOf(row['description']) ?? '';
  const status = textOf(row['status'])?.toLowerCase() ?? '';
  const rollback = /^rollback\b/i.test(description) || status === 'pending-rollback';
  const plain = version === null ? null : plainVersion(version, service);
  const what = `${rollback ? 'Rollback' : 'Deployment'} of ${service} ${plain ?? ''}`.trim();
  const remark = /^((install|upgrade) complete)?$/i.test(description) ? '' : `: ${description}`;
  const doubt = named === null ? ' (release named after its chart)' : '';
  return {
    release,
    deployment: {
      type: 'deployment',
      service,
      at,
      summary: `${what}${remark}${doubt}`,
      actor: null,
      source: SOURCE,
      version: plain,
      commit: null,
      finishedAt: null,
      status: STATUS[status] ?? 'unknown',
      environment: null,
      platformRevision: String(revision),
      deploymentId: null,
      rollback,
      share: null,
      target: { platform: 'helm', namespace: textOf(row['namespace']), context: null, name: release },
      images: [],
    },
  };
}
