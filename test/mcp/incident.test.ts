/** The seed incident from triage over decision to postmortem, by a client of the SDK: over both transports, in both eras of the protocol. */
import type { Client } from '@modelcontextprotocol/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  type Bench,
  call,
  connectHttp,
  connectStdio,
  ERAS,
  type Fill,
  type HttpServer,
  layOut,
  refusal,
  SYMPTOM,
  startHttp,
} from './session.ts';

let bench: Bench;
let server: HttpServer;
let client: Client;
beforeAll(async () => {
  bench = await layOut('seed-as-written');
  server = await startHttp(bench);
});
afterEach(() => client.close());
afterAll(async () => {
  await server.stop();
  bench.remove();
});

const WAYS = ERAS.flatMap(({ era, options }) => [
  { name: `stdio, ${era}`, era, connect: (fill: Fill) => connectStdio(bench, options, fill) },
  { name: `http, ${era}`, era, connect: (fill: Fill) => connectHttp(server.url, options, fill) },
]);

async function triaged(): Promise<string> {
  const { structured } = await call(client, 'triage', { symptom: SYMPTOM });
  return String(structured['incident']);
}

describe.each(WAYS)('an agent over $name', { timeout: 120_000 }, ({ era, connect }) => {
  it('comes from the symptom to the postmortem', async () => {
    client = await connect(null);
    expect(client.getNegotiatedProtocolVersion()).toBe(era);
    const brief = await call(client, 'triage', { symptom: SYMPTOM });
    expect(brief.structured).toMatchObject({
      cause: { rank: 1, confidence: 'HIGH', service: 'checkout-api' },
      decision: { recommendation: 'ROLLBACK', safety: 'UNKNOWN' },
    });
    expect(brief.text).toContain('mitigate: kubectl rollout undo deployment/checkout-api');
    const incident = String(brief.structured['incident']);

    const decision = await call(client, 'decide', { incident });
    expect(decision.structured).toMatchObject({ incident, recommendation: 'ROLLBACK', approval: null });
    const explained = await call(client, 'explain', { incident });
    expect(explained.text).toContain('paymentTimeout');
    const { structured } = await call(client, 'evidence', { incident, ids: ['E1', 'E2'] });
    expect(structured).toMatchObject({
      pieces: [{ id: 'E1', locator: 'error.log:3' }, { id: 'E2' }],
      unknown: [],
    });
    expect((await call(client, 'timeline', { incident })).text).toContain(
      'Deployment of checkout-api v2.4.1 started',
    );
    await call(client, 'note', { incident, text: 'Support was told' });
    expect((await call(client, 'show_incident', { incident })).text).toContain('Support was told');
    const document = await call(client, 'document', { incident, view: 'postmortem' });
    expect(document.text).toMatch(/^## Postmortem/);
    const resolved = await call(client, 'resolve', { incident, text: 'Rolled back' });
    expect(resolved.structured).toMatchObject({ id: incident, status: 'RESOLVED' });
    const { structured: list } = await call(client, 'list_incidents');
    expect(list['incidents']).toContainEqual(expect.objectContaining({ id: incident, status: 'RESOLVED' }));
  });

  it('takes answers as they are given, and thinks of others without recording them', async () => {
    client = await connect(null);
    const incident = await triaged();
    const answers = { 'payment-service.latencyP99Ms': '800' };
    const { structured } = await call(client, 'answer', { incident, answers });
    const questions = structured['questions'];
    expect(questions).not.toContainEqual(expect.objectContaining({ key: 'payment-service.latencyP99Ms' }));
    const supposed = await call(client, 'what_if', {
      incident,
      assume: { 'payment-service.latencyP99Ms': '300' },
    });
    expect(supposed.structured).toMatchObject({
      before: { confidence: 'HIGH' },
      after: { confidence: 'MEDIUM' },
      unused: [],
    });
    expect((await call(client, 'show_incident', { incident })).structured).toMatchObject({ answers });
    await call(client, 'resolve', { incident });
  });

  it('lists its resources and prompts', async () => {
    client = await connect(null);
    const incident = await triaged();
    const { resources } = await client.listResources();
    expect(resources.map(({ uri }) => uri)).toContain(`incident://${incident}/report`);
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      'incident://{id}/report',
      'incident://{id}/timeline',
      'incident://{id}/evidence/{evidence}',
    ]);
    const { contents } = await client.readResource({ uri: `incident://${incident}/evidence/E1` });
    expect(contents[0]).toMatchObject({
      mimeType: 'application/json',
      text: expect.stringContaining('"E1"'),
    });
    const report = await client.readResource({ uri: `incident://${incident}/report` });
    expect(report.contents[0]).toMatchObject({ text: expect.stringContaining('### Root Cause Analysis') });
    await expect(client.readResource({ uri: 'incident://INC-999/report' })).rejects.toMatchObject({
      code: -32602,
    });
    const { prompts } = await client.listPrompts();
    expect(prompts.map(({ name }) => name)).toEqual(['triage', 'rollback-decision', 'postmortem']);
    const prompt = await client.getPrompt({ name: 'triage', arguments: { symptom: 'a\nb' } });
    expect(prompt.messages[0]?.content).toMatchObject({ text: expect.stringContaining('> a\n> b') });
    await call(client, 'resolve', { incident });
  });

  it('records an approval only where a person can be asked and says yes', async () => {
    client = await connect(null);
    const incident = await triaged();
    const approval = { incident, by: 'Dana Kim' };
    expect(await refusal(client, 'record_approval', approval)).toContain('wicked-platform incidents approve');
    await client.close();

    client = await connect(() => null);
    const says = await refusal(client, 'record_approval', approval).catch(String);
    expect(says).toContain('Nothing was recorded');
    await client.close();

    client = await connect(() => ({ confirmed: false }));
    expect(await refusal(client, 'record_approval', approval)).toContain('Nothing was recorded');
    expect((await call(client, 'decide', { incident })).structured['approval']).toBeNull();
    await call(client, 'resolve', { incident });
  });
});

/** A client of 2025 over stateless HTTP tells nobody what it can do; there the plain fallback above is all there is. */
const WITH_FORMS = WAYS.filter(({ name }) => name !== 'http, 2025-11-25');

describe.each(WITH_FORMS)('a person behind an agent over $name', { timeout: 120_000 }, ({ connect }) => {
  it('is shown the open questions when answer is called without any', async () => {
    const asked: string[] = [];
    client = await connect((properties) => {
      asked.push(...Object.keys(properties));
      return { 'payment-service.latencyP99Ms': ' 800 ', activeUsers: '' };
    });
    const incident = await triaged();
    await call(client, 'answer', { incident });
    expect(asked).toContain('payment-service.latencyP99Ms');
    expect((await call(client, 'show_incident', { incident })).structured).toMatchObject({
      answers: { 'payment-service.latencyP99Ms': '800' },
    });
    await call(client, 'resolve', { incident });
  });

  it('approves, and the decision carries the name', async () => {
    client = await connect((properties) => ('confirmed' in properties ? { confirmed: true } : null));
    const incident = await triaged();
    await call(client, 'record_approval', { incident, by: 'Dana Kim' });
    expect((await call(client, 'decide', { incident })).structured['approval']).toMatchObject({
      by: 'Dana Kim',
      recommendation: 'ROLLBACK',
    });
    await call(client, 'resolve', { incident });
  });
});
