/** Whether a frame lies in the application or in its runtime and libraries, told from the path and the qualified name alone. */

const LIBRARY_PATHS =
  /(?:^|[\\/])(?:node_modules|site-packages|dist-packages|vendor|gems|bower_components|\.cargo|\.rustup|\.pub-cache)[\\/]|(?:^|[\\/])pkg[\\/]mod[\\/]|(?:^|[\\/])lib[\\/]python\d|(?:^|[\\/])lib[\\/]ruby[\\/]|(?:^|[\\/])go[\\/]src[\\/](?:runtime|net|internal|database|encoding|sync|testing|context|os|io|fmt|bufio|reflect)[\\/]|^\/usr\/(?:local\/)?(?:lib|go|share)\/|^\/opt\/hostedtoolcache|^\/rustc\/|^\/root\/\.cargo|^\/_\/src\/|^\/build\/source|^\/snapshot\/node_modules/;
const RUNTIME_PATHS =
  /^(?:node:|internal\/|<internal:|<frozen |<anonymous>|native\b|\[internal|webpack\/runtime|wasm:\/\/|<string>|<eval)/;
const JVM_LIBRARIES =
  /^(?:java|javax|jdk|sun|com\.sun|jakarta|kotlin|kotlinx|scala|groovy|clojure|akka|org\.(?:springframework|apache|hibernate|eclipse|jboss|postgresql|mariadb|h2|slf4j|junit|codehaus|glassfish|reactivestreams|redisson|quartz|aspectj)|com\.(?:fasterxml|zaxxer|mysql|google|netflix|mongodb|rabbitmq|squareup|microsoft|amazonaws|oracle|github\.benmanes)|io\.(?:netty|grpc|vertx|micrometer|lettuce|opentelemetry|undertow|micronaut|quarkus|reactivex|projectreactor)|reactor|feign|okhttp3|retrofit2|ch\.qos|redis\.clients|software\.amazon|net\.bytebuddy|brave)\./;
const DOTNET_LIBRARIES =
  /^(?:System|Microsoft|Npgsql|MySql|Newtonsoft|Serilog|Grpc|StackExchange|MediatR|Polly|Dapper|Autofac|MassTransit|NLog)\./;
const RUST_LIBRARIES =
  /^<?(?:&?(?:mut )?)?(?:std|core|alloc|tokio|hyper|axum|actix_\w+|futures\w*|rust_begin_unwind|__rust\w*|__libc\w*|tower|tonic|reqwest|sqlx|serde\w*)(?:::|$)/;
const GO_RUNTIME =
  /^(?:runtime|net\/http|net|sync|testing|reflect|database\/sql|encoding\/\w+|context|os|io|bufio|internal\/[\w/]+|google\.golang\.org\/\S+|golang\.org\/x\/\S+)[./](?:\(?[*\w])/;
const PHP_RUNTIME = /^\[internal function\]|^\{main\}/;

/** Null when the frame has nothing to tell by. */
export function isInApp(language: string, file: string, name: string | null): boolean | null {
  if (file === '' && name === null) return null;
  if (LIBRARY_PATHS.test(file) || RUNTIME_PATHS.test(file)) return false;
  if (name === null) return true;
  switch (language) {
    case 'java':
      return !JVM_LIBRARIES.test(name);
    case 'dotnet':
      return !DOTNET_LIBRARIES.test(name);
    case 'rust':
      return !RUST_LIBRARIES.test(name);
    case 'go':
      return !(GO_RUNTIME.test(name) || name === 'panic' || name === 'main.main()');
    case 'php':
      return !PHP_RUNTIME.test(name);
    default:
      return true;
  }
}
