/** Lists of releases as command lines print them for people: Heroku, Cloud Run, App Engine, Nomad, and the logs that Capistrano and Kamal keep of their own doings. Pure. */
import { isCommitId } from '../_kit/deployments.ts';
import { deployment, serviceName, type Told, timeOf } from './told.ts';

/** What one line tells, with its 1-based number. */
export interface ToldLine {
  readonly told: Told;
  readonly line: number;
}

export interface PrintedList {
  readonly name: string;
  is(head: string): boolean;
  /** `path` names the application where nothing else does. */
  read(
    lines: readonly string[],
    path: string,
  ): { readonly told: readonly ToldLine[]; readonly rejected: number };
}

type Told1 = Told | null | 'nothing';

/** Each line by itself: null for one that cannot be read, `nothing` for one that tells of no change. */
function eachLine(lines: readonly string[], read: (line: string) => Told1) {
  const told: ToldLine[] = [];
  let rejected = 0;
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const one = read(line);
    if (one === null) rejected += 1;
    else if (one !== 'nothing') told.push({ told: one, line: index + 1 });
  }
  return { told, rejected };
}

const HEROKU_HEAD = /^=== ([\w-]+) Releases\b/m;
const HEROKU_ROW =
  /^(v\d{1,6})\s{2,}(.+?)\s{2,}(?:(\S+@\S+|\S+)\s{2,})?(\d{4}[/-]\d\d[/-]\d\d \d\d:\d\d:\d\d(?: [+-]\d{4})?)/;

/** `heroku releases`. */
const heroku: PrintedList = {
  name: 'Heroku',
  is: (head) => HEROKU_HEAD.test(head) && /^v\d+\s{2,}/m.test(head),
  read: (lines) => {
    const app = HEROKU_HEAD.exec(lines.slice(0, 40).join('\n'))?.[1] ?? null;
    return eachLine(lines, (line): Told1 => {
      const row = HEROKU_ROW.exec(line);
      if (row === null) return /^v\d+\s/.test(line) ? null : 'nothing';
      const [, revision = '', said = '', actor = null, written = ''] = row;
      const at = timeOf(written.replaceAll('/', '-').replace(' ', 'T').replace(' ', ''));
      if (at === null) return null;
      if (!/^(deploy|rollback|promote|initial)/i.test(said))
        return {
          type: 'config',
          service: serviceName(app),
          at,
          finishedAt: null,
          summary: `Heroku release ${revision}: ${said}`,
          actor,
          attributes: { release: revision },
        };
      return deployment('Heroku', {
        service: app,
        at,
        status: /failed/i.test(said) ? 'failed' : 'succeeded',
        version: revision,
        commit: /^deploy ([0-9a-f]{7,40})\b/i.exec(said)?.[1] ?? null,
        actor,
        platformRevision: revision,
        rollback: /^rollback/i.test(said),
        platform: 'heroku',
      });
    });
  },
};

const RUN_HEAD = /^\s*REVISION\s+ACTIVE\s+SERVICE\s+DEPLOYED\b/m;
const RUN_ROW =
  /^\s*([✔X!.…+]?)\s*([\w-]+-\d{5}-\w+|[\w-]+)\s+(?:(yes)\s+)?([\w-]+)\s+(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC(?:\s+(\S+))?/;

/** `gcloud run revisions list`. */
const cloudRun: PrintedList = {
  name: 'Cloud Run',
  is: (head) => RUN_HEAD.test(head),
  read: (lines) =>
    eachLine(lines, (line): Told1 => {
      if (RUN_HEAD.test(line)) return 'nothing';
      const row = RUN_ROW.exec(line);
      const at = row === null ? null : timeOf(`${(row[5] ?? '').replace(' ', 'T')}Z`);
      if (row === null || at === null) return null;
      const [, mark, revision = '', , service = null, , actor = null] = row;
      return deployment('Cloud Run', {
        service,
        at,
        status: mark === 'X' ? 'failed' : 'succeeded',
        version: revision,
        platformRevision: revision,
        actor,
        platform: 'cloud-run',
      });
    }),
};

const APP_HEAD = /^SERVICE\s+VERSION(?:\.ID)?\s+TRAFFIC_SPLIT\s+LAST_DEPLOYED\b/m;
const APP_ROW =
  /^([\w-]+)\s+(\S+)\s+(\d?\.\d+)\s+(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:?\d\d))\s+(\w+)/;

/** `gcloud app versions list`. */
const appEngine: PrintedList = {
  name: 'App Engine',
  is: (head) => APP_HEAD.test(head),
  read: (lines) =>
    eachLine(lines, (line): Told1 => {
      if (APP_HEAD.test(line)) return 'nothing';
      const row = APP_ROW.exec(line);
      const at = timeOf(row?.[4]);
      if (row === null || at === null) return null;
      return deployment('App Engine', {
        service: row[1] ?? null,
        at,
        status: 'succeeded',
        version: row[2] ?? null,
        platformRevision: row[2] ?? null,
      });
    }),
};

