/** Actions other than a rollback: what they mean, and a command where one is sure to be right. */
import { assumedPlatform, type Command, type Recommendation } from '../../domain/decision.ts';
import type { Hypothesis } from '../../domain/hypothesis.ts';
import type { Situation } from '../../domain/situation.ts';
import { kubectlScope, workloadResource } from './kubectl.ts';
import { shellQuote } from './quote.ts';
import type { Workload } from './workload.ts';

export function otherReason(recommendation: Recommendation, cause: Hypothesis | null): string {
  const subject = cause?.service ?? 'it';
  switch (recommendation) {
    case 'DISABLE_FLAG':
      return `${cause?.statement ?? 'a flag was switched'}: switching it back is quicker than a rollback and touches nothing else`;
    case 'MITIGATE_DEPENDENCY':
      return dependencyReason(subject, cause);
    case 'SCALE':
      return `demand outgrew ${subject}: add capacity or shed load; no change is to blame`;
    default:
      return mitigation(cause);
  }
}

/** What to do about a dependency that is no stranger's outage, by the observation that speaks for it. */
const DEPENDENCY_REMEDIES: Readonly<Record<string, string>> = {
  'was-behind':
    'stop what writes under numbers that were given before, keep the old node and its log, and bring over what only it holds; do not fail over again before that',
  'not-the-writer':
    'point the writers at the node that takes writes now, or restart them so that they look again',
  'flags-by-default':
    'give the flags their values another way (file, environment, last known state), or make the default one that works',
};

function dependencyReason(subject: string, cause: Hypothesis | null): string {
  const told = cause?.factors.flatMap(({ name }) => DEPENDENCY_REMEDIES[name] ?? [])[0];
  return told === undefined
    ? `${subject} fails outside this code base: no rollback of ours helps; fail over, degrade, or shed the calls to it`
    : `${cause?.statement ?? subject}: ${told}`;
}

function mitigation(cause: Hypothesis | null): string {
  const told = remedyOf(cause);
  if (cause !== null && told !== null) return `${cause.statement}: ${told}`;
  switch (cause?.kind) {
    case 'credential':
      return `${cause.statement}: renew or restore it; no rollback brings it back`;
    case 'data-job':
      return `${cause.statement}: stop or reschedule the job`;
    case 'network':
      return `${cause.statement}: route around the affected part`;
    case 'change':
      return `${cause.statement}: undo it where it was made, or adapt what relies on it; no rollback of a release does that`;
    case 'bad-data':
      return `${cause.statement}: set the record aside, then fix the reader`;
    default:
      return `${cause?.statement ?? 'a resource is exhausted'}: free or raise it`;
  }
}

/** What undoes a cause, by the observation that speaks for it, where that says more than its kind. */
const REMEDIES: Readonly<Record<string, string>> = {
  'node-carried-it':
    'bring its instances up on another node, and let go of what the lost one still holds (volumes, addresses)',
  'says-other-time':
    'set the clock that is off, see that it is kept, and issue anew what was signed meanwhile',
  'blocked-by-rule':
    'see whose requests these are; where they are of your users, set the rule to log only or exempt the path, then look at what it matches',
  'node-pressure':
    'bring its instances up on other nodes (cordon this one, then drain it), and find out what there uses it up',
  'own-limit':
    'raise that limit (and what the system allows one process) or add instances, and see who holds what is used up',
  evicts:
    'stop what fills it, give it more room, or keep what must not be lost in a store of its own that throws out nothing',
  'hits-fell':
    'shed load or let in only as much as what stands behind can serve until the cache is filled again',
  'held-by-slot':
    'drop the replication slot if nobody is to read it any more (what it holds back goes with the next checkpoint), or make room; a restart alone finds the disk as full',
  'numbers-used-up':
    'nothing can be written before the key has a wider type or, for ids of transactions, the database is vacuumed; a restart changes nothing',
  'work-unended':
    'break that work off (restart what is busy with it), keep its input out, then fix what it trips over',
  'says-disk-full': 'make room or enlarge the volume, and find out what fills it: it will be full again',
  'store-stopped': 'start it again, and give it or its neighbours what memory they need',
};

