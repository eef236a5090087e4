/**
 * Rollouts as the commands that make them stand in the log of a pipeline: `helm upgrade --install cart charts/cart --set image.tag=2.4.1`,
 * `kubectl set image deployment/cart cart=registry/cart:2.4.1`; and what these tools answer. A dry run changes nothing.
 */
import { append } from '../../../domain/append.ts';
import { canonicalServiceName } from '../../../domain/service.ts';

export interface CommandWording {
  readonly service: string;
  readonly version: string | null;
  readonly state: 'started' | 'succeeded' | 'failed';
  readonly isRollback: boolean;
}

const TOOL = /\b(?:helm3?|kubectl|oc|argocd|gcloud|aws|docker|cf)\s+[a-z-]/;
const ANSWER = /\bRelease "|\bHelm (?:upgrade|install|rollback) (?:succeeded|failed) for release\b/;

/** Whether a message may be such a command or answer; cheap, as every record is asked. */
export function speaksOfDeployTool(message: string): boolean {
  return TOOL.test(message) || ANSWER.test(message);
}

/** Flags whose value is the next word. */
const WITH_VALUE =
  /^(?:-n|--namespace|-f|--values|--set|--set-string|--version|--timeout|--kube-context|--context|-c|--image|--service|--cluster|--region|--project|--history-max|--description|--revision|--to-revision|-l)$/;

interface Words {
  readonly plain: readonly string[];
  readonly flags: ReadonlyMap<string, readonly string[]>;
}