/** `nomad job history`: blocks of `Name = value`. */
const nomad: PrintedList = {
  name: 'Nomad',
  is: (head) => /^Version\s+= \d+$/m.test(head) && /^Submit Date\s+= /m.test(head),
  read: (lines, path) => {
    const job = /^[+~/-]*\s*Job: "([^"]+)"/m.exec(lines.join('\n'))?.[1] ?? nameOfFile(path);
    let version: string | null = null;
    let stable = false;
    return eachLine(lines, (line): Told1 => {
      const [, name = '', value = ''] = /^([A-Z][\w ]*?)\s+= (.*)$/.exec(line) ?? [];
      if (name === 'Version') version = value.trim();
      if (name === 'Stable') stable = value.trim() === 'true';
      if (name !== 'Submit Date') return 'nothing';
      const at = timeOf(value.trim());
      if (at === null) return null;
      return deployment('Nomad', {
        service: job,
        at,
        status: stable ? 'succeeded' : null,
        version,
        platformRevision: version,
        platform: 'nomad',
        target: job,
      });
    });
  },
};

const DEPLOYED = /^Branch (\S+) \(at ([0-9a-f]{7,40})\) deployed as release (\d{14}) by (.+)$/;
const ROLLED_BACK = /^(.+) rolled back to release (\d{14})$/;

/** `20240508101203`, in the zone of the host that deployed, which Capistrano keeps as UTC. */
function timeOfRelease(digits: string) {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(digits);
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second] = parts;
  return timeOf(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** `revisions.log`. That a release came back is said without a time: it is not before the line above. */
const capistrano: PrintedList = {
  name: 'Capistrano',
  is: (head) =>
    DEPLOYED.test(head.split('\n', 1)[0]?.trim() ?? '') ||
    ROLLED_BACK.test(head.split('\n', 1)[0]?.trim() ?? ''),
  read: (lines, path) => {
    const commits = new Map<string, string>();
    const service = nameOfFile(path);
    return eachLine(lines, (line): Told1 => {
      const deployed = DEPLOYED.exec(line.trim());
      if (deployed !== null) {
        const [, , commit = '', release = '', actor = null] = deployed;
        const at = timeOfRelease(release);
        commits.set(release, commit);
        if (at === null) return null;
        return deployment('Capistrano', {
          service,
          at,
          status: 'succeeded',
          version: release,
          commit,
          actor,
          platformRevision: release,
        });
      }
      // its own time is not told, and a change without one would be a candidate at any time
      return ROLLED_BACK.test(line.trim()) ? 'nothing' : null;
    });
  },
};

const KAMAL = /^\[(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\] \[([^\]]+)\](?: \[([^\]]+)\])? (.+)$/;
const KAMAL_DEED = /^(?:Booted|Started|Rolled back|Deployed)\b.*?\bversion (\S+)/;

/** `kamal audit`: what came up and what was taken back. */
const kamal: PrintedList = {
  name: 'Kamal',
  is: (head) => {
    const lines = head.split('\n', 20).filter((line) => line.trim() !== '');
    return (
      lines.length > 0 &&
      lines.slice(0, -1).every((line) => KAMAL.test(line)) &&
      lines.some((line) => KAMAL_DEED.test(KAMAL.exec(line)?.[4] ?? ''))
    );
  },
  read: (lines, path) =>
    eachLine(lines, (line): Told1 => {
      const row = KAMAL.exec(line.trim());
      const at = timeOf(row?.[1]);
      if (row === null || at === null) return null;
      const [, , actor = null, environment = null, said = ''] = row;
      const version = KAMAL_DEED.exec(said)?.[1];
      if (version === undefined) return 'nothing';
      return deployment('Kamal', {
        service: nameOfFile(path),
        at,
        status: 'succeeded',
        version: isCommitId(version) ? null : version,
        commit: isCommitId(version) ? version : null,
        environment,
        actor,
        rollback: /^Rolled back/.test(said),
      });
    }),
};

/** The folder or the file, where it names more than what it is a list of. */
function nameOfFile(path: string): string | null {
  const parts = path.split('/');
  const stem = (parts.pop() ?? '').replace(/(?:\.(?:txt|log|out|gz|zst))+$/i, '');
  const words = stem.split(/[-_. ]+/).filter((word) => !GENERAL.test(word));
  if (words.length > 0) return words.join('-');
  return parts.findLast((part) => part !== '' && !GENERAL.test(part)) ?? null;
}

const GENERAL =
  /^(?:revisions?|releases?|deploy(?:s|ments?|ed)?|history|jobs?|nomad|kamal|capistrano|audit|versions?|shared|log|logs|current|out|output|evidence|prod|production|staging|d|\d+)$/i;

const LISTS: readonly PrintedList[] = [heroku, cloudRun, appEngine, nomad, capistrano, kamal];

/** Null where the text is no such list. */
export function printedListOf(head: string): PrintedList | null {
  const start = head.slice(0, 8_000);
  return LISTS.find((list) => list.is(start)) ?? null;
}
