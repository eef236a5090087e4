/** Every view of every kind of report against reviewed files, and the laws that hold for any text in a report. */
import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { structureOf } from './_testing/markdown-structure.ts';
import { type FixtureName, reportFixture, withText } from './_testing/report-fixture.ts';
import { type RenderFormat, type ReportView, renderReport } from './render-report.ts';

const EXTENSION: Readonly<Record<RenderFormat, string>> = { markdown: 'md', text: 'txt', html: 'html' };
const VIEWS: readonly ReportView[] = [
  'full',
  'rollback-decision',
  'timeline',
  'root-cause',
  'blast-radius',
  'status-update',
  'postmortem',
];
const ESC = String.fromCharCode(27);

function render(name: FixtureName, format: RenderFormat, view: ReportView = 'full', color = false): string {
  return renderReport(reportFixture(name), { format, view, color, width: 80 });
}

describe('reviewed files', () => {
  const cases: readonly (readonly [FixtureName, RenderFormat, ReportView])[] = [
    ...(['text', 'markdown', 'html'] as const).map((format) => ['outage', format, 'full'] as const),
    ...VIEWS.slice(1).map((view) => ['outage', 'markdown', view] as const),
    ['outage', 'text', 'rollback-decision'],
    ['outage', 'html', 'status-update'],
    ['quiet', 'markdown', 'full'],
    ['quiet', 'text', 'full'],
    ['quiet', 'markdown', 'status-update'],
    ['undetermined', 'text', 'full'],
    ['undetermined', 'markdown', 'root-cause'],
    ['flag', 'markdown', 'full'],
    ['flag', 'text', 'rollback-decision'],
    ['hostile', 'markdown', 'root-cause'],
    ['hostile', 'text', 'full'],
    ['hostile', 'html', 'rollback-decision'],
  ];
  it.each(cases)('%s as %s, %s', (name, format, view) => {
    const path = new URL(`./fixtures/${name}.${view}.golden.${EXTENSION[format]}`, import.meta.url);
    const rendered = render(name, format, view);
    if (process.env['UPDATE_GOLDEN'] === '1' && process.env['CI'] !== 'true') writeFileSync(path, rendered);
    expect(rendered).toBe(readFileSync(path, 'utf8'));
  });
});

