import { expect, test } from 'vitest';
import { runConnector } from '../../_kit/_testing/connector-run.ts';
import { removeFolder } from '../../_kit/_testing/temporary-repository.ts';
import { type Files, repositoryOf } from '../_testing/code-repository.ts';
import { connector } from '../index.ts';

async function edgesOf(files: Files): Promise<readonly string[]> {
  const { root } = repositoryOf(files);
  try {
    const { edges } = await runConnector(connector, root);
    return edges.map(({ from, to }) => `${from} reads ${to}`);
  } finally {
    removeFolder(root);
  }
}

const DESK = {
  'services/desk/settings.js': "module.exports = { topic: 'loans.returned' };\n",
  'services/desk/bus.js': 'function tell(m) {\n  bus.publish(settings.topic, m);\n}\n',
};

test.each([
  {
    name: 'a subscriber reads what the publisher of the same topic writes',
    files: {
      ...DESK,
      'services/shelver/main.go':
        'package main\n\nconst topic = "loans.returned"\n\nfunc main() {\n\tconsume(topic)\n}\n',
    },
    want: ['shelver reads desk'],
  },
  {
    name: 'another topic ties nobody',
    files: {
      ...DESK,
      'services/shelver/main.go':
        'package main\n\nconst topic = "loans.overdue"\n\nfunc main() {\n\tconsume(topic)\n}\n',
    },
    want: [],
  },
  {
    name: 'topics that stand in the calls tell the direction, also of whoever reads one and writes another',
    files: {
      'services/desk/bus.js': "function tell(m) {\n  channel.sendToQueue('loans.returned', m);\n}\n",
      'services/shelver/worker.py':
        'def main():\n    channel.basic_consume("loans.returned", on_message)\n    channel.basic_publish("", "loans.shelved", "x")\n    channel.basic_publish("", "loans.returned", "again")\n',
      'services/mailer/index.js': "channel.consume('loans.shelved', (m) => send(m));\n",
    },
    want: ['shelver reads desk', 'mailer reads shelver'],
  },
  {
    name: 'two that publish tie nobody',
    files: {
      ...DESK,
      'services/till/main.go':
        'package main\n\nconst topic = "loans.returned"\n\nfunc main() {\n\tpublish(topic)\n}\n',
    },
    want: [],
  },
])('$name', async ({ files, want }) => expect(await edgesOf(files)).toEqual(want));
