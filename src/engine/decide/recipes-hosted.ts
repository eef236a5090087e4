/** Taking a release back outside Kubernetes: cloud services, Nomad, hosts, and the repository itself. */
import { shellQuote } from './quote.ts';
import { placeholder, type Renderer } from './recipe.ts';

/** `cart:41` as it is, `41` as a revision of the family. */
function taskDefinition(name: string, revision: string | null, fallback: string): string {
  if (revision === null) return fallback;
  return /^\d+$/.test(revision) ? `${name}:${revision}` : revision;
}

const ecs: Renderer = ({ workload, revision, release }) => {
  const scope = `--cluster ${shellQuote(workload.namespace ?? 'default')}`;
  const name = shellQuote(workload.name);
  const target = taskDefinition(workload.name, revision, 'TASK_DEFINITION');
  const update = (definition: string) =>
    `aws ecs update-service ${scope} --service ${name} --task-definition ${shellQuote(definition)}`;
  const current = release.platformRevision;
  return {
    previews: [
      `aws ecs describe-services ${scope} --services ${name} --query 'services[0].deployments'`,
      revision === null
        ? `aws ecs list-task-definitions --family-prefix ${name} --sort DESC --max-items 5`
        : `aws ecs describe-task-definition --task-definition ${shellQuote(target)}`,
    ],
    mitigate: update(target),
    undo: current === null ? null : update(taskDefinition(workload.name, current, '')),
    assumes: [
      ...(revision === null ? [placeholder('TASK_DEFINITION', 'the earlier task definition')] : []),
      ...(workload.namespace === null ? ['the service runs in the cluster called default'] : []),
      'the earlier task definition is still registered, and its image is still in the registry',
    ],
  };
};

const lambda: Renderer = ({ workload, revision, release }) => {
  const name = `--function-name ${shellQuote(workload.name)}`;
  const alias = shellQuote(workload.namespace ?? 'ALIAS');
  const update = (version: string) =>
    `aws lambda update-alias ${name} --name ${alias} --function-version ${shellQuote(version)}`;
  const current = release.platformRevision;
  return {
    previews: [
      `aws lambda list-aliases ${name}`,
      `aws lambda list-versions-by-function ${name} --query 'Versions[-5:]'`,
    ],
    mitigate: update(revision ?? 'FUNCTION_VERSION'),
    undo: current === null ? null : update(current),
    assumes: [
      ...(workload.namespace === null ? [placeholder('ALIAS', 'the alias that callers use')] : []),
      ...(revision === null ? [placeholder('FUNCTION_VERSION', 'the earlier published version')] : []),
      'callers go through an alias: a function that is called as $LATEST has to be deployed again',
      'environment variables are part of a version, other settings of the stack are not',
    ],
  };
};

const cloudRun: Renderer = ({ workload, revision, release }) => {
  const name = shellQuote(workload.name);
  const region = workload.namespace === null ? '' : ` --region ${shellQuote(workload.namespace)}`;
  const move = (to: string) =>
    `gcloud run services update-traffic ${name} --to-revisions=${shellQuote(`${to}=100`)}${region}`;
  const current = release.platformRevision;
  return {
    previews: [`gcloud run revisions list --service ${name}${region}`],
    mitigate: move(revision ?? 'PREVIOUS_REVISION'),
    undo:
      current === null ? `gcloud run services update-traffic ${name} --to-latest${region}` : move(current),
    assumes: [
      ...(revision === null ? [placeholder('PREVIOUS_REVISION', 'the earlier revision')] : []),
      'traffic stays pinned: the next deployment serves nobody until --to-latest is set again',
    ],
  };
};

const nomad: Renderer = ({ workload, revision, release }) => {
  const name = shellQuote(workload.name);
  const scope = workload.namespace === null ? '' : ` -namespace=${shellQuote(workload.namespace)}`;
  const revert = (version: string) => `nomad job revert${scope} ${name} ${shellQuote(version)}`;
  const current = release.platformRevision;
  return {
    previews: [`nomad job history -p${scope} ${name}`],
    mitigate: revert(revision ?? 'PREVIOUS_VERSION'),
    undo: current === null ? null : revert(current),
    assumes: [
      ...(revision === null
        ? [placeholder('PREVIOUS_VERSION', 'the number of the earlier job version')]
        : []),
      'variables and Vault secrets are not versioned with the job',
    ],
  };
};