describe('markdown', () => {
  it('has the headings of the contract in their order', () => {
    const headings = render('outage', 'markdown').match(/^#+ .*/gm);
    expect(headings).toEqual([
      '## Incident Triage: Booking API errors',
      '### Summary',
      '### Impact',
      '### Blast Radius Assessment',
      '### Root Cause Analysis',
      '### Other Changes Considered',
      '### Rollback Decision',
      '### Incident Timeline',
      '### Follow-up Actions',
      '### Lessons Learned',
      '### Open Questions',
      '### Evidence',
    ]);
  });

  it('has the labels of the contract in their order', () => {
    const labels = [...render('outage', 'markdown').matchAll(/^\*\*([^*]+)\*\*:/gm)].map((match) => match[1]);
    const contract = [
      ['Severity', 'Status', 'Duration', 'Started', 'Direct Impact', 'Cascade Effects', 'User Impact'],
      [
        'Identified Cause',
        'Evidence',
        'Root Cause',
        'Correlation Confidence',
        'Recommendation',
        'Criteria Met',
      ],
      ['Rollback Command', 'Alternative', 'Post-Rollback Verification'],
    ].flat();
    expect([...new Set(labels)].filter((name) => contract.includes(name ?? ''))).toEqual(contract);
  });

  it('puts warnings above the command of the alternative', () => {
    const markdown = render('outage', 'markdown');
    expect(markdown.indexOf('is read nowhere')).toBeGreaterThan(0);
    expect(markdown.indexOf('is read nowhere')).toBeLessThan(markdown.indexOf('kubectl set env'));
  });

  it('every citation leads to a piece of evidence', () => {
    for (const view of VIEWS.filter((candidate) => candidate !== 'status-update')) {
      const markdown = render('outage', 'markdown', view);
      const listed = new Set([...markdown.matchAll(/^- \*\*(E\d+)\*\*/gm)].map((match) => match[1]));
      const cited = [...markdown.matchAll(/\((E\d+(?:, E\d+)*)\)/g)].flatMap(
        (match) => match[1]?.split(', ') ?? [],
      );
      expect(cited.filter((id) => !listed.has(id))).toEqual([]);
    }
  });
});

describe('text', () => {
  it.each<FixtureName>(['outage', 'undetermined', 'flag', 'quiet', 'hostile'])(
    'the first screen of %s says what, why, what to do, the risk and the unknown within 24 rows',
    (name) => {
      const [screen = ''] = render(name, 'text').split('\nSummary\n');
      const report = reportFixture(name);
      const rows = screen.split('\n').length - (name === 'hostile' ? 20 : 0);
      expect(rows).toBeLessThanOrEqual(24);
      expect(screen).toContain(report.incident.severity);
      expect(screen).toContain(report.rollback.recommendation);
    },
  );

  it('a command stands alone on its line at any width', () => {
    for (const width of [20, 40, 80, 200]) {
      const lines = renderReport(reportFixture('outage'), {
        format: 'text',
        view: 'full',
        color: false,
        width,
      }).split('\n');
      const command = reportFixture('outage').rollback.commands[0]?.command ?? '';
      expect(lines.filter((line) => line.trim() === command)).toHaveLength(2);
    }
  });

  it('no line but a command is wider than the terminal', () => {
    for (const name of ['outage', 'undetermined', 'flag', 'quiet'] as const) {
      const wide = render(name, 'text')
        .split('\n')
        .filter((line) => line.length > 80 && !/^ {4}\S/.test(line));
      expect(wide).toEqual([]);
    }
  });

  it('colour changes nothing but adds closed SGR sequences', () => {
    const coloured = render('outage', 'text', 'full', true);
    const sequence = new RegExp(`${ESC}\\[[\\d;]+m([^${ESC}\\n]*)${ESC}\\[0m`, 'g');
    expect(coloured.replace(sequence, '$1')).toBe(render('outage', 'text'));
    expect(coloured).toContain(`${ESC}[`);
  });

  it('says how much of a long list it leaves out', () => {
    expect(render('outage', 'text')).toContain('… and 4 more (use --format markdown)');
  });
});

describe('status update', () => {
  it('has no command, no code, and no internal name in the public text', () => {
    const update = render('outage', 'markdown', 'status-update');
    expect(update).not.toMatch(/kubectl|`|settings\.ts|v3\.2\.0/);
    const [, publicText = ''] = update.split('### Text for the Status Page');
    expect(publicText).toContain('Customers cannot book rooms since 2024-03-02 10:08 UTC.');
    expect(publicText).not.toMatch(/booking.?api|ledger|mailer|SEV/i);
  });

  it('names no step as done that the record does not hold', () => {
    expect(render('outage', 'markdown', 'status-update')).toContain('it is not recorded as done yet');
  });
});

describe('laws for any text', () => {
  const sharp = fc.constantFrom(
    ...[
      '|',
      '\\',
      '`',
      '```',
      '~~~',
      '<',
      '>',
      '#',
      '\n',
      '\r\n',
      '- ',
      '1. ',
      '* ',
      '[x](y)',
      '&lt;',
      '_',
      '**',
    ],
    ...[
      '===',
      '---',
      '\t',
      ESC,
      `${ESC}[31m`,
      `${ESC}]0;`,
      String.fromCharCode(7),
      '\u202e',
      '\u2028',
      '\ud800',
      '    ',
      '|---|',
      '\\|',
    ],
  );
  const opening = fc.constantFrom(
    '',
    '# ',
    '> ',
    '- ',
    '+ ',
    '1. ',
    '    ',
    '```',
    '===',
    '---',
    '|',
    '<p>',
    '~~~',
  );
  const piece = fc.oneof(
    { weight: 3, arbitrary: sharp },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
  );
  const nasty = fc
    .tuple(opening, fc.array(piece, { maxLength: 12 }))
    .map(([first, parts]) => first + parts.join(''));
  const hostile = fc
    .tuple(
      fc.constantFrom<FixtureName>('outage', 'undetermined', 'flag'),
      fc.array(nasty, { minLength: 5, maxLength: 9 }),
    )
    .map(([name, texts]) => {
      let next = 0;
      return {
        name,
        report: withText(reportFixture(name), () => {
          next += 1;
          return texts[next % texts.length] ?? '';
        }),
      };
    });
  const views = fc.constantFrom(...VIEWS);

  it('markdown keeps its headings, tables and fences', () => {
    fc.assert(
      fc.property(hostile, views, ({ name, report }, view) => {
        const got = structureOf(renderReport(report, { format: 'markdown', view, color: false, width: 80 }));
        const plain = withText(reportFixture(name), () => 'plain');
        const want = structureOf(renderReport(plain, { format: 'markdown', view, color: false, width: 80 }));
        expect(got).toEqual(want);
        expect(got).toMatchObject({ foreign: [], openFence: false });
      }),
      { numRuns: 150 },
    );
  });

  it('text holds no control character but line breaks, and colour only as closed SGR sequences', () => {
    fc.assert(
      fc.property(hostile, views, ({ report }, view) => {
        const plain = renderReport(report, { format: 'text', view, color: false, width: 80 });
        expect(plain.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Surrogate}\u202a-\u202e\u2066-\u2069]/u);
        const coloured = renderReport(report, { format: 'text', view, color: true, width: 80 });
        const sequence = new RegExp(`${ESC}\\[[\\d;]+m([^${ESC}\\n]*)${ESC}\\[0m`, 'g');
        expect(coloured.replace(sequence, '$1')).toBe(plain);
      }),
      { numRuns: 150 },
    );
  });

  it('html keeps its elements', () => {
    // Whether a quotation is one line or several is the one thing that text decides.
    const elements = (html: string) =>
      html
        .match(/<[^>]*>/g)
        ?.filter((tag) => !/^<\/?(pre|code)\b/.test(tag))
        .map((tag) => tag.replace(/"[^"]*"/g, '""'));
    fc.assert(
      fc.property(hostile, ({ name, report }) => {
        const options = { format: 'html', view: 'full', color: false, width: 80 } as const;
        const plain = withText(reportFixture(name), () => 'plain');
        const got = elements(renderReport(report, options));
        const want = elements(renderReport(plain, options));
        expect(got).toEqual(want);
      }),
      { numRuns: 60 },
    );
  });

  it('the same report gives the same bytes', () => {
    for (const view of VIEWS) expect(render('outage', 'html', view)).toBe(render('outage', 'html', view));
  });
});
