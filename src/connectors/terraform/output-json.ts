/** `terraform show -json PLAN` and the lines of `terraform apply -json`. Pure. */
import { textOf } from '../_kit/fields.ts';
import { readInstant } from '../_kit/instants.ts';
import { listAt, objectAt, textAt } from '../_kit/nested.ts';
import { isObject, type JsonObject, type JsonRecord, parseJson, readRecords } from '../_kit/records.ts';
import {
  type Act,
  type Action,
  type Difference,
  MAX_ACTS,
  MAX_DIFFERENCES,
  type Planned,
  type ReadOutput,
} from './acts.ts';

const ACTIONS: Readonly<Record<string, Action>> = {
  create: 'create',
  update: 'update',
  delete: 'delete',
  remove: 'delete',
  replace: 'replace',
};

export function isPlanDocument(head: string): boolean {
  return (
    /^\s*\{\s*"format_version"\s*:/.test(head) &&
    /"(?:resource_changes|planned_values|terraform_version)"\s*:/.test(head)
  );
}

export function isOutputLine(record: JsonObject): boolean {
  return record['@module'] === 'terraform.ui' || record['@module'] === 'tofu.ui';
}

/** Values of attributes as one line each; what is nested is compared as a whole. Sensitive ones are named, not shown. */
function differencesOf(change: JsonObject): readonly Difference[] {
  const [before, after] = [objectAt(change, 'before'), objectAt(change, 'after')];
  const hidden = [objectAt(change, 'before_sensitive'), objectAt(change, 'after_sensitive')];
  const word = (value: unknown) => {
    if (value === null || value === undefined) return null;
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  };
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => key !== '__proto__')
    .sort();
  return keys.flatMap((key): readonly Difference[] => {
    const [was, is] = [word(before[key]), word(after[key])];
    if (was === is || !(key in after)) return [];
    if (hidden.some((side) => key in side && side[key] !== false))
      return [{ key, before: '(sensitive)', after: '(sensitive)' }];
    return [{ key, before: was?.slice(0, 200) ?? null, after: is?.slice(0, 200) ?? null }];
  });
}

function actionOf(actions: readonly unknown[]): Action | null {
  const words = actions.flatMap((action) => textOf(action) ?? []);
  if (words.includes('create') && words.includes('delete')) return 'replace';
  return words.map((word) => ACTIONS[word]).find((action) => action !== undefined) ?? null;
}

function readPlan(document: JsonObject): ReadOutput {
  const list = listAt(document, 'resource_changes');
  let rejected = 0;
  const planned = list.slice(0, MAX_ACTS).flatMap((resource): readonly Planned[] => {
    const address = isObject(resource) ? textAt(resource, 'address') : null;
    if (!isObject(resource) || address === null) {
      rejected += 1;
      return [];
    }
    const change = objectAt(resource, 'change');
    const action = actionOf(listAt(change, 'actions'));
    if (action === null) return [];
    return [
      {
        address,
        action,
        differences: action === 'update' ? differencesOf(change).slice(0, MAX_DIFFERENCES) : [],
      },
    ];
  });
  return { acts: [], planned, rejected, truncated: list.length > MAX_ACTS };
}

/** Lines of one resource: it starts, and completes or fails. */
function readLines(records: readonly JsonRecord[]): Pick<ReadOutput, 'acts' | 'planned' | 'rejected'> {
  const begun = new Map<string, Act>();
  const acts: Act[] = [];
  const planned: Planned[] = [];
  let rejected = 0;
  for (const { value, place, text } of records) {
    const type = textOf(value['type']);
    const hook = objectAt(value, type === 'planned_change' ? 'change' : 'hook');
    const address = textAt(hook, 'resource', 'addr');
    const action = ACTIONS[textOf(hook['action']) ?? ''];
    if (!isOutputLine(value)) rejected += 1;
    if (address === null || action === undefined) continue;
    const at = readInstant(textOf(value['@timestamp']), null)?.at ?? null;
    if (type === 'planned_change') planned.push({ address, action, differences: [] });
    else if (type === 'apply_start')
      begun.set(address, { address, action, startedAt: at, finishedAt: null, failed: false, place, text });
    else if (type === 'apply_complete' || type === 'apply_errored') {
      const start = begun.get(address) ?? {
        address,
        action,
        startedAt: at,
        finishedAt: null,
        failed: false,
        place,
        text,
      };
      begun.delete(address);
      acts.push({ ...start, finishedAt: at, failed: type === 'apply_errored' });
    }
  }
  return { acts: [...acts, ...begun.values()], planned, rejected };
}

export function readJsonOutput(text: string): ReadOutput {
  const document = isPlanDocument(text.slice(0, 65_536)) ? parseJson(text) : undefined;
  if (isObject(document)) return readPlan(document);
  const { records, rejected, truncated } = readRecords(text, [], MAX_ACTS);
  const read = readLines(records);
  return { ...read, rejected: read.rejected + rejected, truncated };
}