const heroku: Renderer = ({ workload, revision, release }) => {
  const app = `--app ${shellQuote(workload.name)}`;
  const current = release.platformRevision;
  return {
    previews: [`heroku releases ${app}`],
    mitigate: `heroku rollback${revision === null ? '' : ` ${shellQuote(revision)}`} ${app}`,
    undo: current === null ? null : `heroku rollback ${shellQuote(current)} ${app}`,
    assumes: [
      'you are logged in to the right team',
      'config vars go back with a release, the database and add-ons do not',
    ],
  };
};

const vercel: Renderer = ({ workload, release, revision }) => {
  const current = release.deploymentId ?? release.platformRevision;
  return {
    previews: [`vercel ls ${shellQuote(workload.name)} --prod`],
    mitigate: `vercel rollback${revision === null ? '' : ` ${shellQuote(revision)}`}`,
    undo: `vercel promote ${shellQuote(current ?? 'CURRENT_DEPLOYMENT')}`,
    assumes: [
      'it is run in the linked project',
      'new deployments are not promoted by themselves until one is promoted by hand',
    ],
  };
};

const fly: Renderer = ({ workload, revision, release }) => {
  const app = `--app ${shellQuote(workload.name)}`;
  const image = (of: string | null) => `fly deploy ${app} --image ${shellQuote(of ?? 'PREVIOUS_IMAGE')}`;
  const isImage = (text: string | null) => text !== null && /[/:]/.test(text);
  const current = release.platformRevision;
  return {
    previews: [`fly releases ${app} --image`],
    mitigate: image(isImage(revision) ? revision : null),
    undo: isImage(current) ? image(current) : null,
    assumes: [
      ...(isImage(revision) ? [] : [placeholder('PREVIOUS_IMAGE', 'the image of the earlier release')]),
      'secrets and volumes stay as they are',
    ],
  };
};

const systemd: Renderer = ({ workload, target }) => {
  const unit = shellQuote(workload.name.endsWith('.service') ? workload.name : `${workload.name}.service`);
  return {
    previews: [`systemctl status ${unit} --no-pager`, `systemctl cat ${unit}`],
    mitigate: `sudo ln -sfn PREVIOUS_RELEASE CURRENT_LINK && sudo systemctl restart ${unit}`,
    undo: `sudo ln -sfn THIS_RELEASE CURRENT_LINK && sudo systemctl restart ${unit}`,
    assumes: [
      `releases stand side by side and a link chooses one: PREVIOUS_RELEASE is the folder of ${target.version ?? 'the earlier release'}, CURRENT_LINK what ExecStart goes through`,
      'a service that is installed as a package is downgraded instead, then restarted',
    ],
  };
};

const compose: Renderer = ({ workload, target, release }) => {
  const service = shellQuote(workload.name);
  const at = (commit: string | null, word: string) =>
    `git show ${shellQuote(`${commit ?? word}:docker-compose.yml`)} | docker compose -f - up -d --no-deps ${service}`;
  return {
    previews: [`docker compose images ${service}`],
    mitigate: at(target.commit, 'PREVIOUS_COMMIT'),
    undo: release.commit === null ? null : at(release.commit, ''),
    assumes: [
      ...(target.commit === null
        ? [placeholder('PREVIOUS_COMMIT', 'the commit of the earlier release')]
        : []),
      'it is run on the host, in the folder of the compose file, and the file names the image by its version',
    ],
  };
};

/** Each commit that the release brought, newest first; beyond this the range is named instead. */
const MAX_REVERTED = 6;

const git: Renderer = ({ release, target }) => {
  const commits =
    release.commits.length === 0 ? [release.commit ?? 'HEAD'] : release.commits.map(({ sha }) => sha);
  const merges = release.commits.some(({ parents }) => parents.length > 1) ? ' -m 1' : '';
  const isShort = commits.length <= MAX_REVERTED || target.commit === null;
  const what = isShort
    ? commits.slice(0, MAX_REVERTED).map(shellQuote).join(' ')
    : shellQuote(`${target.commit}..${release.commit ?? 'HEAD'}`);
  return {
    previews: [`git show --stat ${shellQuote(release.commit ?? 'HEAD')}`],
    mitigate: `git revert --no-edit${merges} ${what} && git push`,
    undo:
      isShort && commits.length === 1
        ? 'git revert --no-edit HEAD && git push'
        : `git revert --no-edit HEAD~${Math.min(commits.length, MAX_REVERTED)}..HEAD && git push`,
    assumes: [
      'pushing to the main branch starts a deployment',
      'the commits revert cleanly: later ones may touch the same lines',
    ],
  };
};

export const HOSTED = {
  ecs,
  lambda,
  'cloud-run': cloudRun,
  nomad,
  heroku,
  vercel,
  fly,
  systemd,
  compose,
  git,
} as const;
