/** What a failing line works with: across modules that hand on, under other names, and of other calls on the line nothing. */
import { afterEach, describe, expect, it } from 'vitest';
import { removeFolder } from '../../_kit/_testing/temporary-repository.ts';
import { askAbout, type Files, repositoryOf } from '../_testing/code-repository.ts';

const made: string[] = [];
afterEach(() => {
  for (const root of made.splice(0)) removeFolder(root);
});

/** `steps path function` of all that a line leads to. */
async function reachedFrom(files: Files, file: string, line: number, into: string | null = null) {
  const { root } = repositoryOf(files);
  made.push(root);
  const result = await askAbout(root, 'reached-code', { places: [{ patternId: 'p', file, line, into }] });
  return (result?.answer.reached ?? []).map(
    ({ steps, location, function: name }) => `${steps} ${location.path} ${name}`,
  );
}

const LIBRARY: Files = {
  'app/lib/grid/package.json': '{ "main": "lib/index.js" }',
  'app/lib/grid/lib/index.js': "module.exports = { read: require('./read'), width: 3 };\n",
  'app/lib/grid/lib/read.js':
    "var cells = require('./cells');\nvar split = function splitRow(text) {\n  return text.split(',');\n};\nmodule.exports = function (text) {\n  return cells.trimmed(split(text));\n};\n",
  'app/lib/grid/lib/cells.js':
    'exports.trimmed = function (row) {\n  return row.map(String);\n};\nexports.unused = function () {};\n',
  'app/rows.js':
    "const grid = require('./lib/grid');\nconst rows = (text) => {\n  const row = grid.read(text);\n  const first = row[0] || [];\n  return first.map(clean);\n};\nconst clean = (cell) => cell.trim();\nmodule.exports = { rows };\n",
};

