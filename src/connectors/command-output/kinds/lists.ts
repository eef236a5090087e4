/** What people keep beside the evidence and from which nothing can be concluded alone: tables of jobs, revisions without times. They are named, so that nobody wonders. */
import type { PrintedKind } from '../printed.ts';
import { NOTHING } from '../printed.ts';

const CRON =
  /^\s*(?:@(?:reboot|hourly|daily|weekly|monthly|yearly|midnight|annually)|(?:[\d*,/-]+|[A-Z]{3})(?:\s+(?:[\d*,/A-Za-z-]+)){4})\s+(?:\w+\s+)?\S*[/.]\S+/;

function isCrontab(head: string): boolean {
  const lines = head.split('\n').filter((line) => line.trim() !== '' && !/^\s*(#|[A-Z_]+\s*=)/.test(line));
  return lines.length > 0 && lines.every((line) => CRON.test(line));
}

export const LISTS: readonly PrintedKind[] = [
  {
    command: 'kubectl rollout history',
    unit: 'revisions without times',
    is: (head) => /^REVISION\s+CHANGE-CAUSE\s*$/m.test(head),
    read: (lines) => ({ ...NOTHING, items: lines.filter(({ text }) => /^\d+\s/.test(text)).length }),
  },
  {
    command: 'pg_stat_statements',
    unit: 'statements',
    is: (head) => {
      const [first = ''] = head.split('\n', 1);
      return (
        /\bquery\b/i.test(first) &&
        /\b(?:total|mean)_(?:exec_)?time\b/i.test(first) &&
        /\bcalls\b/i.test(first)
      );
    },
    read: (lines) => ({ ...NOTHING, items: lines.filter(({ text }) => /\d/.test(text)).length }),
  },
  {
    command: 'crontab -l',
    unit: 'jobs',
    is: isCrontab,
    read: (lines) => ({ ...NOTHING, items: lines.filter(({ text }) => CRON.test(text)).length }),
  },
];
