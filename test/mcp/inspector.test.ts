/** The inspector's command line as a client that is not ours: it lists, calls and reads. */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, CLI, layOut, SYMPTOM } from './session.ts';

/** The package's own entry starts a browser's helper; beside it lies the client itself. */
const INSPECTOR = join(
  dirname(createRequire(import.meta.url).resolve('@modelcontextprotocol/inspector-cli/package.json')),
  'build',
  'index.js',
);

let bench: Bench;
beforeAll(async () => {
  bench = await layOut('seed-as-written');
});
afterAll(() => bench.remove());

function inspect(method: string, ...argv: readonly string[]): unknown {
  const server = [process.execPath, CLI, 'mcp', '--store', bench.store];
  const text = execFileSync(process.execPath, [INSPECTOR, ...server, '--method', method, ...argv], {
    cwd: bench.evidence,
    encoding: 'utf8',
  });
  return JSON.parse(text);
}

describe('the inspector', { timeout: 120_000 }, () => {
  it('lists the tools, triages, and reads the report', () => {
    expect(inspect('tools/list')).toMatchObject({
      tools: expect.arrayContaining([expect.objectContaining({ name: 'triage' })]),
    });
    expect(inspect('tools/call', '--tool-name', 'triage', '--tool-arg', `symptom=${SYMPTOM}`)).toMatchObject({
      structuredContent: { incident: 'INC-1', decision: { recommendation: 'ROLLBACK' } },
    });
    expect(inspect('resources/read', '--uri', 'incident://INC-1/timeline')).toMatchObject({
      contents: [
        { mimeType: 'text/markdown', text: expect.stringContaining('Deployment of checkout-api v2.4.1') },
      ],
    });
  });
});
