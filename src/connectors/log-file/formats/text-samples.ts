/** Lines of the usual layouts of text, each with what is read from it. */
import type { FormatSample } from '../format.ts';

export const TEXT_SAMPLES: readonly FormatSample[] = [
  {
    line: '"2024-03-02 08:15:30" "http://carts|/|<cart id=""17"">"  "cn=admin"  INFO  dc=carts',
    expect: { wallMs: Date.UTC(2024, 2, 2, 8, 15, 30) },
  },
  {
    line: '2024-03-02T08:15:30.250Z [main [] INFO  com.shop.Carts  opId=] Cart 17 kept',
    expect: { severity: 'info', service: null, logger: 'com.shop.Carts', message: 'Cart 17 kept' },
  },
  {
    line: '[2024-03-02T08:15:30.250Z http--188              ERROR com.shop.Carts] Cart 17 lost',
    expect: {
      wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
      severity: 'error',
      logger: 'com.shop.Carts',
      message: 'Cart 17 lost',
    },
  },
  {
    line: "[2024-03-02 08:15:30.250 F5A5AB90 info 'carts:/17' opID=F6-d] Cart 17 kept",
    expect: {
      wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
      severity: 'info',
      logger: 'carts:/17',
      message: 'Cart 17 kept',
    },
  },
  {
    line: "2024-03-02T08:15:30.250Z [7F03ECE76700 verbose 'Default' opID=21] [Carts] Cart 17 kept",
    expect: { severity: 'trace', message: 'Cart 17 kept' },
  },
  {
    line: '[DEBUG 2024-03-02 08:15:30 main]  Cart 17 kept',
    expect: {
      wallMs: Date.UTC(2024, 2, 2, 8, 15, 30),
      severity: 'debug',
      service: null,
      message: 'Cart 17 kept',
    },
  },
  {
    line: 'CartService:2024-03-02 08:15:30,250[MainThread]carts:737 [ERROR] Cart 17 lost',
    expect: { wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250), severity: 'error', message: 'Cart 17 lost' },
  },
  {
    line: 'shopCarts:03/02/2024 08:15:30:250 PM UTC: Thread[http-80-1,5,main]',
    expect: { wallMs: Date.UTC(2024, 2, 2, 20, 15, 30, 250), logger: 'shopCarts' },
  },
  {
    line: '2024-03-02T08:15:30.250Z INFO carts[83:http-36] [CorId= OpId=] [com.shop.Carts] Cart 17 kept',
    expect: { severity: 'info', service: 'carts', logger: 'com.shop.Carts', message: 'Cart 17 kept' },
  },
  {
    line: '2024-03-02T08:15:30.250Z |  INFO | cart-async-1 | Carts.java | 806 | Cart 17 kept',
    expect: { severity: 'info', logger: 'Carts.java', message: 'Cart 17 kept' },
  },
  {
    line: '2024-03-02T08:15:30.250Z info carts [store/util.go:148] [opID=7] Cart 17 kept',
    expect: { severity: 'info', logger: 'carts', message: 'Cart 17 kept' },
  },
  {
    line: "2024-03-02 08:15:30,250+0200 INFO  (cart/9e5d) [shop.carts] (cartId='17') (carts:2104)",
    expect: { severity: 'info', logger: 'shop.carts' },
  },
  {
    line: '2024-03-02 08:15:30,250 [=, org=] INFO  org.shop.Carts - Cart 17 kept',
    expect: { severity: 'info', service: null, logger: 'org.shop.Carts', message: 'Cart 17 kept' },
  },
  {
    line: '2024-03-02T08:15:30.250Z ERROR cart-api Cart 17 lost',
    expect: { severity: 'error', service: 'cart-api', message: 'Cart 17 lost' },
  },
  {
    line: '2024-03-02T08:15:30Z INFO carts Release carts-v2.4.1 started',
    expect: { severity: 'info', service: 'carts', message: 'Release carts-v2.4.1 started' },
  },
  {
    line: '2026-11-24 01:33:34,475 - shop.carts - ERROR - save failed',
    expect: { severity: 'error', logger: 'shop.carts', message: 'save failed' },
  },
  {
    line: '2026-11-24 01:33:34,475 carts ERROR Save failed',
    expect: { severity: 'error', logger: 'carts', message: 'Save failed' },
  },
  {
    line: '2026-11-24 01:33:34,475 ERROR shop.carts: save failed',
    expect: { severity: 'error', logger: 'shop.carts', message: 'save failed' },
  },
  {
    line: '2026-11-24 01:33:34,475 [ERROR] shop.carts: save failed',
    expect: { severity: 'error', logger: 'shop.carts', message: 'save failed' },
  },
  {
    line: '[2026-11-24 01:33:34,475] ERROR in carts: save failed',
    expect: { severity: 'error', logger: 'carts', message: 'save failed' },
  },
  {
    line: '2026-11-24 01:33:34,475 ERROR    [shop.carts:7] save failed',
    expect: { severity: 'error', logger: 'shop.carts', message: 'save failed' },
  },
  {
    line: '[ERROR] 2026-11-24 01:33:34,475 save failed',
    expect: { severity: 'error', logger: null, message: 'save failed' },
  },
  {
    line: '2026-11-24 01:33:34,475,ERROR,shop.carts,save failed',
    expect: { severity: 'error', logger: 'shop.carts', message: 'save failed' },
  },
  {
    line: 'ERROR:2026-11-24 01:33:34,475:save failed',
    expect: { severity: 'error', message: 'save failed' },
  },
  {
    line: 'ERROR:cart:save failed',
    expect: { wallMs: null, severity: 'error', logger: 'cart', message: 'save failed' },
  },
  {
    line: '2026-11-24 01:33:34 [error    ] save failed                    order=17',
    expect: { severity: 'error', message: 'save failed', attributes: { order: '17' } },
  },
  {
    line: '2026-11-24 01:33.34 [error    ] save failed                    [carts] order=17',
    expect: { wallMs: Date.UTC(2026, 10, 24, 1, 33, 34), severity: 'error' },
  },
  {
    line: '2026-11-24T01:33:34.250Z - error: connect ECONNREFUSED 10.0.0.5:5432',
    expect: { severity: 'error', service: null, message: 'connect ECONNREFUSED 10.0.0.5:5432' },
  },
  {
    line: '2026-11-24 01:33:34.250001 E [7:puma 001] CartController -- save failed',
    expect: { severity: 'error', message: '[7:puma 001] CartController -- save failed' },
  },
  {
    line: '24.11.2026 01:33:34.250 *ERROR* [qtp-1] shop.carts.Save failed',
    expect: { severity: 'error', wallMs: Date.UTC(2026, 10, 24, 1, 33, 34, 250) },
  },
  {
    line: '01:33:34,250 INFO  [org.shop.carts] (Controller Boot Thread) started',
    expect: { severity: 'info', logger: 'org.shop.carts', message: 'started' },
  },
  {
    line: '[2026-11-24 01:33:37 +0000] [1898] [ERROR] Error handling request /boom',
    expect: { offsetMinutes: 0, severity: 'error', message: 'Error handling request /boom' },
  },
  {
    line: '[2026-11-24 01:33:46,141: WARNING/MainProcess] No hostname was supplied.',
    expect: {
      severity: 'warn',
      message: 'No hostname was supplied.',
      attributes: { 'thread.name': 'MainProcess' },
    },
  },
  {
    line: 'INFO:     Application startup complete.',
    expect: { severity: 'info', message: 'Application startup complete.' },
  },
  {
    line: '[2026-11-24T01:33:33.488] [ERROR] cart - save failed',
    expect: { severity: 'error', logger: 'cart', message: 'save failed' },
  },
  {
    line: '2026-11-24T01:33:33.382Z [cart] error: save failed',
    expect: { severity: 'error', logger: 'cart', message: 'save failed' },
  },
  {
    line: '2024-03-02 08:15:30.250 [http-nio-8080-exec-3] WARN  t.shop.CartController - slow',
    expect: {
      severity: 'warn',
      logger: 't.shop.CartController',
      message: 'slow',
      attributes: { 'thread.name': 'http-nio-8080-exec-3' },
    },
  },
  {
    line: '2024/03/02 08:15:30 main.go:12: save failed',
    expect: { severity: 'unknown', message: 'save failed', attributes: { 'code.file.path': 'main.go:12' } },
  },
  {
    line: '[2024-03-02 08:15:30,250] INFO [BrokerServer id=1] started (shop.broker.BrokerServer)',
    expect: {
      severity: 'info',
      logger: 'shop.broker.BrokerServer',
      message: '[BrokerServer id=1] started',
    },
  },
  {
    line: '2024-03-02 08:15:30,250 INFO [Cart Allocator] shop.carts.Allocator: slow start',
    expect: { severity: 'info', logger: 'shop.carts.Allocator', message: 'slow start' },
  },
  {
    line: '2024-03-02 08:15:30.250001 [ 7 ] {0f1e2d3c} <Error> CartQuery: gone',
    expect: { severity: 'error', logger: 'CartQuery', message: 'gone' },
  },
  {
    line: '[2024-03-02T08:15:30.250+0000] {carts.py:31} WARNING - slow',
    expect: {
      offsetMinutes: 0,
      severity: 'warn',
      message: 'slow',
      attributes: { 'code.file.path': 'carts.py:31' },
    },
  },
  {
    line: '2024-03-02T08:15:30.250Z pid=1 tid=abc class=CartJob INFO: start',
    expect: { severity: 'info', message: 'start', attributes: { class: 'CartJob' } },
  },
  {
    line: '2024-03-02 08:15:30.250001 W | store: slow',
    expect: { severity: 'warn', logger: 'store', message: 'slow' },
  },
  {
    line: '2024-03-02 08:15:30.2500|ERROR|Shop.Carts|gone',
    expect: { severity: 'error', logger: 'Shop.Carts', message: 'gone' },
  },
  {
    line: '2024-03-02 08:15:30,250 INFO  [org.shop.carts] (main) started',
    expect: {
      severity: 'info',
      logger: 'org.shop.carts',
      message: 'started',
      attributes: { 'thread.name': 'main' },
    },
  },
  {
    line: '2024-03-02 08:15:30,250 shop.carts             [812]: NOTICE  [cellar] cart 17 kept',
    expect: { severity: 'info', logger: 'shop.carts', message: '[cellar] cart 17 kept' },
  },
  {
    line: 'Mar 02 08:15:30 cart-login: Error: connect(carts.sock) failed',
    expect: { severity: 'error', message: 'connect(carts.sock) failed' },
  },
  {
    line: '2024-03-02T08:15:30.250Z ERROR request{method=PUT id=7}: carts::store: not saved error=full',
    expect: {
      severity: 'error',
      logger: 'carts::store',
      message: 'not saved error=full',
      attributes: { method: 'PUT', id: '7' },
    },
  },
  {
    line: '2024-03-02T08:15:30.250Z error carts[2099] [Origin@6876 sub=Store] not saved',
    expect: { severity: 'error', logger: 'carts', message: '[Origin@6876 sub=Store] not saved' },
  },
  {
    line: '2024-03-02T08:15:30+0100 error org.shop.Carts.main : [Carts] no store',
    expect: {
      offsetMinutes: 60,
      severity: 'error',
      logger: 'org.shop.Carts.main',
      message: '[Carts] no store',
    },
  },
  {
    line: '[2024-03-02 08:15:30 +0100] critical/CartListener: no store on port 5665',
    expect: { severity: 'fatal', logger: 'CartListener', message: 'no store on port 5665' },
  },
  {
    line: '[2024-03-02 08:15:30,250 E 812 813] (cartlet) store.cc:3040: 1 cart lost',
    expect: { severity: 'error', message: '1 cart lost' },
  },
  {
    line: '[2024-03-02T08:15:30.250Z] I cartd: kept=17',
    expect: { severity: 'info', logger: 'cartd', message: 'kept=17' },
  },
  {
    line: '2024-03-02T08:15:30Z E! [outputs.carts] not written: timeout',
    expect: { severity: 'error', logger: 'outputs.carts', message: 'not written: timeout' },
  },
  {
    line: 'E [02/Mar/2024:08:15:30 +0100] [Client 12] cart lost',
    expect: { severity: 'error', offsetMinutes: 60, message: '[Client 12] cart lost' },
  },
  {
    line: '[2024-03-02 08:15:30.250001] E [MSGID: 114058] [carts.c:1571:cart_save] cart 17 lost',
    expect: { severity: 'error', logger: 'carts.c', message: 'cart 17 lost' },
  },
  {
    line: '2024-03-02 08:15:30.2500|13|ERROR|Shop.Carts|gone',
    expect: { severity: 'error', logger: 'Shop.Carts', message: 'gone' },
  },
  {
    line: '2024-03-02 08:15:30.250;ERROR;carts;gone',
    expect: { severity: 'error', logger: 'carts', message: 'gone' },
  },
  {
    line: '2024-03-02 08:15:30,250 | ERROR | cart store is closed | org.shop.carts.Store | main',
    expect: { severity: 'error', logger: 'org.shop.carts.Store', message: 'cart store is closed' },
  },
  {
    line: '2024/03/02 08:15:30 ERROR> carts.pl:12 main::save - no store',
    expect: { severity: 'error', logger: 'main::save', message: 'no store' },
  },
  {
    line: 'INFO  2024-03-02 08:15:30,250 [shard 0:main] cart_group0 - starting',
    expect: { severity: 'info', logger: 'cart_group0', message: 'starting' },
  },
  {
    line: '2024-03-02 08:15:30.250 ERROR (qtp123-45) [c:carts s:shard1] o.s.c.StoreBase no such cart',
    expect: { severity: 'error', logger: 'o.s.c.StoreBase', message: 'no such cart' },
  },
  {
    line: '2024-03-02 08:15:30,250 [shop.cart      :812][ERROR   ][4321] no store',
    expect: { severity: 'error', logger: 'shop.cart', message: 'no store' },
  },
  {
    line: '[08:15:30] [Cart thread/ERROR]: cart lost',
    expect: { severity: 'error', message: 'cart lost', attributes: { 'thread.name': 'Cart thread' } },
  },
  {
    line: '2024-03-02T08:15:30.250Z [ERROR] store: cannot unseal',
    expect: { severity: 'error', logger: 'store', message: 'cannot unseal' },
  },
  {
    line: '2024-03-02 08:15:30 +0100 HTTP parse error, malformed request',
    expect: { severity: 'unknown', message: 'HTTP parse error, malformed request' },
  },
  {
    line: '2024-03-02T08:15:30.250Z [error    ] cart lost                      [shop.carts] cart=17',
    expect: { severity: 'error', logger: 'shop.carts', message: 'cart lost', attributes: { cart: '17' } },
  },
  {
    line: '2024-03-02 08:15:30.250 +0100 level=ERROR component=CartQueue message="queue is full" size=1000',
    expect: {
      offsetMinutes: 60,
      severity: 'error',
      logger: 'CartQueue',
      message: 'queue is full',
      attributes: { size: '1000' },
    },
  },
  {
    line: '2024-03-02 08:15:30.250 INFO retry order=17 left=2',
    expect: { severity: 'info', message: 'retry order=17 left=2' },
  },
  {
    line: '2024-03-02 08:15:30,250 | WARN  | pool-2-thread-1 | CartWatcher          | 12 - org.shop.pax | no cart came',
    expect: {
      severity: 'warn',
      logger: 'CartWatcher',
      message: 'no cart came',
      attributes: { 'thread.name': 'pool-2-thread-1' },
    },
  },
  {
    line: '2024-03-02T08:15:30 [E|app|a1b2c3d4] Failed to save',
    expect: { severity: 'error', logger: 'app', message: 'Failed to save' },
  },
  {
    line: '2024-03-02 08:15:30,250 - MainProcess - MainThread - shop.carts - ERROR - not saved',
    expect: { severity: 'error', logger: 'shop.carts', message: 'not saved' },
  },
  {
    line: '2024.03.02 08:15:30 ERROR web[AYx1][o.s.c.Platform] not started',
    expect: { severity: 'error', service: 'web', logger: 'o.s.c.Platform', message: 'not started' },
  },
  {
    line: '2024-03-02 08:15:30,250+0000 ERROR [qtp1-12] ann org.shop.Carts - not saved',
    expect: { severity: 'error', logger: 'org.shop.Carts', message: 'not saved' },
  },
  {
    line: '2024-03-02T08:15:30.2500001Z ##[error]Process ended with exit code 1.',
    expect: { severity: 'error', message: 'Process ended with exit code 1.' },
  },
  {
    line: '2024-03-02 08:15:30,250 ERROR shop.carts Cart 17 lost',
    expect: { severity: 'error', logger: 'shop.carts', message: 'Cart 17 lost' },
  },
  {
    line: '2024-03-02 08:15:30,250 ERROR shop.com Cart 17 lost',
    expect: { severity: 'error', logger: null, message: 'shop.com Cart 17 lost' },
  },
  {
    line: '2024-03-02T08:15:30.250001Z E i.s.c.CartContext not saved',
    expect: { severity: 'error', logger: 'i.s.c.CartContext', message: 'not saved' },
  },
  {
    line: 'WARN [03-02|08:15:30.250] Cart not kept                peer=abc err=full',
    expect: {
      wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250),
      yearless: true,
      severity: 'warn',
      message: 'Cart not kept',
      attributes: { peer: 'abc', err: 'full' },
    },
  },
  {
    line: 'E[2024-03-02|08:15:30.250] Cart lost                      module=carts cart=17',
    expect: { severity: 'error', message: 'Cart lost' },
  },
  {
    line: '[2024-03-02 08:15:30.250 (UTC+0100)] error/server\tno channel',
    expect: { offsetMinutes: 60, severity: 'error', logger: 'server', message: 'no channel' },
  },
  {
    line: '[2024-03-02 08:15:30.250 +0000] ERROR (carts/812 on web-04): cart 17 lost',
    expect: {
      severity: 'error',
      service: 'carts',
      message: 'cart 17 lost',
      attributes: { 'host.name': 'web-04' },
    },
  },
  {
    line: '[2024-03-02T08:15:30.250Z] ERROR: carts/812 on web-04: cart 17 lost',
    expect: { severity: 'error', service: 'carts', message: 'cart 17 lost' },
  },
  {
    line: '2024-03-02T08:15:30.250001Z ERROR ThreadId(01) carts::store: not saved',
    expect: { severity: 'error', logger: 'carts::store', message: 'not saved' },
  },
  {
    line: '2024-03-02 08:15:30,250|ERROR|main|carts.Store|not saved',
    expect: { severity: 'error', logger: 'carts.Store', message: 'not saved' },
  },
  {
    line: 'Mar  2 08:15:30 carts\tinfo\tready to serve',
    expect: { severity: 'info', logger: 'carts', message: 'ready to serve' },
  },
  {
    line: '2024-03-02 08:15:30.250 7fb683bb5080 Error: cart 17 lost',
    expect: { severity: 'error', logger: null, message: 'cart 17 lost' },
  },
  {
    line: '[2024-03-02] [08:15:30.250] [ERROR] cart 17 lost',
    expect: { wallMs: Date.UTC(2024, 2, 2, 8, 15, 30, 250), severity: 'error', message: 'cart 17 lost' },
  },
  {
    line: '[2024-03-02][08:15:30][shop::carts][ERROR] cart 17 lost',
    expect: {
      wallMs: Date.UTC(2024, 2, 2, 8, 15, 30),
      severity: 'error',
      logger: 'shop::carts',
      message: 'cart 17 lost',
    },
  },
  {
    line: '02-Mar-2024 08:15:30.250 general: error: carts-zone: not saved',
    expect: { severity: 'error', logger: 'general', message: 'carts-zone: not saved' },
  },
  {
    line: '2024-03-02 08:15:30.250 ERROR [812] [Cart::save@13] cart 17 lost',
    expect: { severity: 'error', logger: 'Cart::save@13', message: 'cart 17 lost' },
  },
  {
    line: 'Sat Mar  2 08:15:30 2024: cart 17 lost',
    expect: { wallMs: Date.UTC(2024, 2, 2, 8, 15, 30), yearless: false, message: 'cart 17 lost' },
  },
];
