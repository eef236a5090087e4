/** What a platform's own file says of where an application is deployed. Pure; reads the few settings that name it, and validates nothing. */
import type { DeployTarget } from '../../domain/service.ts';

export const SOURCE = 'platform-files';

export interface PlatformApp {
  readonly target: DeployTarget;
  /** 1-based line that names it. */
  readonly line: number;
}

type Json = Readonly<Record<string, unknown>>;

export interface FileKind {
  readonly path: RegExp;
  /** Whether the start of the file is of this kind. */
  readonly head: (head: string) => boolean;
  readonly read: (text: string, folder: string | null) => readonly PlatformApp[];
}

function target(
  platform: DeployTarget['platform'],
  name: string,
  namespace: string | null = null,
): DeployTarget {
  return { platform, namespace, context: null, name };
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

/** One app for each match; the name is the first group. */
function named(
  platform: DeployTarget['platform'],
  text: string,
  pattern: RegExp,
  namespace: string | null = null,
): readonly PlatformApp[] {
  return [...text.matchAll(pattern)].flatMap((match) => {
    const name = (match[1] ?? '').trim();
    return name === '' || /[${}\s]/.test(name)
      ? []
      : [
          {
            target: target(platform, name, namespace),
            line: lineOf(text, match.index + match[0].search(/\S/)),
          },
        ];
  });
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function textAt(value: unknown, key: string): string | null {
  const found = isObject(value) ? value[key] : undefined;
  return typeof found === 'string' && found !== '' ? found : null;
}

function lineOfWord(text: string, word: string): number {
  const index = text.indexOf(word);
  return index === -1 ? 1 : lineOf(text, index);
}

function appJson(text: string, folder: string | null, platform: 'heroku' | 'vercel'): readonly PlatformApp[] {
  const name = textAt(parsed(text), 'name') ?? textAt(parsed(text), 'projectName') ?? folder;
  return name === null ? [] : [{ target: target(platform, name), line: lineOfWord(text, `"${name}"`) }];
}

/** A task definition, or the answer of `aws ecs describe-services`. */
function ecs(text: string): readonly PlatformApp[] {
  const value = parsed(text);
  const family = textAt(value, 'family') ?? textAt(value['taskDefinition'], 'family');
  if (family !== null) return [{ target: target('ecs', family), line: lineOfWord(text, family) }];
  const services = Array.isArray(value['services']) ? value['services'] : [];
  return services.flatMap((service) => {
    const name = textAt(service, 'serviceName');
    const cluster = textAt(service, 'clusterArn')?.split('/').at(-1) ?? null;
    return name === null ? [] : [{ target: target('ecs', name, cluster), line: lineOfWord(text, name) }];
  });
}

function nomad(text: string): readonly PlatformApp[] {
  const namespace = /^\s*namespace\s*=\s*"([\w-]+)"/m.exec(text)?.[1] ?? null;
  return named('nomad', text, /^job\s+"([^"]+)"\s*\{/gm, namespace);
}

/** SAM: functions with a name, and the alias that is published by itself. */
function sam(text: string): readonly PlatformApp[] {
  const alias = /^\s*AutoPublishAlias:\s*["']?([\w-]+)/m.exec(text)?.[1] ?? null;
  return named('lambda', text, /^\s*FunctionName:\s*["']?([\w-]+)["']?\s*$/gm, alias);
}

/** Serverless Framework: `service-stage-function`. */
function serverless(text: string): readonly PlatformApp[] {
  const service = /^service:\s*["']?([\w-]+)/m.exec(text)?.[1];
  const stage = /^\s+stage:\s*["']?([\w-]+)["']?\s*$/m.exec(text)?.[1] ?? 'dev';
  const block = /^functions:\s*\n((?:[ \t]+.*\n?|\s*\n)*)/m.exec(text);
  if (service === undefined || block === null) return [];
  const body = block[1] ?? '';
  const indent = /^[ \t]+/.exec(body)?.[0] ?? '  ';
  return [...body.matchAll(new RegExp(`^${indent}([\\w-]+):`, 'gm'))].map((match) => ({
    target: target('lambda', `${service}-${stage}-${match[1] ?? ''}`),
    line: lineOf(text, block.index + (block[0].length - body.length) + match.index),
  }));
}

/** The first kind whose name and head fit reads the file. */
export const KINDS: readonly FileKind[] = [
  {
    path: /(^|\/)fly(\.[\w-]+)?\.toml$/,
    head: (head) => /^app\s*=/m.test(head),
    read: (text) => named('fly', text, /^app\s*=\s*["']([^"'\n]+)["']/gm),
  },
  {
    path: /(^|\/)vercel\.json$/,
    head: (head) => /^\s*\{/.test(head),
    read: (text, folder) => appJson(text, folder, 'vercel'),
  },
  {
    path: /(^|\/)app\.json$/,
    head: (head) => /"(buildpacks|formation|stack)"\s*:/.test(head),
    read: (text, folder) => appJson(text, folder, 'heroku'),
  },
  {
    path: /(^|\/)Procfile$/,
    head: (head) => /^(web|worker|release):\s/m.test(head),
    read: (_, folder) => (folder === null ? [] : [{ target: target('heroku', folder), line: 1 }]),
  },
  {
    path: /\.nomad(\.hcl)?$/,
    head: (head) => /^job\s+"[^"]+"\s*\{/m.test(head),
    read: nomad,
  },
  {
    path: /\.json$/,
    head: (head) =>
      /"containerDefinitions"\s*:/.test(head) ||
      /"serviceName"\s*:[\s\S]*"clusterArn"|"clusterArn"\s*:[\s\S]*"serviceName"/.test(head),
    read: ecs,
  },
  {
    path: /\.ya?ml$/,
    head: (head) => /AWS::Serverless::Function/.test(head) && /^Transform:/m.test(head),
    read: sam,
  },
  {
    path: /(^|\/)serverless\.ya?ml$/,
    head: (head) =>
      /^service:/m.test(head) && /^provider:/m.test(head) && !/name:\s*(azure|google)/.test(head),
    read: serverless,
  },
  {
    path: /\.service$/,
    head: (head) => /^\[Service\]/m.test(head) && /^ExecStart\s*=/m.test(head),
    read: () => [],
  },
];

/** A unit is named by its file; null for what is none. */
export function unitOf(path: string, text: string): PlatformApp | null {
  const name = /([^/]+)\.service$/.exec(path)?.[1]?.replace(/@$/, '') ?? null;
  const start = /^ExecStart\s*=/m.exec(text);
  if (name === null || start === null || !/^\[Service\]/m.test(text)) return null;
  return { target: target('systemd', name), line: lineOf(text, start.index) };
}
