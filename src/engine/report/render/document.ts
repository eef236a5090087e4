/** The one document that markdown, text and html print: blocks of untrusted plain text with roles. Knows no syntax of any format. */

/** How a piece of text is meant; a printer picks the colour. */
export type Tone = 'plain' | 'bad' | 'warn' | 'good' | 'muted';

/** A run of text. All text is untrusted: every printer cleans and escapes it. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string; readonly tone: Tone }
  | { readonly kind: 'strong'; readonly text: string; readonly tone: Tone }
  /** A name, path or value. */
  | { readonly kind: 'code'; readonly text: string }
  /** A quotation of evidence, one line. */
  | { readonly kind: 'quote'; readonly text: string }
  /** Citations such as `E1`, printed in brackets; nothing when empty. */
  | { readonly kind: 'cite'; readonly ids: readonly string[] };

export type Rich = readonly Inline[];

export type Mark = 'done' | 'open' | 'unknown';

export interface ListItem {
  readonly content: Rich;
  readonly mark: Mark | null;
  /** A command that belongs to the item, on lines of its own. */
  readonly command: string | null;
  /** Quoted lines that belong to the item. */
  readonly excerpt: string | null;
  /** Anchor that citations lead to, `E1`. */
  readonly anchor: string | null;
}

export type Block =
  | { readonly kind: 'paragraph'; readonly content: Rich }
  /** `Label: content`, or a label above the next block when the content is empty. */
  | { readonly kind: 'label'; readonly label: string; readonly content: Rich }
  /** `keep`: how many items a terminal shows. */
  | {
      readonly kind: 'list';
      readonly style: 'bullet' | 'numbered';
      readonly items: readonly ListItem[];
      readonly keep: number;
    }
  | {
      readonly kind: 'table';
      readonly columns: readonly string[];
      readonly rows: readonly (readonly Rich[])[];
      readonly keep: number;
    }
  | { readonly kind: 'command'; readonly command: string }
  /** A difference to read; the one to apply is printed by a view of its own. */
  | { readonly kind: 'patch'; readonly patch: string };

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

export interface Fact {
  readonly label: string;
  readonly content: Rich;
}

/** What a person needs in ten seconds: the first screen of a terminal, the top of the page. */
export interface Headline {
  readonly severity: string;
  readonly severityTone: Tone;
  readonly title: string;
  /** Status, duration and start in one line. */
  readonly state: string;
  readonly cause: string;
  readonly confidence: string | null;
  readonly confidenceTone: Tone;
  readonly recommendation: string;
  readonly recommendationTone: Tone;
  readonly reason: string;
  readonly command: string | null;
  /** Why there is none; null where there is one. */
  readonly noCommand: string | null;
  /** The one thing to know or confirm before acting. */
  readonly risk: string | null;
  /** A command that confirms it. */
  readonly confirm: string | null;
  readonly unknown: readonly string[];
}

export interface ReportDocument {
  readonly title: string;
  readonly facts: readonly Fact[];
  readonly headline: Headline | null;
  readonly sections: readonly Section[];
}

export function text(value: string, tone: Tone = 'plain'): Inline {
  return { kind: 'text', text: value, tone };
}

export function strong(value: string, tone: Tone = 'plain'): Inline {
  return { kind: 'strong', text: value, tone };
}

export function code(value: string): Inline {
  return { kind: 'code', text: value };
}

export function quote(value: string): Inline {
  return { kind: 'quote', text: value };
}

export function cite(ids: readonly string[]): Inline {
  return { kind: 'cite', ids };
}

export function paragraph(...content: Inline[]): Block {
  return { kind: 'paragraph', content };
}

export function label(name: string, ...content: Inline[]): Block {
  return { kind: 'label', label: name, content };
}

export function item(...content: Inline[]): ListItem {
  return { content, mark: null, command: null, excerpt: null, anchor: null };
}

export function marked(mark: Mark, ...content: Inline[]): ListItem {
  return { ...item(...content), mark };
}

export function bullets(items: readonly ListItem[], keep = 8): Block {
  return { kind: 'list', style: 'bullet', items, keep };
}

export function numbered(items: readonly ListItem[], keep = 8): Block {
  return { kind: 'list', style: 'numbered', items, keep };
}

export function table(columns: readonly string[], rows: readonly (readonly Rich[])[], keep = 12): Block {
  return { kind: 'table', columns, rows, keep };
}

export function command(value: string): Block {
  return { kind: 'command', command: value };
}

export function patch(value: string): Block {
  return { kind: 'patch', patch: value };
}

/** The ids where the content is nothing but citations, as in a column of its own; null otherwise. */
export function onlyCitations(content: Rich): readonly string[] | null {
  const [first, second] = content;
  return first?.kind === 'cite' && second === undefined ? first.ids : null;
}

/** Joins the parts with `separator` between them; empty parts are left out. */
export function joined(parts: readonly Rich[], separator: string): Rich {
  return parts
    .filter((part) => part.length > 0)
    .flatMap((part, index) => (index === 0 ? part : [text(separator), ...part]));
}
