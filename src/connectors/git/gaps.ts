/** What could not be seen in history, in words. It decides nothing about the triage. */
import type { Gap } from '../../domain/gap.ts';
import type { FoundRepository } from '../_kit/git-find.ts';
import type { GitError } from '../_kit/git-process.ts';
import { SOURCE } from './decode.ts';

const NO_CODE =
  'No change can be tied to code: neither commits nor the source lines behind a message are known.';

export function noRepository(): Gap {
  return {
    source: SOURCE,
    reason: 'absent',
    detail: 'No git repository holds the evidence directory, and none lies in it.',
    effect: NO_CODE,
    nextStep: 'Name the repository of the failing service with --repo.',
  };
}

/** History is known, but from what was written down alone. */
export function onlyRecorded(path: string): Gap {
  return {
    source: SOURCE,
    reason: 'not-covered',
    detail: `The code is known from ${path} alone: what its commits changed and the lines around it.`,
    effect: 'Lines that none of its commits touched are not known: a chain through them cannot be followed.',
    nextStep: 'Name the repository of the failing service with --repo.',
  };
}

export function noDifferences(path: string): Gap {
  return {
    source: SOURCE,
    reason: 'not-covered',
    detail: `${path} lists commits without their differences, and no repository holds them.`,
    effect: 'What these commits changed is not known: none can be convicted or cleared by its code.',
    nextStep: `Save it again with \`git log -p > ${path}\`, or name the repository with --repo.`,
  };
}

const UNTIED = 'What it changes, and when that began to act, cannot be tied to a release.';

export function looseDifference(path: string, files: number): Gap {
  return {
    source: SOURCE,
    reason: 'rejected',
    detail: `${path} holds a difference of ${files} ${files === 1 ? 'file' : 'files'} and does not say of which commit.`,
    effect: UNTIED,
    nextStep: `Save it with its commit: \`git show <commit> > ${path}\`.`,
  };
}

export function noCommits(path: string): Gap {
  return {
    source: SOURCE,
    reason: 'rejected',
    detail: `${path} looks like a history of commits, but none could be read.`,
    effect: UNTIED,
    nextStep: `Save it again with \`git log -p --pretty=fuller > ${path}\`.`,
  };
}

export function noHead(path: string): Gap {
  return {
    source: SOURCE,
    reason: 'failed',
    detail: `${path} is there but is no repository: it has no HEAD that git could read.`,
    effect: NO_CODE,
    nextStep: 'Name a complete clone with --repo.',
  };
}

export function leadsOutside(root: string): Gap {
  return {
    source: SOURCE,
    reason: 'rejected',
    detail: `The .git file of ${root} leads to a repository outside the allowed roots that knows nothing of it.`,
    effect: NO_CODE,
    nextStep: 'Start the server with a further --root to include it.',
  };
}

export function brokenBundle(path: string, why: string): Gap {
  return {
    source: SOURCE,
    reason: 'failed',
    detail: `The git bundle ${path} could not be read: ${why}.`,
    effect: NO_CODE,
    nextStep: `Make it again with \`git bundle create ${path} --all\`, or name a clone with --repo.`,
  };
}

export function notARepository(path: string): Gap {
  return {
    source: SOURCE,
    reason: 'absent',
    detail: `${path} is not in a git repository.`,
    effect: 'The history that was asked for is not part of this triage.',
    nextStep: 'Name an existing repository with --repo.',
  };
}

/** Facts about a repository that was read all the same. */
export function limitsOf(found: FoundRepository): readonly Gap[] {
  const gaps: Gap[] = [];
  if (found.shallow)
    gaps.push({
      source: SOURCE,
      reason: 'not-covered',
      detail: `The repository ${found.repo} is a shallow clone.`,
      effect:
        'Older revisions are missing: where a value came from, and what to go back to, may not be found.',
      nextStep: `Run \`git -C ${found.root} fetch --unshallow\`.`,
    });
  if (found.bare)
    gaps.push({
      source: SOURCE,
      reason: 'not-covered',
      detail: `The repository ${found.repo} is bare.`,
      effect: 'Files are read from its commits only; there is no working tree to look at.',
      nextStep: null,
    });
  return gaps;
}

export function brokenObjects(found: FoundRepository, kept: number, why: string): Gap {
  return {
    source: SOURCE,
    reason: 'failed',
    detail: `Objects of the repository ${found.repo} are missing or broken: ${why}. ${kept} commits could be read.`,
    effect: 'Commits, the files they touch or what they changed in them may be missing.',
    nextStep: `Run \`git -C ${found.root} fsck\`, or name a complete clone with --repo.`,
  };
}

export function commitsLeftOut(kept: number): Gap {
  return {
    source: SOURCE,
    reason: 'truncated',
    detail: `Only the newest ${kept} commits were read.`,
    effect: 'A change older than these is not among the candidates.',
    nextStep: null,
  };
}

export function tagsLeftOut(repo: string, kept: number): Gap {
  return {
    source: SOURCE,
    reason: 'truncated',
    detail: `Only the newest ${kept} tags of ${repo} were read.`,
    effect: 'A version whose tag is older cannot be tied to its commit.',
    nextStep: null,
  };
}

/** A repository that could not be read at all. */
export function unreadable(found: FoundRepository, error: GitError): Gap {
  if (error.problem === 'empty')
    return {
      source: SOURCE,
      reason: 'absent',
      detail: `The repository ${found.repo} has no commit.`,
      effect: NO_CODE,
      nextStep: 'Commit the code, or name another repository with --repo.',
    };
  return {
    source: SOURCE,
    reason: 'failed',
    detail: `The repository ${found.repo} could not be read: ${error.why}.`,
    effect: NO_CODE,
    nextStep: error.nextStep,
  };
}
