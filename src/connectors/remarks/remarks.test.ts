import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fileWithHead, runConnector } from '../_kit/_testing/connector-run.ts';
import { mayBeEvidence } from '../_kit/evidence-names.ts';
import { connector } from './index.ts';

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));

test('what people said is counted and concludes nothing', async () => {
  const { coverage, gaps, ...rest } = await runConnector(connector, fixtures);
  expect(gaps).toEqual([]);
  expect(coverage.map(({ path, items, services }) => [path, items, services])).toEqual([
    ['_incident-timeline.md', 6, []],
    ['channel.txt', 2, []],
    ['slack-export.json', 2, []],
  ]);
  expect(coverage[2]?.interval).not.toBeNull();
  expect(Object.values(rest).every((list) => list.length === 0)).toBe(true);
});

test.each([
  ['irc.txt', '10:35 <dana> cart is down\n10:36 <sam> ERROR everywhere\n'],
  ['whatsapp.txt', '01/03/2024, 10:35 - Dana: cart is down\n01/03/2024, 10:36 - Sam: looking\n'],
  [
    'discord.json',
    '{"messages":[{"id":"1","timestamp":"2024-03-01T10:35:00Z","content":"cart is down","author":{"id":"2","name":"dana"}}]}',
  ],
  ['teams.json', '{"value":[{"id":"1","messageType":"message","createdDateTime":"2024-03-01T10:35:00Z"}]}'],
])('%s is a chat', (name, head) => {
  expect(connector.recognise(fileWithHead(name, head))).toBeGreaterThan(0.9);
});

test.each([
  ['app.txt', '10:35:01 INFO cart started\n10:35:02 ERROR cart: lost\n'],
  ['dated.txt', '03/01/2024 10:35:01 cart: started\n03/01/2024 10:35:02 cart: lost\n'],
  ['list.txt', '- 10:35:01 INFO cart started\n- 10:35:02 ERROR lost\n'],
  ['app.jsonl', '{"ts":1709287200.1,"type":"message","text":"order placed","service":"cart"}\n'],
  ['notes.txt', 'We met at 10:35 and left.\n'],
])('%s is none', (name, head) => {
  expect(connector.recognise(fileWithHead(name, head))).toBe(0);
});

test('Markdown is looked at under names that speak of an incident', () => {
  expect(['postmortem.md', '2024-03-01-incident.md', 'timeline.md'].map(mayBeEvidence)).toEqual([
    true,
    true,
    true,
  ]);
  expect(['README.md', 'guide.md', 'CHANGELOG.md'].map(mayBeEvidence)).toEqual([false, false, false]);
});
