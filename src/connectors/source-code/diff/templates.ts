/** What a template of pages, mails or texts asks of the values that it is given. Markup and words are no part of it. */
import { oneLine } from '../syntax/shape.ts';
import type { FeatureDraft } from './feature-draft.ts';

const TEMPLATE =
  /\.(?:html?|j2|jinja2?|erb|ejs|hbs|handlebars|mustache|twig|tmpl|gotmpl|gohtml|tpl|ftl|vm|jsp|cshtml|liquid|njk|txt|mjml)$/i;
const EXPRESSION =
  /\{\{[\s\S]{1,300}?\}\}|\{%[\s\S]{1,300}?%\}|<%[=-]?[\s\S]{1,300}?%>|\$\{[^}\n]{1,200}\}|\bth:[\w-]+="[^"\n]{1,200}"/g;
const MAX_FEATURES = 6;

interface Expression {
  readonly text: string;
  readonly line: number;
}

function expressionsIn(text: string): readonly Expression[] {
  const found: Expression[] = [];
  let [line, at] = [1, 0];
  for (const match of text.matchAll(EXPRESSION)) {
    for (; at < match.index; at += 1) if (text.charCodeAt(at) === 10) line += 1;
    found.push({ text: match[0].replace(/\s+/g, ' '), line });
  }
  return found;
}

/** Expressions of one side that the other has not, each as often as it stands there more. */
function besides(left: readonly Expression[], right: readonly Expression[]): readonly Expression[] {
  const counts = new Map<string, number>();
  for (const { text } of right) counts.set(text, (counts.get(text) ?? 0) + 1);
  return left.filter(({ text }) => {
    const count = counts.get(text) ?? 0;
    counts.set(text, count - 1);
    return count <= 0;
  });
}

function namesIn(text: string): readonly string[] {
  return text.match(/[A-Za-z_]\w{2,}/g) ?? [];
}

/** Names of the one that the other does not say come first: they are what differs. */
function symbolsOf(now: string, old: string): readonly string[] {
  const [came, went] = [namesIn(now), namesIn(old)];
  const differing = [
    ...came.filter((name) => !went.includes(name)),
    ...went.filter((name) => !came.includes(name)),
  ];
  return [...new Set([...differing, ...came])].slice(0, 8);
}

/** Values that a template reads otherwise, reads no more, or reads now; nothing where the file is no template. */
export function templateFeatures(path: string, before: string, after: string): readonly FeatureDraft[] {
  if (!TEMPLATE.test(path)) return [];
  const [old, now] = [expressionsIn(before), expressionsIn(after)];
  const [went, came] = [besides(old, now), besides(now, old)];
  const renamed = came.slice(0, went.length).map(
    (each, index): FeatureDraft => ({
      kind: 'field-renamed',
      detail: `the template reads ${oneLine(each.text)} instead of ${oneLine(went[index]?.text ?? '')}`,
      symbols: symbolsOf(each.text, went[index]?.text ?? ''),
      line: each.line,
      old: false,
    }),
  );
  const gone = went.slice(came.length).map(
    (each): FeatureDraft => ({
      kind: 'field-removed',
      detail: `the template no longer reads ${oneLine(each.text)}`,
      symbols: symbolsOf('', each.text),
      line: each.line,
      old: true,
    }),
  );
  const added = came.slice(went.length).map(
    (each): FeatureDraft => ({
      kind: 'logic-changed',
      detail: `the template reads ${oneLine(each.text)} now`,
      symbols: symbolsOf(each.text, ''),
      line: each.line,
      old: false,
    }),
  );
  return [...renamed, ...gone, ...added].slice(0, MAX_FEATURES);
}
