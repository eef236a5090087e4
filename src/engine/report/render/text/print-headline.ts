/** The first screen of a terminal: what, cause, decision with its command, the one risk, what is unknown; 24 rows of 80 columns hold it. */
import type { Headline } from '../document.ts';
import { cleanCommand, cleanLine } from '../words/clean.ts';
import { paint } from './colour.ts';
import { columnsOf, firstLines, type Span, wrap } from './wrap.ts';

const LABEL_COLUMNS = 10;
/** Rows that each part may take: with three blank ones and two commands of one line at most 23. */
const ROWS = { title: 2, state: 2, cause: 4, decision: 3, risk: 3, unknown: 2, allUnknown: 4 } as const;

export interface Screen {
  readonly color: boolean;
  readonly width: number;
}

export function printHeadline(headline: Headline, screen: Screen): readonly string[] {
  return [
    ...badgeLines(headline, screen),
    '',
    ...part('CAUSE', causeSpans(headline), ROWS.cause, screen),
    ...part('DECISION', decisionSpans(headline), ROWS.decision, screen),
    ...(headline.command === null ? [] : ['', ...commandLines(headline.command, screen.color), '']),
    ...riskLines(headline, screen),
    ...unknownLines(headline, screen),
  ];
}

/** A command stands alone on its lines, is never wrapped, and can be copied as it is. */
export function commandLines(command: string, color: boolean): readonly string[] {
  return cleanCommand(command).map((line) => `    ${paint(line, 'command', color)}`);
}

function badgeLines(headline: Headline, screen: Screen): readonly string[] {
  const badge = ` ${headline.severity} `;
  const lead: Span = { text: `${badge} `, style: 'plain' };
  const title: Span[] = [{ text: cleanLine(headline.title), style: 'bold' }];
  const [first = '', ...rest] = firstLines(wrap(title, screen.width, lead, screen.color), ROWS.title);
  const painted = paint(
    badge,
    headline.severityTone === 'bad' ? 'badge' : headline.severityTone,
    screen.color,
  );
  const blanks = ' '.repeat(columnsOf(lead.text));
  return [
    `${painted} ${first.slice(lead.text.length)}`,
    ...rest,
    ...wrap(
      [{ text: cleanLine(headline.state), style: 'dim' }],
      screen.width,
      { text: blanks, style: 'plain' },
      screen.color,
    ),
  ];
}

function causeSpans(headline: Headline): readonly Span[] {
  const cause: Span = { text: `${cleanLine(headline.cause)} `, style: 'plain' };
  if (headline.confidence === null) return [cause];
  return [{ text: `Confidence ${headline.confidence}: `, style: headline.confidenceTone }, cause];
}

function decisionSpans(headline: Headline): readonly Span[] {
  const reason = cleanLine(headline.reason).trim();
  return [
    { text: headline.recommendation, style: headline.recommendationTone },
    { text: reason === '' ? '' : ` — ${reason}`, style: 'plain' },
  ];
}

function riskLines(headline: Headline, screen: Screen): readonly string[] {
  const risk =
    headline.risk === null
      ? []
      : part('BEFORE', [{ text: cleanLine(headline.risk), style: 'plain' }], ROWS.risk, screen);
  const confirm = headline.confirm === null ? [] : commandLines(headline.confirm, screen.color);
  return [...risk, ...confirm];
}

function unknownLines(headline: Headline, screen: Screen): readonly string[] {
  const lines = headline.unknown.flatMap((entry, index) =>
    part(index === 0 ? 'UNKNOWN' : '', [{ text: cleanLine(entry), style: 'plain' }], ROWS.unknown, screen),
  );
  return firstLines(lines, ROWS.allUnknown);
}

function part(name: string, spans: readonly Span[], rows: number, screen: Screen): readonly string[] {
  const lead: Span = { text: name.padEnd(LABEL_COLUMNS), style: 'bold' };
  return firstLines(wrap(spans, screen.width - 2, lead, screen.color), rows);
}
