/** Calls that hold up a thread on which much else is to run: an event loop, a coroutine's dispatcher. */
import type { SyntaxNode } from '../../syntax/node.ts';
import { calleeName, calleeText, oneLine, servingFunction } from '../../syntax/shape.ts';
import type { Observation } from './control.ts';

/** Python: libraries that know no event loop. A session of `requests` is called so by most. */
const BLOCKING_PYTHON =
  /^(requests\.\w+|urllib\.request\.urlopen|urlopen|time\.sleep|subprocess\.(run|call|check_call|check_output)|os\.system|socket\.create_connection|httpx\.(get|post|put|patch|delete|request)|psycopg2\.connect|pymysql\.connect|boto3\.client)$/;
const SYNCHRONOUS_NODE =
  /^(\w+\.)?(readFileSync|writeFileSync|appendFileSync|readdirSync|statSync|existsSync|execSync|execFileSync|spawnSync|pbkdf2Sync|scryptSync|randomFillSync|generateKeyPairSync|hashSync|compareSync|gzipSync|gunzipSync|deflateSync|inflateSync|brotliCompressSync|brotliDecompressSync)$/;
const BLOCKING_RUST = /^(std::)?thread::sleep$|^(reqwest::)?blocking::|^(std::)?fs::|\bblock_on$/;
const BLOCKING_KOTLIN = /^(Thread\.sleep|runBlocking)$|\.(join|get|execute)$/;

/** The head of a function, up to its body. */
function headOf(node: SyntaxNode): string {
  return node.text.slice(0, Math.max(0, (node.child('body')?.start ?? node.start + 200) - node.start));
}

/** Names that are bound to a session of `requests` anywhere in the file. */
function isRequestsSession(node: SyntaxNode, receiver: string): boolean {
  const name = receiver.replace(/^self\./, '');
  if (!/^\w+$/.test(name)) return false;
  return (
    new RegExp(`\\b${name}\\s*(:[^=\\n]+)?=\\s*(requests\\.)?[sS]ession\\(`).test(node.source.text) &&
    /\brequests\b/.test(node.source.text)
  );
}

function blocks(node: SyntaxNode, owner: SyntaxNode): boolean {
  const text = calleeText(node);
  const name = calleeName(node);
  switch (node.source.languageId) {
    case 'python':
      return (
        /^\s*async\s/.test(headOf(owner)) &&
        node.parent?.role !== 'await' &&
        (BLOCKING_PYTHON.test(text) ||
          (/^(get|post|put|patch|delete|head|request|send)$/.test(name) &&
            isRequestsSession(node, text.slice(0, -name.length - 1))))
      );
    case 'rust':
      return /\basync\s+fn\b/.test(headOf(owner)) && BLOCKING_RUST.test(text);
    case 'kotlin':
      return /\bsuspend\b/.test(headOf(owner)) && BLOCKING_KOTLIN.test(text) && !/^(join|get)$/.test(text);
    case 'typescript':
    case 'tsx':
    case 'javascript':
      return SYNCHRONOUS_NODE.test(text);
    default:
      return false;
  }
}

/** One for each call that holds up an event loop; only within functions, as what a module does once it does at its start. */
export function blockingFacts(node: SyntaxNode): Observation[] {
  if (node.role !== 'call') return [];
  const owner = servingFunction(node);
  if (owner === null || !blocks(node, owner)) return [];
  const text = calleeText(node);
  return [{ kind: 'blocking-call', key: text, label: `${oneLine(text, 50)}()`, symbols: [calleeName(node)] }];
}
