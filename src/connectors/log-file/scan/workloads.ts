import { workloadOfPod } from '../../../domain/service.ts';

/** Pods come again and again, so the workload of each is worked out once. */
const MAX_PODS = 10_000;

export class Workloads {
  readonly #known = new Map<string, string>();

  of(pod: string | null): string | null {
    if (pod === null) return null;
    const known = this.#known.get(pod);
    if (known !== undefined) return known;
    if (this.#known.size > MAX_PODS) this.#known.clear();
    const workload = workloadOfPod(pod);
    this.#known.set(pod, workload);
    return workload;
  }
}
