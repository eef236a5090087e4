/** Taking back a ConfigMap or Secret: the earlier file is applied, and the workload restarted so that it reads it. */
import type { Command } from '../../domain/decision.ts';
import type { GoingBack } from './going-back.ts';
import { contextAssumption, kubectlScope, workloadResource } from './kubectl.ts';
import { shellQuote } from './quote.ts';
import type { Workload } from './workload.ts';

export function configCommands(
  path: string,
  { from, release }: GoingBack,
  workload: Workload,
): readonly Command[] {
  const scope = kubectlScope(workload);
  const show = (revision: string | null) => `git show ${shellQuote(`${revision ?? 'HEAD'}:${path}`)}`;
  const apply = (revision: string | null) =>
    `${show(revision)} | kubectl apply${scope} -f - && kubectl rollout restart ${workloadResource(workload)}${scope}`;
  return [
    {
      purpose: 'preview',
      platform: 'kubernetes',
      command: `${show(from)} | kubectl diff${scope} -f -`,
      assumes: [],
      undo: null,
    },
    {
      purpose: 'mitigate',
      platform: 'kubernetes',
      command: apply(from),
      assumes: [
        ...contextAssumption(workload),
        'it is run in the repository, and the file holds nothing else that must stay',
        'the repository is reverted afterwards, or the next deployment brings the value back',
      ],
      undo: apply(release.commit),
    },
  ];
}
