import { expect, test } from 'vitest';
import { every, patternAt, snapshotOf, streamOf } from '../_testing/situations.ts';
import { detect } from '../detect/detect.ts';
import { normalise } from '../normalise/normalise.ts';
import { gatherFacts } from './facts.ts';
import { feedsSilent } from './topic-feeds.ts';

const line = (text: string, service: string, to: number) =>
  patternAt(text, service, every(10, 0, to), {}, 'info');

/** What `desk` feeds where `mailer` stops doing its work while it still looks for it. */
function fed(published: string, handled: string) {
  const situation = normalise(
    snapshotOf(
      {
        streams: [streamOf('desk', 0, 7200), streamOf('mailer', 0, 7200)],
        patterns: [
          line(published, 'desk', 7200),
          line(handled, 'mailer', 4800),
          line('waiting for work', 'mailer', 7200),
        ],
      },
      7200,
    ),
  );
  const feed = feedsSilent('desk', gatherFacts(situation, detect(situation)));
  return feed === null ? null : `${feed.topic} to ${feed.consumer}`;
}

test.each([
  {
    name: 'by name',
    published: 'published order.placed <*>',
    handled: 'handled order.placed <*> in <*> ms',
    want: 'order.placed to mailer',
  },
  {
    name: 'in other words',
    published: 'produced event to topic order.placed',
    handled: 'processed order.placed message <*>',
    want: 'order.placed to mailer',
  },
  {
    name: 'not where the names differ',
    published: 'published order.placed <*>',
    handled: 'handled order.paid <*>',
    want: null,
  },
  {
    name: 'not where nothing is published',
    published: 'stored order.placed <*>',
    handled: 'handled order.placed <*>',
    want: null,
  },
])('a topic feeds whoever fell silent: $name', ({ published, handled, want }) =>
  expect(fed(published, handled)).toBe(want),
);