describe('what a failing line works with', () => {
  it('is nothing that a file beside it binds under the same name', async () => {
    const files: Files = {
      'web/main.go':
        'package main\n\nfunc main() {\n\tr := routes.New()\n\tr.Handle("/seats", page)\n\tr.Handle("/rows", rows)\n}\n',
      'web/pages.go':
        'package main\n\nfunc page(w Writer, r *Request) {\n\tfail(r, w, r.Context())\n}\n\nfunc rows(w Writer, r *Request) {\n\tshow(w)\n}\n\nfunc fail(r *Request, w Writer, c Context) {\n\tw.Code(500)\n}\n',
    };
    const found = await reachedFrom(files, 'web/pages.go', 4);
    expect(found).toContain('1 web/pages.go fail');
    expect(found.join()).not.toMatch(/rows|main\b(?!\.go)/);
  });

  it('is told by what its variables were given, through the main file of a folder and what it hands on', async () => {
    const found = await reachedFrom(LIBRARY, '/srv/app/rows.js', 5);
    expect(found).toContain('1 app/lib/grid/lib/read.js module.exports');
    expect(found).toContain('1 app/rows.js clean');
    expect(found).toContain('2 app/lib/grid/lib/cells.js exports.trimmed');
    expect(found.join()).toContain('splitRow');
    expect(found.join()).not.toContain('unused');
  });

  it('is nothing where no such file is', async () => {
    expect(await reachedFrom(LIBRARY, '/srv/other/nowhere.js', 5)).toEqual([]);
    expect(await reachedFrom(LIBRARY, 'rows.js', 5)).toEqual([]);
  });

  const VIEWS: Files = {
    'shop/views.py':
      'from shop.trail import crumbs\nfrom shop.shelf import shelf\nfrom shop.words import clean\n\n\ndef page(request):\n    return render(shelf(clean(request.q)), crumbs(request))\n',
    'shop/trail.py': 'def crumbs(request):\n    return []\n',
    'shop/shelf.py': 'def shelf(words):\n    return words[0]\n',
    'shop/words.py': 'def clean(words):\n    return words.strip()\n',
  };

  it('is of a line within a stack what the call was given that failed, not what else is called there', async () => {
    const inStack = await reachedFrom(VIEWS, 'shop/views.py', 7, 'shelf');
    expect(inStack).toContain('1 shop/words.py clean');
    expect(inStack).not.toContain('1 shop/trail.py crumbs');
    expect(await reachedFrom(VIEWS, 'shop/views.py', 7)).toContain('1 shop/trail.py crumbs');
  });

  it('is of a handler what was tried, and of a message the condition that leads to it', async () => {
    const files: Files = {
      'a/guard.js':
        "const { Limit } = require('./limit');\nconst limit = new Limit();\nfunction pass(req) {\n  try {\n    limit.take(req);\n  } catch (refusal) {\n    log.warn('refused');\n  }\n}\n",
      'a/limit.js': 'class Limit {\n  take(req) {\n    return req;\n  }\n}\nmodule.exports = { Limit };\n',
      'a/hook.js':
        "const { isUrl } = require('./limit-of-urls');\nfunction why(hook) {\n  if (!isUrl(hook.to)) return 'no address';\n  return null;\n}\n",
      'a/limit-of-urls.js': 'exports.isUrl = (text) => /^http/.test(text);\n',
    };
    expect(await reachedFrom(files, 'a/guard.js', 7)).toContain('1 a/limit.js Limit.take');
    expect((await reachedFrom(files, 'a/hook.js', 3)).join()).toContain('1 a/limit-of-urls.js');
  });

  it('is in Go the method of the receiver, in the same file and in others of the package', async () => {
    const found = await reachedFrom(
      {
        'search/handler.go':
          'package search\n\nfunc (h *Handler) Serve(q string) []hit {\n\treturn h.find(q)\n}\n\nfunc (h *Handler) find(q string) []hit {\n\treturn h.score(q)\n}\n',
        'search/score.go':
          'package search\n\nfunc (h *Handler) score(q string) []hit {\n\treturn nil\n}\n\nfunc (h *Handler) other() {}\n',
      },
      'search/handler.go',
      4,
    );
    expect(found).toEqual([
      '0 search/handler.go Handler.Serve',
      '1 search/handler.go Handler.find',
      '2 search/score.go Handler.score',
    ]);
  });

  it.each<{ readonly language: string; readonly files: Files; readonly line: number; readonly to: string }>([
    {
      language: 'Go, of another package',
      files: {
        'routing/plan.go':
          'package routing\n\nimport "example.com/fleet/geo/lookup"\n\ntype Planner struct {\n\tplaces *lookup.Lookup\n}\n\nfunc (p *Planner) Plan(stop string) float64 {\n\tplace, _ := p.places.Find(stop)\n\treturn place.Lat\n}\n',
        'geo/lookup/lookup.go':
          'package lookup\n\ntype Lookup struct{}\n\nfunc (l *Lookup) Find(name string) (*Place, error) {\n\treturn nil, nil\n}\n',
      },
      line: 11,
      to: '1 geo/lookup/lookup.go Lookup.Find',
    },
    {
      language: 'Java, a field of the class',
      files: {
        'shop/Orders.java':
          'package shop;\n\nimport shop.stock.StockRepository;\n\nclass Orders {\n  private final StockRepository stock;\n\n  int free(String sku) {\n    Item item = stock.find(sku);\n    return item.onHand();\n  }\n}\n',
        'shop/stock/StockRepository.java':
          'package shop.stock;\n\nclass StockRepository {\n  Item find(String sku) {\n    return null;\n  }\n}\n',
      },
      line: 10,
      to: '1 shop/stock/StockRepository.java StockRepository.find',
    },
    {
      language: 'Java, what implements the type of the field',
      files: {
        'shop/Orders.java':
          'package shop;\n\nclass Orders {\n  private final Stock stock;\n\n  int free(String sku) {\n    Item item = stock.find(sku);\n    return item.onHand();\n  }\n}\n',
        'shop/Stock.java': 'package shop;\n\ninterface Stock {\n  Item find(String sku);\n}\n',
        'shop/StoredStock.java':
          'package shop;\n\nclass StoredStock extends Cached\n    implements Stock {\n  public Item find(String sku) {\n    return null;\n  }\n}\n',
      },
      line: 8,
      to: '1 shop/StoredStock.java StoredStock.find',
    },
    {
      language: 'TypeScript, what implements the type of the parameter',
      files: {
        'shop/orders.ts':
          "import type { Stock } from './stock.js';\n\nexport class Orders {\n  constructor(private readonly stock: Stock) {}\n\n  free(sku: string): number {\n    const item = this.stock.find(sku);\n    return item.onHand;\n  }\n}\n",
        'shop/stock.ts': 'export interface Stock {\n  find(sku: string): Item;\n}\n',
        'shop/stored-stock.ts':
          "import type { Stock } from './stock.js';\n\nexport class StoredStock implements Stock {\n  find(sku: string) {\n    return undefined;\n  }\n}\n",
      },
      line: 8,
      to: '1 shop/stored-stock.ts StoredStock.find',
    },
    {
      language: 'C#, what implements the interface of the field',
      files: {
        'shop/Orders.cs':
          'namespace Shop;\n\npublic class Orders\n{\n    private readonly IStock _stock;\n\n    public int Free(string sku)\n    {\n        var item = _stock.Find(sku);\n        return item.OnHand;\n    }\n}\n',
        'shop/IStock.cs': 'namespace Shop;\n\npublic interface IStock\n{\n    Item Find(string sku);\n}\n',
        'shop/StoredStock.cs':
          'namespace Shop;\n\npublic class StoredStock : IStock\n{\n    public Item Find(string sku)\n    {\n        return null;\n    }\n}\n',
      },
      line: 10,
      to: '1 shop/StoredStock.cs StoredStock.Find',
    },
    {
      language: 'TypeScript, a parameter of the constructor',
      files: {
        'shop/orders.ts':
          "import { Stock } from './stock.js';\n\nexport class Orders {\n  constructor(private readonly stock: Stock) {}\n\n  free(sku: string): number {\n    const item = this.stock.find(sku);\n    return item.onHand;\n  }\n}\n",
        'shop/stock.ts': 'export class Stock {\n  find(sku: string) {\n    return undefined;\n  }\n}\n',
      },
      line: 8,
      to: '1 shop/stock.ts Stock.find',
    },
    {
      language: 'Kotlin, a parameter of the class',
      files: {
        'shop/Orders.kt':
          'package shop\n\nclass Orders(private val stock: Stock) {\n    fun free(sku: String): Int {\n        val item = stock.find(sku)\n        return item.onHand\n    }\n}\n',
        'shop/Stock.kt':
          'package shop\n\nclass Stock {\n    fun find(sku: String): Item {\n        return Item()\n    }\n}\n',
      },
      line: 5,
      to: '1 shop/Stock.kt Stock.find',
    },
    {
      language: 'C#, a field of the class',
      files: {
        'shop/Orders.cs':
          'class Orders {\n  private readonly Stock _stock;\n\n  int Free(string sku) {\n    var item = _stock.Find(sku);\n    return item.OnHand;\n  }\n}\n',
        'shop/Stock.cs': 'class Stock {\n  public Item Find(string sku) {\n    return null;\n  }\n}\n',
      },
      line: 6,
      to: '1 shop/Stock.cs Stock.Find',
    },
    {
      language: 'Python, handed over',
      files: {
        'shop/orders.py':
          'from shop.stock import Stock\n\n\nclass Orders:\n    def __init__(self, stock: Stock):\n        self._stock = stock\n\n    def free(self, sku):\n        item = self._stock.find(sku)\n        return item.on_hand\n',
        'shop/stock.py': 'class Stock:\n    def find(self, sku):\n        return None\n',
      },
      line: 10,
      to: '1 shop/stock.py Stock.find',
    },
    {
      language: 'JavaScript, made by the constructor',
      files: {
        'shop/orders.js':
          "const { Stock } = require('./stock');\n\nclass Orders {\n  constructor() {\n    this.stock = new Stock();\n  }\n\n  free(sku) {\n    const item = this.stock.find(sku);\n    return item.onHand;\n  }\n}\n",
        'shop/stock.js':
          'class Stock {\n  find(sku) {\n    return undefined;\n  }\n}\nmodule.exports = { Stock };\n',
      },
      line: 10,
      to: '1 shop/stock.js Stock.find',
    },
    {
      language: 'PHP, a parameter of the constructor',
      files: {
        'shop/Orders.php':
          '<?php\n\nnamespace Shop;\n\nuse Shop\\Stock;\n\nclass Orders\n{\n    public function __construct(private Stock $stock)\n    {\n    }\n\n    public function free(string $sku): int\n    {\n        $item = $this->stock->find($sku);\n        return $item->onHand();\n    }\n}\n',
        'shop/Stock.php':
          '<?php\n\nnamespace Shop;\n\nclass Stock\n{\n    public function find(string $sku)\n    {\n        return null;\n    }\n}\n',
      },
      line: 16,
      to: '1 shop/Stock.php Stock.find',
    },
  ])('is the method of what a field is declared as: $language', async ({ files, line, to }) => {
    const [file = ''] = Object.keys(files);
    expect(await reachedFrom(files, file, line)).toContain(to);
  });
});

