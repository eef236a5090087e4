/** Who uses whom out of a workspace of Structurizr (C4 models as text): containers and systems by their identifiers, and the arrows between them. Pure. */
import { canonicalServiceName } from '../../domain/service.ts';
import type { Edge } from './decode.ts';

const ELEMENT =
  /^\s*(?:([A-Za-z_][\w-]*)\s*=\s*)?(person|softwareSystem|container|component)\s+"([^"]{1,120})"/i;
const ARROW = /^\s*(?:[A-Za-z_][\w-]*\s*=\s*)?([A-Za-z_][\w.-]*)\s*->\s*([A-Za-z_][\w.-]*)\b/;
const MAX_LINES = 50_000;

export function isStructurizr(head: string): boolean {
  return /^\s*workspace\b[^\n]*\{/m.test(head) && /\b(?:softwareSystem|container)\s+"|->/.test(head);
}

export interface DrawnEdge extends Edge {
  /** 1-based. */
  readonly line: number;
  readonly byteOffset: number;
}

interface Element {
  readonly kind: string;
  readonly name: string;
}

/** An arrow that ends at a person or at what was never drawn is no dependency; `a.b` is `b` within `a`. */
export function readStructurizr(text: string): {
  readonly edges: readonly DrawnEdge[];
  readonly rejected: number;
} {
  const lines = text.split('\n').slice(0, MAX_LINES);
  const elements = new Map<string, Element>();
  for (const line of lines) {
    const found = ELEMENT.exec(line);
    if (found?.[1] !== undefined)
      elements.set(found[1].toLowerCase(), { kind: (found[2] ?? '').toLowerCase(), name: found[3] ?? '' });
  }
  const edges: DrawnEdge[] = [];
  let rejected = 0;
  let byteOffset = 0;
  for (const [index, line] of lines.entries()) {
    const start = byteOffset;
    byteOffset += Buffer.byteLength(line) + 1;
    const arrow = ARROW.exec(line);
    if (arrow === null) continue;
    const [from, to] = [arrow[1], arrow[2]].map((id) =>
      elements.get((id ?? '').split('.').at(-1)?.toLowerCase() ?? ''),
    );
    if (from === undefined || to === undefined) rejected += 1;
    else if (from.kind !== 'person' && to.kind !== 'person') {
      const [caller, callee] = [canonicalServiceName(from.name), canonicalServiceName(to.name)];
      if (caller !== '' && callee !== '' && caller !== callee)
        edges.push({
          from: caller,
          to: callee,
          pointer: '',
          text: line.trim(),
          line: index + 1,
          byteOffset: start,
        });
    }
  }
  return { edges, rejected };
}