function remedyOf(cause: Hypothesis | null): string | null {
  return cause?.factors.flatMap(({ name }) => REMEDIES[name] ?? [])[0] ?? null;
}

export function otherCommands(
  recommendation: Recommendation,
  cause: Hypothesis,
  workload: Workload,
  situation: Situation,
): readonly Command[] {
  const target = workloadResource(workload);
  const scope = kubectlScope(workload);
  const assumes = workload.assumed ? [assumedPlatform(workload.name, 'Kubernetes')] : [];
  if (recommendation === 'DISABLE_FLAG') return flagCommands(cause, situation);
  if (recommendation === 'SCALE')
    return [
      {
        purpose: 'inspect',
        platform: 'kubernetes',
        command: `kubectl get ${target}${scope} -o wide`,
        assumes,
        undo: null,
      },
      {
        purpose: 'mitigate',
        platform: 'kubernetes',
        command: `kubectl scale ${target} --replicas=DESIRED_REPLICAS${scope}`,
        assumes: [...assumes, 'DESIRED_REPLICAS is yours to choose; an autoscaler may override it'],
        undo: `kubectl scale ${target} --replicas=FORMER_REPLICAS${scope}`,
      },
    ];
  if (cause.kind === 'data-job') return jobCommands(cause, situation);
  // On a platform that nothing names the command is more likely to mislead than to show anything.
  if (cause.kind !== 'resource' || workload.assumed) return [];
  const isDisk = cause.factors.some(({ name }) => name === 'says-disk-full');
  const command = isDisk ? `kubectl exec ${target}${scope} -- df -h` : `kubectl describe ${target}${scope}`;
  return [{ purpose: 'inspect', platform: 'kubernetes', command, assumes, undo: null }];
}

/** Of a Job that still runs and that the cause cites: suspending it ends its pods and keeps the rest for later. */
function jobCommands(cause: Hypothesis, situation: Situation): readonly Command[] {
  const cited = new Set(cause.factors.flatMap(({ evidence }) => evidence));
  const running = situation.otherChanges.find(
    (change) =>
      change.type === 'data-job' &&
      change.finishedAt === null &&
      change.attributes['k8s.job.name'] !== undefined &&
      change.evidence.some((ref) => cited.has(ref)),
  );
  if (running === undefined) return [];
  const namespace = running.attributes['k8s.namespace.name'];
  const target = shellQuote(`job/${running.attributes['k8s.job.name']}`);
  const scope = namespace === undefined ? '' : ` -n ${shellQuote(namespace)}`;
  const suspend = (value: boolean) => `kubectl patch ${target}${scope} -p '{"spec":{"suspend":${value}}}'`;
  return [
    {
      purpose: 'inspect',
      platform: 'kubernetes',
      command: `kubectl get ${target}${scope} -o wide`,
      assumes: [],
      undo: null,
    },
    {
      purpose: 'mitigate',
      platform: 'kubernetes',
      command: suspend(true),
      assumes: [
        'your kubectl context points at the affected cluster',
        'the job may be broken off and run again later: its pods are ended',
      ],
      undo: suspend(false),
    },
  ];
}

function flagCommands(cause: Hypothesis, situation: Situation): readonly Command[] {
  const flag = cause.change?.flag ?? null;
  if (flag === null) return [];
  const change = situation.flags.find((item) => item.id === cause.change?.changeId);
  const environment = change?.environment ?? 'production';
  const unleash = change?.source.includes('unleash') === true;
  const command = unleash
    ? `curl --request POST "$UNLEASH_URL/api/admin/projects/default/features/${encodeURIComponent(flag)}/environments/${encodeURIComponent(environment)}/off" --header "Authorization: $UNLEASH_TOKEN"`
    : `ldcli flags toggle-off --flag ${shellQuote(flag)} --environment ${shellQuote(environment)} --project default`;
  const undo = unleash ? command.replace('/off"', '/on"') : command.replace('toggle-off', 'toggle-on');
  return [
    {
      purpose: 'mitigate',
      platform: 'unknown',
      command,
      assumes: [
        'the flag service is the one that the audit log came from',
        `it is switched back to ${cause.change?.oldValue ?? 'its earlier value'}`,
      ],
      undo,
    },
  ];
}
