/** Who calls whom out of graphs that meshes and trace stores draw: lists of callers and callees, with or without a list of nodes that they name by id. Pure. */
import { canonicalServiceName, type ServiceName } from '../../domain/service.ts';
import { Fields, textOf } from '../_kit/fields.ts';
import { objectAt } from '../_kit/nested.ts';
import { isObject, type JsonObject } from '../_kit/records.ts';

const CALLER = ['parent', 'source', 'caller', 'from', 'client', 'src', 'upstream'];
const CALLEE = ['child', 'target', 'callee', 'to', 'server', 'destination', 'dst', 'downstream'];
const NAME = ['app', 'service', 'service_name', 'workload', 'name', 'title', 'label'];
/** What meshes call who asks from outside. */
const NOBODY = /^(unknown|istio-ingressgateway|ingress|user|client|internet|-)$/i;

export interface Edge {
  readonly from: ServiceName;
  readonly to: ServiceName;
  /** JSON pointer of the element. */
  readonly pointer: string;
  readonly text: string;
}

interface Listed {
  readonly value: JsonObject;
  readonly pointer: string;
}

/** Elements of a list; of `{ "data": {…} }` the inner object. */
function elements(document: unknown, keys: readonly string[]): readonly Listed[] {
  let current: unknown = document;
  for (const key of keys) current = isObject(current) ? current[key] : undefined;
  if (!Array.isArray(current)) return [];
  const prefix = keys.map((key) => `/${key}`).join('');
  return current.flatMap((value: unknown, index): readonly Listed[] => {
    if (!isObject(value)) return [];
    const inner = objectAt(value, 'data');
    const isWrapped = Object.keys(inner).length > 0;
    return [{ value: isWrapped ? inner : value, pointer: `${prefix}/${index}${isWrapped ? '/data' : ''}` }];
  });
}

const EDGES: readonly (readonly string[])[] = [
  ['elements', 'edges'],
  ['edges'],
  ['links'],
  ['dependencies'],
  ['data', 'edges'],
  ['data', 'links'],
  ['data'],
  [],
];
const NODES: readonly (readonly string[])[] = [
  ['elements', 'nodes'],
  ['nodes'],
  ['data', 'nodes'],
  ['services'],
];

function namesById(document: unknown): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { value } of NODES.flatMap((keys) => elements(document, keys))) {
    const id = textOf(value['id']) ?? textOf(value['key']);
    const name = new Fields(value).text(...NAME) ?? id;
    if (id !== null && name !== null) names.set(id, name);
  }
  return names;
}

/** Null where the document is no graph of callers and callees. */
export function decodeGraph(
  document: unknown,
): { readonly edges: readonly Edge[]; readonly rejected: number } | null {
  const names = namesById(document);
  for (const keys of EDGES) {
    const listed = elements(document, keys);
    const pairs = listed.map(({ value, pointer }) => {
      const fields = new Fields(value);
      return { from: fields.text(...CALLER), to: fields.text(...CALLEE), pointer, value };
    });
    if (pairs.length === 0 || !pairs.some(({ from, to }) => from !== null && to !== null)) continue;
    // A bare list of pairs says nothing else; beside nodes the pairs are of these.
    if (names.size === 0 && !pairs.some(({ value }) => COUNTED.some((key) => key in value))) continue;
    const edges = pairs.flatMap(({ from, to, pointer, value }): readonly Edge[] => {
      const [caller, callee] = [from, to].map((id) => canonicalServiceName(names.get(id ?? '') ?? id ?? ''));
      if (caller === undefined || callee === undefined || caller === '' || callee === '' || caller === callee)
        return [];
      return NOBODY.test(caller) || NOBODY.test(callee)
        ? []
        : [{ from: caller, to: callee, pointer, text: JSON.stringify(value) }];
    });
    return { edges, rejected: pairs.filter(({ from, to }) => from === null || to === null).length };
  }
  return null;
}

const COUNTED = ['callCount', 'call_count', 'calls', 'errorCount', 'count', 'requests', 'rate', 'traffic'];

/** By keys of the head alone, which may be cut. */
export function looksLikeGraph(head: string): boolean {
  const hasPair = CALLER.some((from) =>
    CALLEE.some((to) => new RegExp(`"${from}"\\s*:\\s*"[^"]+"\\s*,\\s*"${to}"\\s*:\\s*"[^"]+"`).test(head)),
  );
  if (hasPair && /"(callCount|call_count|errorCount)"\s*:\s*\d/.test(head)) return true;
  const isGraph =
    /"(nodes)"\s*:\s*\[/.test(head) && (/"(edges|links)"\s*:\s*\[/.test(head) || head.length > 60_000);
  return isGraph && /"(nodeType|workload|app|service|service_name|graphType)"\s*:/.test(head);
}
