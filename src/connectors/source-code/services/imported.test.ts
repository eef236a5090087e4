import { describe, expect, it } from 'vitest';
import { askFiles, type Files } from '../_testing/code-repository.ts';

const cases: readonly {
  readonly name: string;
  readonly files: Files;
  readonly own: string;
  readonly want: readonly string[];
}[] = [
  {
    name: 'Python, by the name of a package at the top',
    files: {
      'manifest/build.py': 'import os\nfrom passengers.parse import deck_of\n',
      'passengers/parse.py': 'x = 1\n',
    },
    own: 'manifest',
    want: ['passengers'],
  },
  {
    name: 'Java, by the path of a class',
    files: {
      'pick/src/main/java/picks/Pick.java':
        'package picks;\nimport java.util.List;\nimport weights.Net;\nclass Pick {}\n',
      'libs/weights/src/main/java/weights/Net.java': 'package weights;\npublic class Net {}\n',
    },
    own: 'pick',
    want: ['libs/weights'],
  },
  {
    name: 'Go, by the end of an import path',
    files: {
      'cmd/api/main.go': 'package main\nimport (\n\t"fmt"\n\tm "example.com/shop/internal/money"\n)\n',
      'internal/money/money.go': 'package money\n',
    },
    own: 'cmd/api',
    want: ['internal'],
  },
  {
    name: 'TypeScript, by relative paths, and what those import in turn',
    files: {
      'services/a/x.ts': "import {\n  pay,\n} from '../../libs/money/pay';\n",
      'libs/money/pay.ts': "import { round } from '../numbers/round';\nexport const pay = round;\n",
      'libs/numbers/round.ts': 'export const round = 1;\n',
      'libs/other/z.ts': 'export const z = 1;\n',
    },
    own: 'services/a',
    want: ['libs/money', 'libs/numbers'],
  },
  {
    name: 'C#, by the folder of a namespace',
    files: {
      'src/Orders.Api/Place.cs': 'using System;\nusing Shop.Money;\nnamespace Shop.Orders;\n',
      'src/Shop.Money/Price.cs': 'namespace Shop.Money;\n',
    },
    own: 'src/Orders.Api',
    want: ['src/Shop.Money'],
  },
  {
    name: 'Ruby and PHP, by path',
    files: {
      'web/app.rb': "require_relative '../shared/money'\n",
      'web/Page.php': '<?php\nuse Shop\\Text\\Words;\n',
      'shared/money.rb': 'X = 1\n',
      'common/Text/Words.php': '<?php\n',
    },
    own: 'web',
    want: ['common', 'shared'],
  },
  {
    name: 'a contract that is opened by its path from the file, in two languages',
    files: {
      'services/fares/src/server.js':
        "const definition = loadSync(path.join(__dirname, '../../../contracts/fares.proto'), { longs: Number });\n",
      'services/fares/tool.py': 'RATES = open(os.path.join(HERE, "../../shared/rates.json"))\n',
      'services/fares/lost.js': "readFileSync('../../../nowhere/x.json');\n",
      'contracts/fares.proto': 'syntax = "proto3";\n',
      'shared/rates.json': '{}\n',
    },
    own: 'services/fares',
    want: ['contracts', 'shared'],
  },
  {
    name: 'nothing for packages from outside and for code of its own',
    files: {
      'web/a.py': 'import requests\nfrom web.b import c\nfrom .b import d\n',
      'web/b.py': 'c = d = 1\n',
      'lib/x.py': '',
    },
    own: 'web',
    want: [],
  },
  {
    name: 'nothing where two files have the same end',
    files: { 'web/a.py': 'from util.text import c\n', 'x/util/text.py': '', 'y/util/text.py': '' },
    own: 'web',
    want: [],
  },
];

describe('folders that a service imports from', () => {
  it.each(cases)('$name', async ({ files, own, want }) => {
    const result = await askFiles(files, 'imports', { service: 'it', folders: [own] });
    expect(result?.answer.folders.map(({ folder }) => folder)).toEqual(want);
    const cited = new Set(result?.evidence.map(({ ref }) => ref));
    for (const { evidence } of result?.answer.folders ?? []) expect(cited).toContain(evidence);
  });
});