describe('what another service answers', () => {
  const JAVA: Files = {
    'trips/pom.xml': '<project/>',
    'trips/src/Trips.java':
      'class Trips {\n  private Fares fares;\n\n  double price(String id) {\n    Fare fare = fares.of(id);\n    return fare.amount();\n  }\n}\n',
    'trips/src/Fares.java':
      'class Fares {\n  private final String base = "http://fares:80";\n\n  Fare of(String id) {\n    return rest.getForObject(base + "/api/fares/" + id, Fare.class);\n  }\n}\n',
    'fares/pom.xml': '<project/>',
    'fares/src/FareController.java':
      '@RestController\n@RequestMapping("/api/fares")\npublic class FareController {\n  @GetMapping\n  Object all() {\n    return null;\n  }\n\n  @GetMapping("/{id}")\n  Fare one(@PathVariable String id) {\n    return table(id);\n  }\n\n  private Fare table(String id) {\n    return null;\n  }\n}\n',
  };

  it('is followed by the path of the request to what answers it', async () => {
    const found = await reachedFrom(JAVA, 'trips/src/Trips.java', 6);
    expect(found).toContain('2 fares/src/FareController.java FareController.one');
    expect(found).toContain('3 fares/src/FareController.java FareController.table');
    expect(found.join()).not.toContain('all');
  });

  it.each<{ language: string; files: Files; line: number; to: string }>([
    {
      language: 'FastAPI, a text with variables in it',
      files: {
        'orders/app/place.py':
          'import httpx\n\nBASE = "http://points:80"\n\n\nasync def place(who):\n    answer = await httpx.get(f"{BASE}/members/{who}/tier")\n    return answer["name"]\n',
        'points/app/main.py':
          'app = FastAPI()\n\n\n@app.get("/members/{member_id}/tier")\ndef read_tier(member_id):\n    return {}\n\n\n@app.get("/members/{member_id}")\ndef read(member_id):\n    return {}\n',
      },
      line: 8,
      to: '1 points/app/main.py read_tier',
    },
    {
      language: 'Express, a handler by its name',
      files: {
        'web/cart.js':
          "async function add(id) {\n  const item = await fetch(urls.stock + '/items/' + id);\n  return item.price.toFixed(2);\n}\n",
        'stock/routes.js':
          "router.get('/items/:id', showItem);\nfunction showItem(req, res) {\n  res.json({});\n}\n",
      },
      line: 3,
      to: '1 stock/routes.js showItem',
    },
    ...(
      [
        [
          'Django, a view by its name',
          'desk/urls.py',
          'urlpatterns = [\n    path("api/seats/<int:seat>", views.show_seat),\n    path("api/rows", views.show_rows),\n]\n',
          'desk/views.py',
          'def show_rows(request):\n    return {}\n\n\ndef show_seat(request, seat):\n    return {}\n',
          'show_seat',
        ],
        [
          'Django, a class of views behind an expression',
          'desk/urls.py',
          'urlpatterns = [\n    re_path(r"^seats/(?P<seat>[0-9]+)/$", SeatPage.as_view()),\n]\n',
          'desk/views.py',
          'class RowPage(View):\n    def get(self, request):\n        return {}\n\n\nclass SeatPage(View):\n    def get(self, request, seat):\n        return {}\n',
          'SeatPage.get',
        ],
        [
          'aiohttp',
          'desk/app.py',
          'def build():\n    app.router.add_get("/seats/{seat}", show_seat)\n\n\nasync def show_seat(request):\n    return {}\n',
          'desk/rows.py',
          'def show_rows():\n    return {}\n',
          'show_seat',
        ],
        [
          'Flask, registered by a call',
          'desk/app.py',
          'app.add_url_rule("/seats/<seat>", view_func=show_seat)\n\n\ndef show_seat(seat):\n    return {}\n',
          'desk/rows.py',
          'def show_rows():\n    return {}\n',
          'show_seat',
        ],
        [
          'Starlette',
          'desk/app.py',
          'routes = [\n    Route("/seats/{seat}", endpoint=show_seat),\n]\n\n\nasync def show_seat(request):\n    return {}\n',
          'desk/rows.py',
          'def show_rows():\n    return {}\n',
          'show_seat',
        ],
        [
          'Rails, a controller and its action',
          'desk/config/routes.rb',
          "Rails.application.routes.draw do\n  get '/seats/:id', to: 'seats#show'\nend\n",
          'desk/app/controllers/seats_controller.rb',
          'class SeatsController\n  def show\n    render json: {}\n  end\nend\n',
          'SeatsController.show',
        ],
      ] as const
    ).map(([language, routes, text, views, code, handler]) => ({
      language,
      files: {
        'web/cart.js':
          "async function add(id) {\n  const seat = await fetch(urls.desk + '/seats/' + id);\n  return seat.price.toFixed(2);\n}\n",
        'desk/app/controllers/rows_controller.rb':
          'class RowsController\n  def show\n    render json: {}\n  end\nend\n',
        [routes]: text,
        [views]: code,
      },
      line: 3,
      to: `1 ${code.includes(handler.split('.').at(-1) ?? '') ? views : routes} ${handler}`,
    })),
    {
      language: 'gRPC from Go into JavaScript',
      files: {
        'src/front/main.go':
          'package main\n\nfunc (fe *server) show(ctx context.Context) string {\n\tmoney, _ := pb.NewCurrencyServiceClient(fe.conn).Convert(ctx, &pb.Request{})\n\treturn money.Units\n}\n',
        'src/currencyservice/server.js':
          'function convert(call, callback) {\n  callback(null, {});\n}\nmodule.exports = { convert };\n',
        'src/other/convert.js': 'function convert() {}\n',
      },
      line: 5,
      to: '1 src/currencyservice/server.js convert',
    },
  ])('$language', async ({ files, line, to }) => {
    const [file = ''] = Object.keys(files);
    expect(await reachedFrom(files, file, line)).toContain(to);
  });

  it('is followed through a client that is only declared, further on from service to service, to the types that are answered', async () => {
    const files: Files = {
      'rides/src/Trips.java':
        'class Trips {\n  private DispatchClient dispatch;\n\n  Ride book(Ask ask) {\n    return dispatch.assign(ask);\n  }\n}\n',
      'rides/src/DispatchClient.java':
        '@FeignClient(name = "dispatch", url = "http://dispatch:80")\npublic interface DispatchClient {\n  @PostMapping("/assignments")\n  Ride assign(@RequestBody Ask ask);\n}\n',
      'dispatch/handlers.go':
        'package main\n\nfunc (s *Server) routes(r *gin.Engine) {\n\tr.POST("/assignments", s.assign)\n}\n\nfunc (s *Server) assign(c *gin.Context) {\n\turl := fmt.Sprintf("%s/drivers/near?lat=%f", s.base, lat)\n\tresp, _ := s.http.Get(url)\n\tc.JSON(200, s.http.Get(fmt.Sprintf("%s/drivers/near?lat=%f", s.base, lat)))\n}\n',
      'drivers/main.go':
        'package main\n\ntype Driver struct {\n\tLat float64\n}\n\nfunc (s *Server) routes(r *gin.Engine) {\n\tr.GET("/drivers/near", s.near)\n}\n\nfunc (s *Server) near(c *gin.Context) {\n\tc.JSON(200, []Driver{})\n}\n',
    };
    const found = await reachedFrom(files, 'rides/src/Trips.java', 5);
    expect(found).toContain('2 dispatch/handlers.go Server.assign');
    expect(found).toContain('3 drivers/main.go Server.near');
    expect(found).toContain('4 drivers/main.go Driver');
  });

  it('is told by the method that stands beside the path, and followed behind what an interface only declares', async () => {
    const files: Files = {
      'rides/src/Rides.java':
        'class Rides {\n  private RestTemplate rest;\n\n  String of(String id) {\n    Reply reply = rest.exchange(url + "/api/riders/" + id, HttpMethod.GET, null, Reply.class);\n    return reply.getData().getName();\n  }\n}\n',
      'riders/src/RiderController.java':
        '@RestController\n@RequestMapping("/api/riders")\npublic class RiderController {\n  private RiderService riders;\n\n  @DeleteMapping("/{id}")\n  Object drop(String id) {\n    return riders.drop(id);\n  }\n\n  @GetMapping("/{id}")\n  Object one(String id) {\n    return riders.find(id);\n  }\n}\n',
      'riders/src/RiderService.java':
        'public interface RiderService {\n  Reply find(String id);\n  Reply drop(String id);\n}\n',
      'riders/src/RiderServiceImpl.java':
        'public class RiderServiceImpl implements RiderService {\n  public Reply find(String id) {\n    return null;\n  }\n\n  public Reply drop(String id) {\n    return null;\n  }\n}\n',
    };
    const found = await reachedFrom(files, 'rides/src/Rides.java', 6);
    expect(found).toContain('1 riders/src/RiderController.java RiderController.one');
    expect(found).toContain('2 riders/src/RiderServiceImpl.java RiderServiceImpl.find');
    expect(found.join()).not.toContain('drop');
  });

  it('is not told where two services answer to the same path', async () => {
    const files: Files = {
      'web/cart.js':
        "async function add(id) {\n  const item = await fetch(urls.stock + '/items/' + id);\n  return item.price;\n}\n",
      'stock/routes.js': "router.get('/items/:id', showItem);\nfunction showItem(req, res) {}\n",
      'lots/routes.js': "router.get('/items/:id', showLot);\nfunction showLot(req, res) {}\n",
    };
    expect((await reachedFrom(files, 'web/cart.js', 3)).join()).not.toMatch(/stock|lots/);
  });
});
