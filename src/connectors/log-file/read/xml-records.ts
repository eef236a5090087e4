/** Logs that are XML documents (java.util.logging's file handler, log4j's XML layout, an export of Windows' event viewer), as one line a record. Pure. */

/** The root of a log, and a record right below it; of Configuration and test reports the root is another. */
const HEAD =
  /^\uFEFF?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!DOCTYPE[^>]{0,200}>\s*)?(?:<!--[^>]{0,400}-->\s*)?<(?:log|logs|events|records|(?:log4j:)?eventSet)\b[^>]{0,400}>\s*<(?:record|(?:log4j:)?event|entry|logentry)\b/i;
/** Files of log4j have no root: they are meant to be included in a document. */
const BARE = /^\uFEFF?\s*<log4j:event\b|^\uFEFF?\s*<Event xmlns=/;
const START = /<((?:log4j:)?(?:record|event|entry|logentry))\b/gi;

export function isXmlLog(head: string): boolean {
  const start = head.slice(0, 2_048);
  return HEAD.test(start) || BARE.test(start);
}

/** A record on one line, and `:12` for the line on which it begins. */
export interface XmlLine {
  readonly text: string;
  readonly pointer: string;
}

/** A record runs to its closing element; one that is cut off is left out. */
export function linesOfXml(text: string, maxRows: number): readonly XmlLine[] {
  const lines: XmlLine[] = [];
  let line = 1;
  let counted = 0;
  START.lastIndex = 0;
  for (let found = START.exec(text); found !== null && lines.length < maxRows; found = START.exec(text)) {
    const close = `</${found[1]}>`;
    const end = text.indexOf(close, found.index);
    if (end < 0) break;
    for (let at = text.indexOf('\n', counted); at >= 0 && at < found.index; at = text.indexOf('\n', at + 1)) {
      line++;
      counted = at + 1;
    }
    const record = text.slice(found.index, end + close.length);
    lines.push({ text: record.replaceAll(/\s*\r?\n\s*/g, ' '), pointer: `:${line}` });
    START.lastIndex = end + close.length;
  }
  return lines;
}
