/** What a function does on each call that counts by how often it is done: ids that must be the only ones of their kind, and work that costs. */
import { isLogCall } from '../../syntax/log-call.ts';
import { ancestors, type SyntaxNode } from '../../syntax/node.ts';
import { calleeName, calleeText, functionName, oneLine, servingFunction } from '../../syntax/shape.ts';
import type { Observation } from './control.ts';

/** Ids that never come twice, by whatever library. */
const UNIQUE =
  /^(uuid|uuidv?[1-8]|uuid_?[1-8]|v[1-8]|randomUUID|NewGuid|CreateVersion7|new_v[1-8]|now_v7|ulid|nanoid|cuid|createId|NewString|NewRandom|NewV7|NewUUID|objectid|ObjectId|snowflake|Ulid|nextId)$/i;
const UNIQUE_RECEIVER = /uuid|ulid|guid|securerandom|crypto|snowflake|nanoid|ids?$|^$/i;
/** The clock and small dice: what two calls at once get is the same. */
const CLOCK_OR_DICE =
  /^(Date\.now|time\.time|time\.time_ns|System\.currentTimeMillis|time\.Now|Time\.now|microtime|time|uniqid|Math\.random|random\.randint|rand\.Intn|rand|mt_rand|DateTimeOffset\.UtcNow\.\w+|Instant\.now|SystemTime::now|Utc::now)$/;

/** Whole objects written: what a service does anyway, where it sends them; for a log line it is work that nobody asked for. */
const WRITING =
  /^(JSON\.stringify|json\.dumps|json\.Marshal(Indent)?|serde_json::to_(string|vec)(_pretty)?|JsonSerializer\.Serialize|JsonConvert\.SerializeObject|json_encode|print_r|var_export|pprint\.pformat|util\.inspect)$|(^|\.)(writeValueAsString|writeValueAsBytes|writerWithDefaultPrettyPrinter|toJson|to_json|encodeToString|SerializeToString|MessageToJson)$/;
/** Patterns compiled, deep copies, hashes made slow on purpose. */
const COSTLY =
  /^(Pattern\.compile|re\.compile|regexp\.(MustCompile|Compile)|Regex::new|structuredClone|copy\.deepcopy|pickle\.dumps|bcrypt\.\w+)$|(^|\.)cloneDeep$/;
/** Costly to make and meant to be made once. */
const HEAVY =
  /^(ObjectMapper|XmlMapper|Gson|GsonBuilder|JAXBContext|DocumentBuilderFactory|RegExp|Regex|Pattern|Validator|SchemaFactory|Ajv|Intl\.\w+|NumberFormat|TemplateEngine|VelocityEngine|JsonSerializerOptions)$/;
const ONCE = /^(__init__|constructor|main|init\w*|setup\w*|configure\w*|bootstrap|register\w*)$/i;

function ids(node: SyntaxNode): Observation[] {
  const name = calleeName(node);
  const text = calleeText(node);
  const receiver = text.slice(0, Math.max(0, text.length - name.length)).replace(/[.:]+$/, '');
  if (UNIQUE.test(name) && UNIQUE_RECEIVER.test(receiver.split(/[.:]+/).at(-1) ?? ''))
    return [{ kind: 'unique-id', key: text, label: `${oneLine(text, 40)}()`, symbols: [] }];
  return CLOCK_OR_DICE.test(text)
    ? [{ kind: 'clock-id', key: text, label: `${oneLine(text, 40)}()`, symbols: [] }]
    : [];
}

function work(node: SyntaxNode): Observation[] {
  const text = calleeText(node).replace(/^new\s*/, '');
  const isNew = node.role === 'new' || /^[A-Z]/.test(calleeName(node));
  const told = ancestors(node).some((up) => isLogCall(up));
  const costly = COSTLY.test(text) || (isNew && HEAVY.test(text)) || (told && WRITING.test(text));
  const owner = servingFunction(node);
  if (!costly || owner === null || ONCE.test(functionName(owner) ?? '')) return [];
  const what = oneLine(text, 50);
  return [
    {
      kind: 'costly-work',
      key: `${told ? 'told ' : ''}${text}`,
      label: told ? `${what}() for a log line` : `${what}()`,
      symbols: [],
    },
  ];
}

/** What a call says of ids and of costly work; empty for most nodes. */
export function perCallFacts(node: SyntaxNode): Observation[] {
  return node.role === 'call' || node.role === 'new' ? [...ids(node), ...work(node)] : [];
}
