/** What a call asks of another service over the network: the path of a request, or the procedure of a remote interface. Pure; who answers is not looked up. */
import { bindingOf, rootOf } from '../definitions/scope.ts';
import type { SyntaxNode } from '../syntax/node.ts';
import { argumentsOf, calleeName, calleeText } from '../syntax/shape.ts';

export interface RemotePath {
  readonly kind: 'path';
  /** Host as written, null where the code does not say it. */
  readonly host: string | null;
  /** Parts of the path in lower case, `*` for one that is filled in. */
  readonly segments: readonly string[];
  /** `get`, `post`, …; null where the name of the call does not tell. */
  readonly method: string | null;
}

export interface RemoteProcedure {
  readonly kind: 'procedure';
  /** Name of the interface, `ProductCatalog` of `NewProductCatalogServiceClient`; null where only the call is named. */
  readonly of: string | null;
  readonly name: string;
}

/** A longer argument is a body, and no address stands in it. */
const MAX_ARGUMENT = 600;
const METHOD = /^(get|post|put|patch|delete)/i;
const STRING = /(["'`])((?:https?:\/\/|\/|\{\})[^"'`\s]*)\1/g;

/** Paths of requests that a call is given: texts, joined texts, and constants of the file that hold one. */
export function remotePaths(call: SyntaxNode): readonly RemotePath[] {
  const method = (METHOD.exec(calleeName(call))?.[1] ?? saidMethod(call))?.toLowerCase() ?? null;
  return argumentsOf(call).flatMap((argument) => {
    if (argument.text.length > MAX_ARGUMENT) return [];
    const own = pathsIn(argument.text, method);
    return own.length > 0 ? own : heldBy(argument, method);
  });
}

/** `HttpMethod.POST`, `http.MethodPost`, `method: 'POST'`, `request('POST', …)`. */
const SAID =
  /\b(?:HttpMethod\.|http\.Method|method["']?\s*(?::|=>|=)\s*["'])(get|post|put|patch|delete)\b|^["'](GET|POST|PUT|PATCH|DELETE)["']$/i;

function saidMethod(call: SyntaxNode): string | undefined {
  for (const { text } of argumentsOf(call)) {
    const found = SAID.exec(text.slice(0, MAX_ARGUMENT));
    if (found !== null) return found[1] ?? found[2];
  }
  return undefined;
}

function pathsIn(text: string, method: string | null): RemotePath[] {
  return [...joined(text).matchAll(STRING)].flatMap((match) => pathOf(match[2] ?? '', method) ?? []);
}

/** `PATH`, `self::URL`, `BASE_URL + "/x"`: what the file says of the constant. */
function heldBy(argument: SyntaxNode, method: string | null): readonly RemotePath[] {
  const name = /^(?:[\w$]+(?:::|\.|->))?\$?([A-Za-z_]\w*)$/.exec(argument.text)?.[1];
  if (name === undefined) return [];
  const given = new RegExp(`\\b${name}\\b[^=\\n]{0,40}=\\s*([^\\n]{4,300})`).exec(rootOf(argument).text)?.[1];
  return given === undefined ? [] : pathsIn(given, method);
}

/** One text of several: what is put in or added stands as `{}`. */
function joined(text: string): string {
  return text
    .replace(/\$\{[^{}]*\}|#\{[^{}]*\}|\{[^{}]*\}/g, '{}')
    .replace(/(?<=\/)\$\w+(?:->\w+)*|%[sdv]/g, '{}')
    .replace(/["'`]\s*(?:\+|\.(?=\s))\s*["'`]/g, '')
    .replace(/(["'`])\s*(?:\+|\.(?=\s))\s*[\w$.>-]+(?:\([^()]*\))?\s*(?:\+|\.(?=\s))\s*["'`]/g, '{}')
    .replace(/(["'`])\s*(?:\+|\.(?=\s))\s*[\w$.>-]+(?:\([^()]*\))?/g, '{}$1');
}

function pathOf(written: string, method: string | null): RemotePath | null {
  const [, host = '', rest = ''] = /^(?:https?:\/\/([^/:]+)(?::\d+)?|\{\})?(\/.*)?$/.exec(written) ?? [];
  const segments = segmentsOf(rest);
  if (!segments.some((part) => part !== '*')) return null;
  return {
    kind: 'path',
    host: host === '' || host.includes('{}') ? null : host.toLowerCase(),
    segments,
    method,
  };
}

/** Parts of a path or of a route, in lower case; what is filled in is `*`. */
export function segmentsOf(path: string): readonly string[] {
  return path
    .replace(/[?#].*$/, '')
    .split('/')
    .filter((part) => part !== '')
    .map((part) => (/[{:<*[(]/.test(part) ? '*' : part.toLowerCase()));
}

const STUB = /(?:New)?([A-Z]\w*?)(?:Service)?(?:Blocking|Future|Async|Coroutine)?(?:Client|Stub)\b/;
const SPEAKS = /stub|client|grpc|conn\b/i;

/** The procedure that is asked of whoever a stub or client stands for; null for any other call. */
export function remoteProcedure(call: SyntaxNode): RemoteProcedure | null {
  const name = calleeName(call);
  const written = calleeText(call);
  const receiver = written.slice(0, Math.max(0, written.lastIndexOf(name)));
  if (!/^[A-Za-z]\w{2,60}$/.test(name) || receiver === '') return null;
  const variable = /^([A-Za-z_]\w*)\.$/.exec(receiver)?.[1];
  const value = variable === undefined ? null : (bindingOf(call, variable)?.value ?? null);
  const said = value === null ? receiver : `${receiver} ${value.text.slice(0, MAX_ARGUMENT)}`;
  return SPEAKS.test(said) ? { kind: 'procedure', of: STUB.exec(said)?.[1] ?? null, name } : null;
}

/** `@GetMapping("/quote")`, `@GET("quote")`, `[Get("/quote")]` above a method without a body: the client is made of it. */
const DECLARED =
  /[@[](?:(Get|Post|Put|Delete|Patch)(?:Mapping)?|RequestMapping|GET|POST|PUT|DELETE|PATCH)\(\s*(?:(?:value|path)\s*=\s*)?["']([^"'\s]+)["']/;

/** What a declared method of a client asks, null for any other function. */
export function declaredPath(method: SyntaxNode): RemotePath | null {
  if (method.child('body') !== null || method.text.length > MAX_ARGUMENT) return null;
  const [whole = '', , path] = DECLARED.exec(method.text) ?? [];
  if (path === undefined) return null;
  const file = rootOf(method).text;
  const host = /@FeignClient/.test(file)
    ? (/url\s*=\s*"(?:https?:\/\/)([a-z][\w.-]*)/.exec(file)?.[1] ??
      /@FeignClient\(\s*(?:(?:name|value)\s*=\s*)?"([a-z][\w-]*)"/.exec(file)?.[1] ??
      null)
    : null;
  const segments = segmentsOf(path);
  const word = /get|post|put|delete|patch/i.exec(whole)?.[0].toLowerCase() ?? null;
  return segments.some((part) => part !== '*') ? { kind: 'path', host, segments, method: word } : null;
}
