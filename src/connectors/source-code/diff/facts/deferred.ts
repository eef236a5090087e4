/** What is left for later or for others: told only once a transaction is committed, done on threads that may wait. */
import type { SyntaxNode } from '../../syntax/node.ts';
import { descend } from '../../syntax/node.ts';
import { calleeName, compact, enclosingFunction, functionName, oneLine } from '../../syntax/shape.ts';
import type { Observation } from './control.ts';

const AFTER_COMMIT =
  /^(on_commit|onCommit|runOnCommit|afterCommit|after_commit|after_(create|save|update|destroy)_commit|afterTransactionCommit|runOnTransactionCommit|runOnTransactionCommitOrRollback|executeAfterCommit|run_after_commit|after_commit_on)$/;
const COMMITS =
  /^(commit|Commit|CommitAsync|commitTransaction|commit_transaction|SaveChanges(Async)?|commitAsync)$/;
const TELLS =
  /^(publish\w*|Publish\w*|emit|Emit|produce|Produce|ProduceAsync|dispatch\w*|Dispatch\w*|notify\w*|Notify\w*|send_?[Mm]essage|SendMessage\w*|SendMessageAsync|sendMail|deliver_later|deliver_now|perform_later|perform_async|delay|apply_async|enqueue\w*|Enqueue\w*|convertAndSend|basic_publish|BasicPublish\w*)$/;

function observation(kind: Observation['kind'], key: string, label: string, symbols: string[]): Observation {
  return { kind, key, label, symbols };
}

/** `@TransactionalEventListener`, whose phase is the commit unless it says otherwise. */
function listens(node: SyntaxNode): Observation[] {
  if (!/^@?TransactionalEventListener\b/.test(node.text) || /BEFORE_COMMIT/.test(node.text)) return [];
  return [observation('after-commit', 'listener', '"@TransactionalEventListener"', [])];
}

/** Told behind the commit in the same function. */
function toldBehind(node: SyntaxNode, name: string): Observation[] {
  const owner = enclosingFunction(node);
  if (!TELLS.test(name) || owner === null) return [];
  const commit = descend(owner).find((each) => each.role === 'call' && COMMITS.test(calleeName(each)));
  if (commit === undefined || commit.start >= node.start) return [];
  return [observation('after-commit', `behind ${name}`, `${name}() behind ${calleeName(commit)}()`, [name])];
}

/** Calls that hand work to threads that may wait. */
const ELSEWHERE =
  /^(run_in_executor|to_thread|run_in_threadpool|run_sync|spawn_blocking|block_in_place|executeBlocking|supplyAsync|runAsync)$/;
const POOL = /Dispatchers\.IO|boundedElastic|Schedulers\.(io|elastic)/;

function movesAway(node: SyntaxNode, name: string): boolean {
  if (ELSEWHERE.test(name)) return true;
  return /^(withContext|flowOn|subscribeOn|publishOn)$/.test(name) && POOL.test(node.text.slice(0, 120));
}

function moved(node: SyntaxNode, name: string): Observation[] {
  if (!movesAway(node, name)) return [];
  const owner = enclosingFunction(node);
  const head =
    compact(node.text)
      .replace(/[{(]?\s*$/, '')
      .split(/[{]|=>/)[0] ?? name;
  const whose = owner === null ? '' : ` of ${functionName(owner) ?? 'a function'}`;
  return [
    observation(
      'off-thread',
      'moved',
      `"${oneLine(head, 40)}", which moved the work${whose} to other threads,`,
      [name],
    ),
  ];
}

export function deferredFacts(node: SyntaxNode): Observation[] {
  if (node.role === 'annotation') return listens(node);
  const name = calleeName(node);
  if (AFTER_COMMIT.test(name)) return [observation('after-commit', `by ${name}`, `${name}()`, [name])];
  return [...toldBehind(node, name), ...moved(node, name)];
}
