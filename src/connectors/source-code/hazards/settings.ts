/** Variables and packages that the earlier code needs: which are no longer provided, and which libraries of stored data changed their major version. */
import { packagesOf } from '../diff/packages.ts';
import { type HazardDraft, plainHazard } from './hazard-draft.ts';

/** Libraries that define how data is written where it outlives the process: databases, caches, queues, sessions, serialisers. */
const KEEPS_DATA =
  /(^|[/@:._-])(pg|postgres(ql)?|mysql2?|mariadb|mongo(ose|db|id)?|redis|ioredis|jedis|lettuce|memcached?|cassandra|dynamodb|kafka(js)?|confluent|rabbitmq|amqp(lib)?|pika|celery|sidekiq|bull(mq)?|resque|prisma|typeorm|sequelize|knex|hibernate|sqlalchemy|django|rails|activerecord|gorm|ent|diesel|entityframework(core)?|efcore|elasticsearch|opensearch|lucene|avro|protobuf|msgpack|pickle|jackson|session|express-session|cookie|jsonwebtoken|jwt|jose|bcrypt|argon2|passport|spring-session|rocksdb|leveldb|sqlite3?|h2)($|[/@:._-])/i;

function major(version: string): string | null {
  return /(\d+)(?:\.|$)/.exec(version)?.[1] ?? null;
}

export function packageHazards(path: string, before: string, after: string): readonly HazardDraft[] {
  const [old, now] = [packagesOf(path, before), packagesOf(path, after)];
  return [...now].flatMap(([name, { version, line }]) => {
    const was = old.get(name)?.version;
    if (was === undefined || !KEEPS_DATA.test(name)) return [];
    const [from, to] = [major(was), major(version)];
    return from === null || to === null || from === to
      ? []
      : [plainHazard('package-major', `${name} went from ${was} to ${version}`, [name], line)];
  });
}

/** `.env` and property files that are deployed beside the workload. */
export function environmentHazards(path: string, before: string, after: string): readonly HazardDraft[] {
  const keys = (text: string) =>
    new Set([...text.matchAll(/^\s*(?:export\s+)?([A-Z][A-Z0-9_]+)\s*=/gm)].map((match) => match[1] ?? ''));
  const now = keys(after);
  const lines = before.split('\n');
  return [...keys(before)]
    .filter((key) => !now.has(key))
    .map((key) => {
      const line = lines.findIndex((each) => new RegExp(`^\\s*(export\\s+)?${key}\\s*=`).test(each)) + 1;
      return plainHazard(
        'setting-removed',
        `${key} is no longer set in ${path}`,
        [key],
        Math.max(line, 1),
        true,
      );
    });
}
