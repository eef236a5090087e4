/** Words that a renaming leaves alone: those of languages, tools and operations. A product may know them; it may not know a business. */

const LISTS = [
  // Languages.
  `abstract args array application best branch callback clean create csv duplicate edit form frame hint info keep libs lookup masking note
   notice paging pause pick picker pipe plan point processor ranking ref refs render rounding saved smart src submit tick tsconfig unlock assert async await bool boolean bind break builder builtins call case catch class clone close cmd command concat const
   constructor copy default delete dict each else encode decode enum equals error errors eval except exception exceptions export extends extra
   false field fields file files filter final finally find float flush for format from func function generic get getter global goto handler
   handlers has hash header headers if impl implements import include init inline input insert instance int integer interface internal is item
   items iter iterator join json keys lambda len length let lib line lines list lists local loop map match math merge method methods mod model
   models module name names namespace new next none not null number object of open operator option optional options or output override pack
   package packages page pages param params parse part parts path paths pop print private process promise property protected public push put
   raise range read record records reduce regex remove replace require reset resolve result results return reverse root run save scan schema
   scope select self send set setter shift short size skip slice sort source sources split sql stack start static stdin stdout step stop str
   stream string strip struct style sub sum super switch symbol sync tab table tail task template test testing tests text then this throw
   throws time timer title to token tokens top trace trim true try tuple type types undefined unique unit update upper use utf util utils value
   values var vector version view void walk watch while width with word words worker workers write xml yaml yield zip main index apps app java
   javascript typescript python golang com org net www html http https url uri env lock dockerfile makefile readme license codeowners changelog
   gitignore github workflows workflow requirements setup settings gradle maven pom cargo gem gemfile npm pip conda venv node deno bun`,
  // Operations.
  `access account accounts amount board breaker cdevents consume correlation dispatcher intake jaeger localtime maker ordering publish receipt
   running settled activeusers aliases attempts business criticality critical currency
   depends journey journeys revenue slot statement syslog tracking upload wicked action active actor actual address agent alarm alert alertmanager alerts allocation allow api apis argo argocd assistant
   audit auth authentication authorization availability available average backend backoff backup balance base baseline batch batching broker
   bucket buffer build bulk bytes cache cached canary capacity catalog certificate chart charts check checks client clients cluster code codes
   column commit commits component components compose config configs configuration connect connection connections consumer container
   containers content context control controller cookie cors count counter cpu created credential credentials cron current dashboard dash data
   database date day days deadline debug deploy deployed deployment deployments description desired detail details disabled disk dispatch dns
   docker docs document domain down drain duration elapsed email enabled endpoint endpoints engine entity environment event events example
   expired expiry express external failed failure failures fallback feature features fetch finished flag flags flow fraction frontend gateway gauge
   grafana graph group groups guard guest gzip health healthy heap helm history hold home host hosts hour hours image images infra infrastructure
   ingress instances instant interval invalid item job jobs kafka key kind kubectl kubernetes label labels lag language latency layer lease level
   levels library limit limits listen listener live load loader log logger logging logs mail maintenance manager manifest manifests mapper
   maximum measure memory message messages metric metrics middleware migration migrations minimum minute minutes mobile mode monitor mysql
   namespace network nginx notes notification notifications notify oncall open operation operations order otel outbox outage owner owners partition
   password patch percent percentile persistence phase platform plugin pod pods policy pool pools port ports post postgres postgresql prefix
   preview primary priority probe producer prod production profile progress prometheus property provider proxy public query queue queues quota
   rate rates ratio ready redis refresh region regional registry release releases reload relay remote replica replicas replicaset report
   repository request requests reserve resource resources response responses restart restarts retries retry revert revision role rollback rollout
   route router routes routing rule rules runbook runtime sample schedule scheduler search second seconds secret secrets security sender server
   servers service services session sessions shard share shared signal sleep slow slug snapshot socket sockets span spans spec split stage
   staging standard state stateful status statuses storage store stores subnet subscriber subscription success suffix support surge suspend
   system systemd tag tags target team teams telemetry temp tenant terraform thread threads throttle throughput timeout timeouts timestamp tools
   topic topics total traces tracker trail traffic transaction transport trigger uptime url user users validate validation vault verify volume
   wait warn warning warnings web webhook window zone zones`,
  // What a truth may say.
  `change credential dependency traffic flood saturation investigate mitigate mitigation scale undo abort none disable off kill forward roll`,
];

/** @type {ReadonlySet<string>} */
export const KEPT_WORDS = new Set(LISTS.flatMap((list) => list.split(/\s+/)));
