/** Clients, pools and channels that are made anew on each call: each opens connections of its own, and few give them back in time. */
import type { SyntaxNode } from '../../syntax/node.ts';
import { calleeText, compact, functionName, oneLine, servingFunction } from '../../syntax/shape.ts';
import type { Observation } from './control.ts';

const CLIENT =
  /^(?:new)?(HttpClient|HttpClientHandler|SocketsHttpHandler|RestClient|OkHttpClient|RestTemplate|PrismaClient|MongoClient|Redis|IORedis|StackExchangeRedis|Pool|CosmosClient|ServiceBusClient)$|^(HttpClient\.newHttpClient|HttpClients\.(createDefault|custom)|(?:\w+\.)?(?:createPool|createConnection)|redis\.(createClient|Redis|StrictRedis|from_url|NewClient)|(?:httpx|aiohttp)\.(AsyncClient|Client|ClientSession)|pymongo\.MongoClient|requests\.Session|reqwest::Client::(new|builder)|Client::new|sql\.Open|grpc\.(Dial|DialContext|NewClient|insecure_channel)|ManagedChannelBuilder\.\w+|Executors\.new\w+|boto3\.(client|resource)|Faraday\.new|ConnectionMultiplexer\.Connect(Async)?|create_engine|create_async_engine|HikariDataSource)$/;
/** Functions whose business it is to make one, once. */
const MAKING =
  /^(__init__|constructor|initiali[sz]e\w*|main|setup|init|lifespan|bootstrap|configure\w*|connect|open|dial|start|provide\w*)$|(client|connection|pool|session|channel|db|database|engine|redis|http|factory|transport|stub)s?$/i;

/** Go: a literal with a transport of its own keeps its own connections. */
const OWN_TRANSPORT = /^&?http\.(Client|Transport)\{.*Transport|^&?http\.Transport\{/s;

/** A client made within a function that serves calls; empty for most nodes. */
export function clientFacts(node: SyntaxNode): Observation[] {
  const isMade =
    ((node.role === 'call' || node.role === 'new') && CLIENT.test(calleeText(node).replace(/^new\s*/, ''))) ||
    (node.type === 'composite_literal' && OWN_TRANSPORT.test(node.text));
  if (!isMade) return [];
  const owner = servingFunction(node);
  if (owner === null || MAKING.test(functionName(owner) ?? '') || owner.type === 'constructor_declaration')
    return [];
  return [
    { kind: 'client', key: compact(calleeText(node)), label: `"${oneLine(node.text, 50)}"`, symbols: [] },
  ];
}
