/** What `terraform plan` and `terraform apply` print for people, with or without the stamps that a pipeline puts before each line. Pure. */
import type { EpochMs } from '../../domain/time.ts';
import { readInstant } from '../_kit/instants.ts';
import {
  type Act,
  type Action,
  type Difference,
  MAX_ACTS,
  MAX_DIFFERENCES,
  type Planned,
  type ReadOutput,
} from './acts.ts';

/** Colours, and what GitLab and others put around sections. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colours begin with one.
const COLOURS = /\u001b\[[0-9;]*[A-Za-z]/g;
const STAMP =
  /^\[?(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:?\d{2})?)\]?(?: +\[?[A-Z]+\]?:?)?(?: |\t|$)/;
const ADDRESS = '((?:[\\w-]+(?:\\[[^\\]]*\\])?\\.)*[\\w-]+\\.[\\w-]+(?:\\[[^\\]]*\\])?)';
const STARTS = new RegExp(`^${ADDRESS}: (Creating|Modifying|Destroying|Replacing)\\.\\.\\.`);
const ENDS = new RegExp(`^${ADDRESS}: (Creation|Modifications|Destruction|Replacement) complete after`);
const WILL = new RegExp(
  `^# ${ADDRESS} (?:will be (created|updated in-place|destroyed|replaced)|must be (replaced))`,
);
const ATTRIBUTE = /^[~+-] *"?([\w.-]+)"? *[=:] *(.*)$/;
const FAILED = /^(?:│ )?Error: /;
const WITH = new RegExp(`^(?:│ +)?with ${ADDRESS},$`);

const ACTION: Readonly<Record<string, Action>> = {
  Creating: 'create',
  Modifying: 'update',
  Destroying: 'delete',
  Replacing: 'replace',
  Creation: 'create',
  Modifications: 'update',
  Destruction: 'delete',
  Replacement: 'replace',
  created: 'create',
  'updated in-place': 'update',
  destroyed: 'delete',
  replaced: 'replace',
};

const TELLING = ['Terraform', 'OpenTofu', 'ing... [', 'ing...\n', 'Apply complete!', ' will be '];
/** A longer line is none of theirs. */
const MAX_LINE = 4_000;

/** In the first lines, wherever a pipeline put them. */
export function isPrintedOutput(head: string): boolean {
  const start = head.slice(0, 16_384);
  // Every log is asked: most hold none of these words.
  if (!TELLING.some((word) => start.includes(word))) return false;
  return start
    .replace(COLOURS, '')
    .split('\n', 400)
    .map((line) => line.slice(0, MAX_LINE).replace(STAMP, '').trim())
    .some(
      (line) =>
        STARTS.test(line) ||
        WILL.test(line) ||
        /^(?:Terraform|OpenTofu) (?:will perform the following actions:|used the selected providers to generate)/.test(
          line,
        ) ||
        /^Apply complete! Resources: \d+ added, \d+ changed, \d+ destroyed\./.test(line),
    );
}

interface Line {
  readonly text: string;
  readonly at: EpochMs | null;
  readonly number: number;
  readonly byteOffset: number;
  readonly whole: string;
}

function linesOf(text: string, zone: string | null): readonly Line[] {
  let byteOffset = 0;
  return text.split('\n').map((raw, index): Line => {
    const place = { number: index + 1, byteOffset };
    byteOffset += Buffer.byteLength(raw) + 1;
    const plain = raw.slice(0, MAX_LINE).replace(COLOURS, '').replace(/\r$/, '');
    const stamp = STAMP.exec(plain);
    const at = stamp === null ? null : (readInstant(stamp[1]?.replace(',', '.'), zone)?.at ?? null);
    return {
      ...place,
      at,
      text: (stamp === null ? plain : plain.slice(stamp[0].length)).trim(),
      whole: plain.trim(),
    };
  });
}

class OutputReader {
  private readonly begun = new Map<string, Act>();
  private readonly ended: Act[] = [];
  private readonly planned: (Planned & { readonly differences: Difference[] })[] = [];
  private isInPlan = false;
  private hasFailed = false;

  take(line: Line): void {
    const will = WILL.exec(line.text);
    if (will?.[1] !== undefined) {
      this.planned.push({
        address: will[1],
        action: ACTION[will[2] ?? will[3] ?? ''] ?? 'update',
        differences: [],
      });
      this.isInPlan = true;
    } else if (/^Plan: \d+ to /.test(line.text)) this.isInPlan = false;
    else if (this.isInPlan) this.takeAttribute(line.text);
    this.takeStep(line);
    if (FAILED.test(line.text)) this.hasFailed = true;
    const failed = this.hasFailed ? WITH.exec(line.text)?.[1] : undefined;
    if (failed !== undefined) this.fail(failed);
  }

  /** `~ instance_class = "a" -> "b"`; what is not known before it is done is left open. */
  private takeAttribute(text: string): void {
    const [, key, value] = ATTRIBUTE.exec(text) ?? [];
    const planned = this.planned.at(-1);
    if (key === undefined || value === undefined || planned?.action !== 'update') return;
    if (planned.differences.length >= MAX_DIFFERENCES || /^[[{(]?$/.test(value)) return;
    const [before, after] = value.split(' -> ');
    if (after === undefined && text.startsWith('~')) return;
    const word = (side: string | undefined) =>
      side
        ?.trim()
        .replace(/^"(.*)"$/, '$1')
        .replace(/ # forces replacement$/, '')
        .slice(0, 200) ?? null;
    const isAdded = after === undefined && text.startsWith('+');
    planned.differences.push({
      key,
      before: isAdded ? null : word(before),
      after: isAdded ? word(before) : word(after),
    });
  }

  private takeStep({ text, at, number, byteOffset, whole }: Line): void {
    const [, address, word] = STARTS.exec(text) ?? [];
    const place = { kind: 'line', line: number, byteOffset } as const;
    if (address !== undefined && this.begun.size + this.ended.length < MAX_ACTS)
      this.begun.set(address, {
        address,
        action: ACTION[word ?? ''] ?? 'update',
        startedAt: at,
        finishedAt: null,
        failed: false,
        place,
        text: whole,
      });
    const [, done, how] = ENDS.exec(text) ?? [];
    if (done === undefined) return;
    const start = this.begun.get(done) ?? {
      address: done,
      action: ACTION[how ?? ''] ?? 'update',
      startedAt: at,
      finishedAt: null,
      failed: false,
      place,
      text: whole,
    };
    this.begun.delete(done);
    this.ended.push({ ...start, finishedAt: at });
  }

  private fail(address: string): void {
    const act = this.begun.get(address);
    if (act === undefined) return;
    this.begun.delete(address);
    this.ended.push({ ...act, failed: true });
  }

  output(): Pick<ReadOutput, 'acts' | 'planned'> {
    return { acts: [...this.ended, ...this.begun.values()], planned: this.planned };
  }
}

/** Other lines are passed over: a pipeline prints much else. `zone`: of stamps without one. */
export function readTextOutput(text: string, zone: string | null): ReadOutput {
  const reader = new OutputReader();
  for (const line of linesOf(text, zone)) reader.take(line);
  const { acts, planned } = reader.output();
  const isEmpty = acts.length === 0 && planned.length === 0;
  return {
    acts,
    planned,
    rejected: isEmpty && !/No changes\.|0 added, 0 changed, 0 destroyed/.test(text) ? 1 : 0,
    truncated: acts.length >= MAX_ACTS,
  };
}
