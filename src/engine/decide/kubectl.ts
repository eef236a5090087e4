/** Parts of commands that the Kubernetes family shares. */
import { shellQuote } from './quote.ts';
import type { Workload } from './workload.ts';

const RESOURCES: Readonly<Record<string, string>> = { StatefulSet: 'statefulset', DaemonSet: 'daemonset' };

/** `deployment/cart`, quoted as a whole when the name needs it. */
export function workloadResource({ kind, workload }: Workload): string {
  return shellQuote(`${RESOURCES[kind ?? ''] ?? 'deployment'}/${workload}`);
}

/** ` -n shop --context=eu-1`; empty where both are the client's own. */
export function kubectlScope({ namespace, context }: Workload): string {
  return `${namespace === null ? '' : ` -n ${shellQuote(namespace)}`}${context === null ? '' : ` --context=${shellQuote(context)}`}`;
}

/** The same for Helm. */
export function helmScope({ namespace, context }: Workload): string {
  return `${namespace === null ? '' : ` --namespace ${shellQuote(namespace)}`}${context === null ? '' : ` --kube-context ${shellQuote(context)}`}`;
}

/** What a person must check before a command acts on the cluster. */
export function contextAssumption({ context }: Workload): readonly string[] {
  return context === null ? ['your kubectl context points at the affected cluster'] : [];
}
