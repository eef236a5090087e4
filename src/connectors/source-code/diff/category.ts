/** What kind of file a path is, told from its name and folders alone. */
import type { FileCategory } from '../../../domain/code.ts';
import { baseName, extensionOf, isSourceFile, keyValueFormatOf } from '../languages/detect.ts';

const LOCKFILES =
  /^(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.ya?ml|bun\.lockb?|go\.sum|Cargo\.lock|poetry\.lock|uv\.lock|Pipfile\.lock|Gemfile\.lock|composer\.lock|packages\.lock\.json|gradle\.lockfile|mix\.lock|flake\.lock)$/;
const DEPENDENCY_MANIFESTS =
  /^(package\.json|go\.mod|pom\.xml|build\.gradle(\.kts)?|libs\.versions\.toml|pyproject\.toml|requirements([-_.]\w+)?\.(txt|in)|constraints\.txt|setup\.(py|cfg)|Pipfile|Cargo\.toml|Gemfile|composer\.json|mix\.exs|.*\.gemspec|.*\.csproj|.*\.fsproj|Directory\.Packages\.props|packages\.config)$/;
const TEST =
  /(^|\/)(tests?|__tests__|specs?|e2e|__mocks__|testdata|fixtures|testing)\/|(\.|_|-)(test|tests|spec|e2e|stories)\.[\w.]+$|_test\.(go|py|rb|dart)$|(^|\/)(test_[^/]+\.py|conftest\.py)$|(Test|Tests|Spec|IT)\.(java|kt|cs|scala|groovy|php|swift)$|(^|\/)src\/test\//;
const DOCS =
  /(^|\/)(docs?|documentation|adr|runbooks?)\/.*\.(md|mdx|rst|adoc|txt|png|svg)$|\.(md|mdx|rst|adoc)$|^(.*\/)?(README|CHANGELOG|LICEN[CS]E|NOTICE|AUTHORS|CONTRIBUTING|CODEOWNERS|OWNERS|MAINTAINERS|SECURITY|CODE_OF_CONDUCT)(\.(txt|html?|pdf|org))?$/i;
const CI =
  /(^|\/)\.(github\/|gitlab\/|circleci\/|buildkite\/|azure-pipelines|drone\.ya?ml|travis\.ya?ml|gitlab-ci\.ya?ml)|(^|\/)(Jenkinsfile|azure-pipelines\.ya?ml|bitbucket-pipelines\.ya?ml|cloudbuild\.ya?ml|\.pre-commit-config\.yaml|renovate\.json5?|\.?dependabot\.ya?ml)$/;
const TOOLING =
  /(^|\/)(\.gitignore|\.gitattributes|\.editorconfig|\.prettier(rc|ignore)[\w.]*|\.eslint(rc|ignore)[\w.]*|eslint\.config\.\w+|biome\.jsonc?|\.nvmrc|\.flake8|\.pylintrc|\.golangci\.ya?ml|\.rubocop\.ya?ml|(vitest|jest)\.config\.\w+|\.mailmap)$/;
const MIGRATION = /(^|\/)(migrations?|migrate|db\/migrate|flyway|liquibase|changelogs?|alembic\/versions)\//i;
const SCHEMA =
  /\.(proto|avsc|graphql|gql|xsd|wsdl|thrift|prisma)$|(^|\/)(openapi|swagger|asyncapi)[\w.-]*\.(ya?ml|json)$|\.schema\.json$|(^|\/)schema\.(sql|rb)$/i;
const ASSET = /\.(png|jpe?g|gif|svg|ico|webp|woff2?|ttf|eot|otf|mp3|mp4|pdf|css|scss|sass|less|map)$/i;
const GENERATED =
  /(^|\/)(dist|build|out|generated|__generated__|vendor|third_party|node_modules)\/|\.(min\.(js|css)|pb\.go|pb\.cc|_pb2(_grpc)?\.py|g\.dart|designer\.cs|generated\.\w+)$|_pb2(_grpc)?\.py$|\.gen\.\w+$/i;
const MANIFEST =
  /(^|\/)(k8s|kubernetes|helm|charts?|deploy(ment)?s?|manifests?|infra|infrastructure|terraform|argocd|flux|kustomize|ops|nomad|ecs|compose)\/|(^|\/)(docker-compose[\w.-]*\.ya?ml|compose[\w.-]*\.ya?ml|Chart\.yaml|kustomization\.ya?ml|Procfile|app\.json|fly\.toml|vercel\.json|serverless\.ya?ml|skaffold\.ya?ml|catalog-info\.ya?ml)$/i;

/** First rule that fits, in the order below; `other` where none does. */
export function categoryOf(path: string): FileCategory {
  const name = baseName(path);
  if (LOCKFILES.test(name)) return 'lockfile';
  if (CI.test(path)) return 'ci';
  if (TEST.test(path)) return 'test';
  if (DOCS.test(path)) return 'docs';
  if (TOOLING.test(path)) return 'ci';
  if (GENERATED.test(path)) return 'generated';
  if (DEPENDENCY_MANIFESTS.test(name)) return 'dependency-manifest';
  if (
    MIGRATION.test(path) &&
    (extensionOf(path) === 'sql' || isSourceFile(path) || /\.(xml|ya?ml)$/.test(path))
  )
    return 'migration';
  if (SCHEMA.test(path)) return 'schema';
  if (ASSET.test(path)) return 'asset';
  if (isSourceFile(path)) return 'code';
  const format = keyValueFormatOf(path);
  if (format === 'hcl' || format === 'dockerfile') return 'manifest';
  if (format !== null) return MANIFEST.test(path) ? 'manifest' : 'config';
  if (extensionOf(path) === 'sql') return 'migration';
  if (MANIFEST.test(path) && /\.(tpl|j2|xml)$/.test(path)) return 'manifest';
  return extensionOf(path) === 'xml' ? 'config' : 'other';
}
