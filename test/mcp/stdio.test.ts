/** The seed incident over standard input and output, from triage to the end, with a client of the SDK. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Bench, connectStdio, layOut, SYMPTOM } from './session.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await layOut('seed-as-written');
});
afterAll(() => bench.remove());

describe('an agent over stdio', () => {
  it('triages, notes and resolves', async () => {
    const client = await connectStdio(bench);
    const triaged = await client.callTool({ name: 'triage', arguments: { symptom: SYMPTOM } });
    expect(triaged.structuredContent).toMatchObject({
      incident: 'INC-1',
      cause: { confidence: 'HIGH', service: 'checkout-api' },
      decision: { recommendation: 'ROLLBACK' },
    });
    await client.callTool({ name: 'note', arguments: { incident: 'INC-1', text: 'Support was told' } });
    const resolved = await client.callTool({
      name: 'resolve',
      arguments: { incident: 'INC-1', text: 'Rolled back' },
    });
    expect(resolved.structuredContent).toMatchObject({ id: 'INC-1', status: 'RESOLVED' });
    await client.close();
  });

  it('says what is wrong with an input, why, and what comes nearest', async () => {
    const client = await connectStdio(bench);
    const answer = await client.callTool({ name: 'doctor', arguments: { dirr: '.' } });
    expect(answer.isError).toBe(true);
    expect(answer.content).toEqual([{ type: 'text', text: expect.stringContaining('Did you mean dir?') }]);
    await client.close();
  });
});
