/** Programs that keep data for others. */
import type { ServiceName } from '../../domain/service.ts';

const STORE =
  /(^|-)(postgres(ql)?|pgbouncer|mysqld?|mariadb|mongo(d|db)?|redis|valkey|memcached|elasticsearch|opensearch|solr|kafka|zookeeper|rabbit(mq)?|nats|etcd|cassandra|scylla|clickhouse|influxdb?|prometheus|minio|ceph|cockroach(db)?)(-|$)/;

const CACHE = /(^|-)(redis|valkey|memcached?|varnish|dragonfly|keydb|squid|caches?)(-|$)/;

/** Whether it keeps what others could tell again. */
export function isCache(service: ServiceName | null): boolean {
  return service !== null && CACHE.test(service);
}

/** Where one of them complains of itself, its callers only repeat it. */
export function isStore(service: ServiceName | null): boolean {
  return service !== null && STORE.test(service);
}