function wordsOf(text: string): Words {
  const plain: string[] = [];
  const flags = new Map<string, string[]>();
  const words = (text.split(/\s#|&&|\|\||[;|]/)[0] ?? '').trim().split(/\s+/);
  for (let index = 0; index < words.length; index++) {
    const word = (words[index] ?? '').replaceAll(/["']/g, '');
    if (!word.startsWith('-')) {
      plain.push(word);
      continue;
    }
    const [name = '', ...rest] = word.split('=');
    const isBehind = rest.length === 0 && WITH_VALUE.test(name);
    if (isBehind) index++;
    const value = isBehind ? (words[index] ?? '') : rest.join('=');
    append(flags, name, value.replaceAll(/["']/g, ''));
  }
  return { plain, flags };
}

/** `registry:5000/shop/cart:2.4.1` → `2.4.1`; null where the image is named by nothing or by its digest. */
function tagOf(image: string): string | null {
  return /:([\w][\w.-]{0,127})$/.exec(image.replace(/@sha256:.*$/, ''))?.[1] ?? null;
}

/** `image.tag=2.4.1` among what is set. */
function tagSet(flags: Words['flags']): string | null {
  const set = [...(flags.get('--set') ?? []), ...(flags.get('--set-string') ?? [])].join(',').split(',');
  const found = set.map((one) => /(?:^|\.)(?:tag|imageTag|version)=(.+)$/.exec(one)?.[1]);
  return found.find((value) => value !== undefined) ?? null;
}

/** `deployment/cart` or `deployment cart` → `cart`. */
function workloadOf(words: readonly string[]): string | null {
  for (const [index, word] of words.entries()) {
    const [, slash, name] =
      /^(?:deployments?|deploy|statefulsets?|sts|daemonsets?|ds|dc)(?:\.apps)?(\/(.+))?$/.exec(word) ?? [];
    if (name !== undefined) return name;
    if (slash === undefined && /^(?:deployments?|deploy|statefulsets?|sts|daemonsets?|ds|dc)$/.test(word))
      return words[index + 1] ?? null;
  }
  return null;
}

type Doing = Omit<CommandWording, 'service' | 'state'> & { readonly service: string | null | undefined };

const COMMANDS: readonly (readonly [RegExp, (words: Words) => Doing])[] = [
  [
    /\bhelm3?\s+(?:-\S+\s+\S+\s+)*(?:upgrade|install)\s+(.*)$/,
    ({ plain, flags }) => ({ service: plain[0], version: tagSet(flags), isRollback: false }),
  ],
  [
    /\bhelm3?\s+(?:-\S+\s+\S+\s+)*rollback\s+(.*)$/,
    ({ plain }) => ({ service: plain[0], version: null, isRollback: true }),
  ],
  [
    /\b(?:kubectl|oc)\s+(?:-\S+\s+\S+\s+)*set image\s+(.*)$/,
    ({ plain }) => {
      const image = plain.find((word) => word.includes('=')) ?? '';
      return { service: workloadOf(plain), version: tagOf(image), isRollback: false };
    },
  ],
  [
    /\b(?:kubectl|oc)\s+(?:-\S+\s+\S+\s+)*rollout undo\s+(.*)$/,
    ({ plain }) => ({ service: workloadOf(plain), version: null, isRollback: true }),
  ],
  [/\bargocd\s+app\s+sync\s+(.*)$/, ({ plain }) => ({ service: plain[0], version: null, isRollback: false })],
  [
    /\bargocd\s+app\s+rollback\s+(.*)$/,
    ({ plain }) => ({ service: plain[0], version: null, isRollback: true }),
  ],
  [
    /\bgcloud\s+(?:beta\s+)?run\s+deploy\s+(.*)$/,
    ({ plain, flags }) => ({
      service: plain[0],
      version: tagOf(flags.get('--image')?.[0] ?? ''),
      isRollback: false,
    }),
  ],
  [
    /\baws\s+ecs\s+update-service\s+(.*)$/,
    ({ flags }) => ({ service: flags.get('--service')?.[0], version: null, isRollback: false }),
  ],
  [
    /\bdocker\s+service\s+update\s+(.*)$/,
    ({ plain, flags }) => ({
      service: plain.at(-1),
      version: tagOf(flags.get('--image')?.[0] ?? ''),
      isRollback: false,
    }),
  ],
  [/\bcf\s+push\s+(.*)$/, ({ plain }) => ({ service: plain[0], version: null, isRollback: false })],
];

const DRY = /\s--(?:dry-run|diff|client-dry-run)\b/;
/** Shell variables that nobody filled in name nothing. */
const NAME = /^[A-Za-z][\w./-]{0,80}$/;

function answered(message: string): CommandWording | null {
  const helm = /\bRelease "([\w.-]+)" (?:has been (upgraded|rolled back)|(does not exist)\. Installing)/.exec(
    message,
  );
  if (helm !== null)
    return {
      service: canonicalServiceName(helm[1] ?? ''),
      version: null,
      state: helm[3] === undefined ? 'succeeded' : 'started',
      isRollback: helm[2] === 'rolled back',
    };
  // Flux: `Helm upgrade succeeded for release shop/cart.v112 with chart node-service@3.1.0`. The chart may be everybody's.
  const flux =
    /\bHelm (upgrade|install|rollback) (succeeded|failed) for release [\w.-]+\/([\w.-]+?)(?:\.v\d+)?(?: with chart |:|\s|$)/.exec(
      message,
    );
  if (flux === null) return null;
  return {
    service: canonicalServiceName(flux[3] ?? ''),
    version: null,
    state: flux[2] === 'succeeded' ? 'succeeded' : 'failed',
    isRollback: flux[1] === 'rollback',
  };
}

/** Null where the message is neither. Never throws. */
export function readDeployTool(message: string): CommandWording | null {
  const answer = answered(message);
  if (answer !== null) return answer;
  if (DRY.test(message)) return null;
  for (const [pattern, read] of COMMANDS) {
    const found = pattern.exec(message);
    if (found === null) continue;
    const { service, version, isRollback } = read(wordsOf(found[1] ?? ''));
    if (service === null || service === undefined || !NAME.test(service)) return null;
    const tag = version !== null && /^[\w][\w.+-]*$/.test(version) ? version : null;
    return {
      service: canonicalServiceName(service),
      version: tag === 'latest' ? null : tag,
      state: 'started',
      isRollback,
    };
  }
  return null;
}
