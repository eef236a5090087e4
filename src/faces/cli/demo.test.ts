import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toIso } from '../../domain/time.ts';
import { type DemoHost, runDemo } from './demo.ts';

/** A host that notes what it is asked, and whether the evidence was there. */
function notingHost(exitCode: number | Error): { host: DemoHost; notes: string[]; dirs: string[] } {
  const notes: string[] = [];
  const dirs: string[] = [];
  const host: DemoHost = {
    open: async (_symptom, _dir, at, actor) => {
      notes.push(`${toIso(at)} open ${actor}`);
      return 'INC-7';
    },
    record: async (id, at, _actor, body) => {
      notes.push(`${toIso(at)} ${id} ${body.type}`);
    },
    triage: async (id, _symptom, dir, at) => {
      dirs.push(dir);
      const evidence = ['.git', 'deployments.json', 'logs/checkout-api.log', 'metrics/checkout-api.csv'];
      notes.push(`${toIso(at)} ${id} triage ${evidence.every((path) => existsSync(join(dir, path)))}`);
      if (exitCode instanceof Error) throw exitCode;
      return exitCode;
    },
  };
  return { host, notes, dirs };
}

describe('runDemo', () => {
  it('keeps the record in order, triages last, and leaves nothing behind', async () => {
    const { host, notes, dirs } = notingHost(0);
    expect(await runDemo(host)).toBe(0);
    expect(notes).toEqual([
      '2024-01-15T14:30:00Z open Dana Kim',
      '2024-01-15T14:35:00Z INC-7 cause-identified',
      '2024-01-15T14:36:00Z INC-7 decision-made',
      '2024-01-15T14:41:00Z INC-7 triage true',
    ]);
    expect(dirs.map(existsSync)).toEqual([false]);
  });

  it('removes its folder when the triage fails', async () => {
    const { host, dirs } = notingHost(new Error('broken'));
    await expect(runDemo(host)).rejects.toThrow('broken');
    expect(dirs.map(existsSync)).toEqual([false]);
  });
});
