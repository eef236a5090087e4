import { describe, expect, test } from 'vitest';
import { differsInDevelopmentOnly } from './development.ts';

const json = (value: unknown) => JSON.stringify(value, null, 2);

describe('a manifest that differs in what only tests and checks use', () => {
  test.each([
    {
      name: 'composer',
      path: 'mail/composer.json',
      before: '{"require":{"php":"8.3"},"require-dev":{"phpunit/phpunit":"10.5.0"}}\n',
      after: '{"require":{"php":"8.3"},"require-dev":{"phpunit/phpunit":"11.0.0"}}\n',
      want: true,
    },
    {
      name: 'composer, with a package that runs',
      path: 'mail/composer.json',
      before: '{"require":{"php":"8.3","a/b":"1"},"require-dev":{"phpunit/phpunit":"10.5.0"}}\n',
      after: '{"require":{"php":"8.3","a/b":"2"},"require-dev":{"phpunit/phpunit":"11.0.0"}}\n',
      want: false,
    },
    {
      name: 'npm',
      path: 'package.json',
      before: json({ dependencies: { pg: '8.1.0' }, devDependencies: { vitest: '3.0.0' } }),
      after: json({ dependencies: { pg: '8.1.0' }, devDependencies: { vitest: '4.0.0' } }),
      want: true,
    },
    {
      name: 'npm, with what builds the program',
      path: 'package.json',
      before: json({ devDependencies: { typescript: '5.8.0' } }),
      after: json({ devDependencies: { typescript: '5.9.0' } }),
      want: false,
    },
    {
      name: 'the lock of npm',
      path: 'package-lock.json',
      before: json({
        packages: { 'node_modules/pg': { version: '8' }, 'node_modules/sinon': { version: '1', dev: true } },
      }),
      after: json({
        packages: { 'node_modules/pg': { version: '8' }, 'node_modules/sinon': { version: '2', dev: true } },
      }),
      want: true,
    },
    {
      name: 'cargo',
      path: 'Cargo.toml',
      before: '[dependencies]\nserde = "1"\n\n[dev-dependencies]\nproptest = "1.4"\n',
      after: '[dependencies]\nserde = "1"\n\n[dev-dependencies]\nproptest = "1.5"\n',
      want: true,
    },
    {
      name: 'cargo, in the other table',
      path: 'Cargo.toml',
      before: '[dev-dependencies]\nproptest = "1.4"\n\n[dependencies]\nserde = "1.0.1"\n',
      after: '[dev-dependencies]\nproptest = "1.4"\n\n[dependencies]\nserde = "1.0.2"\n',
      want: false,
    },
    {
      name: 'maven',
      path: 'pom.xml',
      before:
        '<dependency><artifactId>a</artifactId><version>1</version></dependency><dependency><artifactId>junit</artifactId><version>4</version><scope>test</scope></dependency>',
      after:
        '<dependency><artifactId>a</artifactId><version>1</version></dependency><dependency><artifactId>junit</artifactId><version>5</version><scope>test</scope></dependency>',
      want: true,
    },
    {
      name: 'maven, before one for tests',
      path: 'pom.xml',
      before:
        '<dependency><artifactId>a</artifactId><version>1</version></dependency><dependency><artifactId>junit</artifactId><scope>test</scope></dependency>',
      after:
        '<dependency><artifactId>a</artifactId><version>2</version></dependency><dependency><artifactId>junit</artifactId><scope>test</scope></dependency>',
      want: false,
    },
    {
      name: 'gradle',
      path: 'build.gradle.kts',
      before: 'implementation("a:b:1")\ntestImplementation("c:d:1")\n',
      after: 'implementation("a:b:1")\ntestImplementation("c:d:2")\n',
      want: true,
    },
    {
      name: 'bundler',
      path: 'Gemfile',
      before: 'gem "rails", "8.0"\ngroup :development, :test do\n  gem "rspec", "3.1"\nend\n',
      after: 'gem "rails", "8.0"\ngroup :development, :test do\n  gem "rspec", "3.2"\nend\n',
      want: true,
    },
    {
      name: 'pyproject',
      path: 'pyproject.toml',
      before: '[project]\nname = "a"\n[dependency-groups]\ndev = ["ruff==0.9"]\n',
      after: '[project]\nname = "a"\n[dependency-groups]\ndev = ["ruff==0.10"]\n',
      want: true,
    },
    {
      name: 'requirements',
      path: 'requirements-dev.txt',
      before: 'pytest==8\n',
      after: 'pytest==9\n',
      want: true,
    },
    {
      name: 'requirements that run',
      path: 'requirements.txt',
      before: 'a==8\n',
      after: 'a==9\n',
      want: false,
    },
    { name: 'no JSON', path: 'composer.json', before: '{"require":', after: '{"require-dev":', want: false },
  ])('$name: $want', ({ path, before, after, want }) => {
    expect(differsInDevelopmentOnly(path, before, after)).toBe(want);
  });
});
