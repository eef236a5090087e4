/** Which functions of a repository answer requests, by what their routes say: annotations, decorators, and calls that register a handler. */
import { categoryOf } from '../diff/category.ts';
import type { RepositoryReader } from '../repository-reader.ts';
import { unitOf } from '../services/folders.ts';
import { findRoles, type SyntaxNode } from '../syntax/node.ts';
import type { FunctionAt } from './function-at.ts';
import { handlersNamed } from './handlers.ts';
import { type RemotePath, segmentsOf } from './remote-calls.ts';

export interface Route {
  readonly path: string;
  readonly line: number;
  readonly unit: string;
  readonly method: string | null;
  readonly segments: readonly string[];
  /** Names that stand on the line behind the path: `post(quotes)`, `h.Product`. */
  readonly handlers: readonly string[];
}

/** Lines that may say a route; POSIX, for git. */
const ROUTE_LINES = [
  '@(Get|Post|Put|Delete|Patch|Request)Mapping',
  '\\[(Http(Get|Post|Put|Delete|Patch)|Route)',
  'Map(Get|Post|Put|Delete|Patch)\\(',
  '(HandleFunc|Handle|Methods)\\(',
  '[.@:](get|post|put|delete|patch|all|any|route|api_route|match|GET|POST|PUT|DELETE|PATCH)\\(',
  '#\\[(get|post|put|delete|patch)\\(',
  '(^|[^[:alnum:]_.])((re_)?path|url|Route)\\([[:space:]]*r?["\']',
  'add_((get|post|put|delete|patch|route)|(url_rule|api_route))\\(',
  '^[[:space:]]*(get|post|put|delete|patch)[[:space:]]+["\']',
  '@(GET|POST|PUT|DELETE|PATCH|Path|Get|Post|Put|Delete|Patch|Controller)',
];
/** Above a function, which it makes answer. */
const ABOVE =
  /^\s*(?:@(?:(Get|Post|Put|Delete|Patch|Request)Mapping|(Get|Post|Put|Delete|Patch|Path)\b|\w+\.(get|post|put|delete|patch|route|api_route))|\[\s*(?:Http(Get|Post|Put|Delete|Patch)|Route)|#\[(get|post|put|delete|patch))/;
/** A call that names what answers, or holds it. */
const REGISTERED =
  /(?:\b(?:app|api|r|e|g|mux|server|fastify|group|bp|engine|routes?|Route|\w*[rR]outer|Router::new\(\))|^\s*)(?:\.|::)(?:Map)?(get|post|put|delete|patch|all|any|route|match|HandleFunc|Handle|GET|POST|PUT|DELETE|PATCH|Get|Post|Put|Delete|Patch)\s*\(/;
/** The same of frameworks whose calls have names of their own: those of Django and Starlette, of aiohttp and Flask, of Rails and Phoenix. */
const LISTED =
  /(?:^|[^\w.])(?:(?:re_)?path|url|Route)\(\s*r?["']|\badd_(?:(get|post|put|delete|patch)|route|url_rule|api_route)\(|^\s*(get|post|put|delete|patch)\s+["'](?=.*(?:#|:\w))/;
/** An expression says where it begins and ends, and what its groups are called. */
const EXPRESSION = /\b(?:re_path|url)\(\s*r?["']/;
/** Interfaces that clients are made of carry the same annotations, and ask. */
const CLIENTS = /@FeignClient|@RegisterRestClient|\bretrofit2?\.|\busing Refit\b/;
const QUOTED = /["'`]([^"'`\s]*)["'`]/;
const MAX_PER_FILE = 80;
/** A decorator may stand so many lines above its function. */
const ABOVE_LINES = 8;

/** Part of all paths of a file: `@RequestMapping("/api")` of the class, `[Route("api/[controller]")]`, `APIRouter(prefix="/api")`. */
function prefixOf(text: string): readonly string[] {
  const spring =
    /@RequestMapping\(\s*(?:(?:value|path)\s*=\s*)?\{?\s*"([^"]+)"[^)]*\)[^;{]*\b(?:class|interface)\b/.exec(
      text,
    )?.[1];
  const [, route, name] =
    /\[Route\("([^"]+)"\)\][^;{]*\bclass\s+(\w+?)(?:Controller)?\b/.exec(text) ??
    /@(?:Controller|Path)\(\s*['"]([^'"]+)['"]\s*\)[^;{]*\bclass\s+(\w+?)(?:Controller)?\b/.exec(text) ??
    [];
  const python = /\b(?:APIRouter|Blueprint)\([^)]*prefix\s*=\s*["']([^"']+)["']/.exec(text)?.[1];
  return segmentsOf(spring ?? route?.replace('[controller]', name ?? '') ?? python ?? '');
}

function asPath(written: string, line: string): string {
  return EXPRESSION.test(line) ? written.replace(/^\^|\\?\$$/g, '').replace(/\([^()]*\)/g, '*') : written;
}

function methodOf(words: readonly (string | undefined)[]): string | null {
  const word = words.find((each) => each !== undefined)?.toLowerCase() ?? '';
  return /^(get|post|put|delete|patch)$/.test(word) ? word : null;
}

export class Routes {
  private readonly reader: RepositoryReader;
  private found: Promise<readonly Route[]> | null = null;

  constructor(reader: RepositoryReader) {
    this.reader = reader;
  }

  all(): Promise<readonly Route[]> {
    this.found ??= this.read();
    return this.found;
  }

  private async read(): Promise<readonly Route[]> {
    const lines = await this.reader.git.grep({
      revision: this.reader.revision,
      syntax: 'extended',
      patterns: ROUTE_LINES,
      maxPerFile: MAX_PER_FILE,
    });
    const routes: Route[] = [];
    for (const { path, line, text } of lines) {
      const unit = unitOf(path);
      if (unit === null || categoryOf(path) !== 'code') continue;
      const above = ABOVE.exec(text);
      const registered = above === null ? (REGISTERED.exec(text) ?? LISTED.exec(text)) : null;
      const written = QUOTED.exec(text)?.[1] ?? null;
      if ((above ?? registered) === null || (written === null && above === null)) continue;
      const source = await this.reader.file(path);
      if (source !== null && CLIENTS.test(source.text)) continue;
      const rest = written === null ? '' : text.slice(text.indexOf(written) + written.length);
      routes.push({
        path,
        line,
        unit,
        method:
          methodOf((above ?? registered ?? []).slice(1)) ??
          methodOf([/\b(get|post|put|delete|patch)\(/.exec(rest)?.[1]]),
        segments: [...prefixOf(source?.text ?? ''), ...segmentsOf(asPath(written ?? '', text))],
        handlers: above === null ? (rest.match(/[A-Za-z_]\w*/g) ?? []) : [],
      });
    }
    return routes;
  }

  /** The function that a route stands above, that stands in it, or that it names. */
  async handler(route: Route): Promise<readonly FunctionAt[]> {
    const root = await this.reader.tree(route.path);
    if (root === null) return [];
    const functions = findRoles(root, 'function');
    if (route.handlers.length === 0) {
      const own = functions.find(
        (node) =>
          isHeadOn(node, route.line) || (node.line > route.line && node.line - route.line <= ABOVE_LINES),
      );
      return own === undefined ? [] : [{ path: route.path, node: own }];
    }
    const inline = functions.filter((node) => node.line >= route.line && node.line - route.line <= 1);
    const isWritten = inline.length > 0 && /=>|\bfunc(tion)?\b|\|/.test(lineText(root, route.line));
    if (isWritten) return inline.slice(0, 1).map((node) => ({ path: route.path, node }));
    return handlersNamed(route.handlers, route.unit, this.reader);
  }
}

/** The line is one of those above the body of the function. */
function isHeadOn(node: SyntaxNode, line: number): boolean {
  const body = node.child('body');
  return node.line <= line && line <= (body?.line ?? node.line) && node.endLine >= line;
}

function lineText(root: SyntaxNode, line: number): string {
  const { text, lineStarts } = root.source;
  return text.slice(lineStarts[line - 1] ?? 0, lineStarts[line] ?? text.length);
}

/** So many parts of a path agree with a route that are no fillings; 0 where it does not fit. */
export function fitOf(call: RemotePath, route: Route): number {
  if (call.method !== null && route.method !== null && call.method !== route.method) return 0;
  // Without a host the code says only the end of the path, or the way to a gateway before it.
  const isWhole = call.host !== null && call.segments.length < route.segments.length;
  if (isWhole || route.segments.length === 0) return 0;
  const length = Math.min(call.segments.length, route.segments.length);
  let agreed = 0;
  for (let index = 1; index <= length; index += 1) {
    const [a = '*', b = '*'] = [call.segments.at(-index), route.segments.at(-index)];
    if (a !== '*' && b !== '*' && a !== b) return 0;
    if (a === b && a !== '*') agreed += 1;
  }
  return agreed;
}
