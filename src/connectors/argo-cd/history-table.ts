/** The table that `argocd app history` prints, as deployments. It names no application: the command above it does, or the file. Pure. */
import type { Deployment } from '../../domain/change.ts';
import { canonicalServiceName, type ServiceName } from '../../domain/service.ts';
import { isCommitId } from '../_kit/deployments.ts';
import { readInstant } from '../_kit/instants.ts';
import { headerOf, type PrintedRow, readPrintedTable } from '../_kit/printed-table.ts';
import { SOURCE } from './decode.ts';

const HEADER = /^ID\s+DATE\s+REVISION\b/;
const COMMAND = /\bargocd app history (?:--?[\w-]+(?:[= ]\S+)? )*(?:[\w.-]+\/)?([\w.-]+)/;
/** Words of a file's name that name no application. */
const GENERAL =
  /^(?:argo|argocd|cd|app|apps|application|history|rollouts?|deployments?|deploys?|syncs?|prod|production|out|output|\d+)$/i;

export function isHistoryTable(head: string): boolean {
  return HEADER.test(headerOf(head));
}

/** Null where neither the command nor the file names one. */
export function applicationOf(path: string, text: string): ServiceName | null {
  const typed = COMMAND.exec(text.slice(0, 2_000))?.[1];
  const stem = (path.split('/').at(-1) ?? '').replace(/(?:\.(?:txt|log|out|gz|zst))+$/i, '');
  const words = stem.split(/[-_. ]+/).filter((word) => !GENERAL.test(word));
  const name = canonicalServiceName(typed ?? words.join('-'));
  return name === '' ? null : name;
}

/** `2024-03-04 09:05:00 +0000 UTC`; the last row is what runs now. */
function timeOf(text: string) {
  return readInstant(text.replace(/ [A-Z]{2,5}$/, ''), null)?.at ?? null;
}

export interface HistoryRow {
  readonly row: PrintedRow;
  readonly deployment: Omit<Deployment, 'evidence'>;
}

/** `rejected` counts rows without a time. */
export function readHistoryTable(path: string, text: string, max: number) {
  const { rows, truncated } = readPrintedTable(text, max);
  const service = applicationOf(path, text);
  const read = rows.flatMap((row): readonly HistoryRow[] => {
    const at = timeOf(row.cells['DATE'] ?? '');
    if (at === null) return [];
    const written = row.cells['REVISION'] ?? '';
    const commit = /\(([0-9a-f]{7,40})\)$/.exec(written)?.[1] ?? (isCommitId(written) ? written : null);
    const target = written.replace(/ *\([0-9a-f]+\)$/, '');
    const version = /^v?\d+\.\d+/.test(target) ? target : null;
    const what = `${service ?? 'An application'} ${version ?? commit?.slice(0, 7) ?? target}`.trim();
    const id = row.cells['ID'] ?? '';
    const deployment: HistoryRow['deployment'] = {
      type: 'deployment',
      id: `${SOURCE}:/${service ?? path}:${id === '' ? row.line : id}`,
      service,
      at,
      summary: `${what} was synced by Argo CD`,
      actor: null,
      source: SOURCE,
      version,
      commit,
      finishedAt: at,
      status: 'succeeded',
      environment: null,
      platformRevision: id === '' ? null : id,
      deploymentId: null,
      rollback: false,
      share: null,
      target:
        service === null ? null : { platform: 'argo-cd', namespace: null, context: null, name: service },
      images: [],
    };
    return [{ row, deployment }];
  });
  return { rows: read, rejected: rows.length - read.length, truncated, isNamed: service !== null };
}
