import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exceptionOf } from './exception.ts';
import { parseStack } from './parse-stack.ts';

const TRACES = [
  {
    language: 'Java, the deepest cause first',
    text: 'java.lang.IllegalStateException: no cart\n\tat shop.web.CartController.save(CartController.java:41)\n\tat org.springframework.web.Servlet.service(Servlet.java:9)\nCaused by: java.io.IOException: disk full\n\tat shop.store.CartFile.write(CartFile.java:12)\n\t... 2 more',
    frames: [
      'shop/store/CartFile.java:12 true',
      'shop/web/CartController.java:41 true',
      'org/springframework/web/Servlet.java:9 false',
    ],
    exception: { type: 'java.lang.IllegalStateException', message: 'no cart' },
  },
  {
    language: 'JavaScript',
    text: "TypeError: Cannot read properties of undefined (reading 'total')\n    at Carts.save (/srv/app/carts.ts:31:9)\n    at async /srv/app/routes.ts:7:3\n    at Layer.handle [as handle_request] (/srv/node_modules/express/lib/router/layer.js:95:5)\n    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)",
    frames: [
      '/srv/app/carts.ts:31 true',
      '/srv/app/routes.ts:7 true',
      '/srv/node_modules/express/lib/router/layer.js:95 false',
      'node:internal/process/task_queues:95 false',
    ],
    exception: { type: 'TypeError', message: "Cannot read properties of undefined (reading 'total')" },
  },
  {
    language: 'Python, turned round',
    text: 'Traceback (most recent call last):\n  File "/usr/lib/python3/dist-packages/flask/app.py", line 1525, in full_dispatch_request\n    rv = self.dispatch_request()\n  File "/srv/app/carts.py", line 31, in save\n    return total / count\nZeroDivisionError: division by zero',
    frames: ['/srv/app/carts.py:31 true', '/usr/lib/python3/dist-packages/flask/app.py:1525 false'],
    exception: { type: 'ZeroDivisionError', message: 'division by zero' },
  },
  {
    language: 'Go, the failing goroutine only',
    text: 'panic: runtime error: index out of range [3] with length 2\n\ngoroutine 7 [running]:\nmain.(*Carts).Save(0xc0000140a0, 0x3)\n\t/srv/app/carts.go:31 +0x1d\nnet/http.HandlerFunc.ServeHTTP(...)\n\t/usr/local/go/src/net/http/server.go:2136\n\ngoroutine 1 [IO wait]:\nmain.main()\n\t/srv/app/main.go:9 +0x2a',
    frames: ['/srv/app/carts.go:31 true', '/usr/local/go/src/net/http/server.go:2136 false'],
    exception: { type: 'panic', message: 'runtime error: index out of range [3] with length 2' },
  },
  {
    language: 'Ruby',
    text: "/srv/app/carts.rb:31:in `save': no cart (CartError)\n\tfrom /var/lib/gems/3.1.0/gems/rack-2.2/lib/rack.rb:9:in `call'\n\tfrom /srv/app/config.ru:3:in `<main>'",
    frames: [
      '/srv/app/carts.rb:31 true',
      '/var/lib/gems/3.1.0/gems/rack-2.2/lib/rack.rb:9 false',
      '/srv/app/config.ru:3 true',
    ],
    exception: { type: 'CartError', message: 'no cart' },
  },
  {
    language: '.NET',
    text: 'Unhandled exception. System.IO.IOException: disk full\n   at Shop.Carts.Save(Int32 id) in /src/Shop/Carts.cs:line 31\n   at System.Threading.Tasks.Task.Execute()\n   at Shop.Program.Main(String[] args) in /src/Shop/Program.cs:line 7',
    frames: [
      '/src/Shop/Carts.cs:31 true',
      'System.Threading.Tasks.Task:null false',
      '/src/Shop/Program.cs:7 true',
    ],
    exception: { type: 'System.IO.IOException', message: 'disk full' },
  },
  {
    language: 'Rust',
    text: "thread 'main' panicked at src/carts.rs:31:9:\nno cart\nstack backtrace:\n   0: rust_begin_unwind\n             at /rustc/90b35a6/library/std/src/panicking.rs:645:5\n   1: shop::carts::save\n             at ./src/carts.rs:31:9\n   2: shop::main\n             at ./src/main.rs:7:5",
    frames: [
      '/rustc/90b35a6/library/std/src/panicking.rs:645 false',
      './src/carts.rs:31 true',
      './src/main.rs:7 true',
    ],
    exception: { type: 'panic', message: 'no cart' },
  },
  {
    language: 'PHP',
    text: 'PHP Fatal error:  Uncaught Shop\\CartException: no cart in /srv/app/Carts.php:31\nStack trace:\n#0 /srv/app/index.php(7): Shop\\Carts->save(17)\n#1 /srv/vendor/slim/App.php(9): call_user_func()\n#2 {main}\n  thrown in /srv/app/Carts.php on line 31',
    frames: ['/srv/app/Carts.php:31 true', '/srv/app/index.php:7 true', '/srv/vendor/slim/App.php:9 false'],
    exception: { type: 'Shop\\CartException', message: 'no cart' },
  },
  {
    language: 'PHP, written by Monolog',
    text: '[object] (TypeError(code: 0): Unsupported operand types: string * float at /srv/app/Services/Price.php:12)\n[stacktrace]\n#0 /srv/app/Http/Products.php(19): App\\\\Services\\\\Price->gross(Array)\n#1 /srv/vendor/laravel/Controller.php(54): App\\\\Http\\\\Products->show()\n#2 {main}"}',
    frames: [
      '/srv/app/Services/Price.php:12 true',
      '/srv/app/Http/Products.php:19 true',
      '/srv/vendor/laravel/Controller.php:54 false',
    ],
    exception: null,
  },
];

describe('parseStack', () => {
  it.each(TRACES)('$language', ({ text, frames }) => {
    expect(parseStack(text).map((frame) => `${frame.file}:${frame.line} ${frame.inApp}`)).toEqual(frames);
  });

  it('names the functions', () => {
    const names = TRACES.map(({ text }) => parseStack(text)[0]?.function);
    expect(names).toEqual([
      'shop.store.CartFile.write',
      'Carts.save',
      'save',
      'main.(*Carts).Save',
      'save',
      'Shop.Carts.Save',
      'rust_begin_unwind',
      'Carts.save',
      'Price.gross',
    ]);
  });

  it.each(['', 'no trace here', 'at the end of the day (so to say)', 'from here to there'])(
    'finds no frame in %j',
    (text) => {
      expect(parseStack(text)).toEqual([]);
    },
  );
});

describe('exceptionOf', () => {
  it.each(TRACES)('$language', ({ text, exception }) => {
    expect(exceptionOf(text)).toEqual(exception);
  });

  it('reads what Rails tells below its message, with or without the tag of the request', () => {
    const text = '  \nKeyError (key not found: "USD"):\n  \napp/services/taxes.rb:5:in `rate\'';
    const tagged =
      '[8f3a] NoMethodError (undefined method `round\' for "":String\n\n  (a * b).round\n  ^^^^):';
    expect(exceptionOf(text)).toEqual({ type: 'KeyError', message: 'key not found: "USD"' });
    expect(exceptionOf(tagged)).toEqual({
      type: 'NoMethodError',
      message: 'undefined method `round\' for "":String',
    });
  });

  it('reads a nested class whose outer class says what it is', () => {
    const text =
      '\norg.http.ClientFailureException$Conflict: 409 Conflict on PUT\n\tat org.http.Client.put(Client.java:9)';
    expect(exceptionOf(text)).toEqual({
      type: 'org.http.ClientFailureException$Conflict',
      message: '409 Conflict on PUT',
    });
    expect(exceptionOf('shop.Cart$Line: 3 items')).toBeNull();
  });

  it.each(['', 'all is well', 'Error rate is high', 'GET /carts 200'])('finds none in %j', (text) => {
    expect(exceptionOf(text)).toBeNull();
  });
});

describe('hostile traces', () => {
  it('never throw', () => {
    const part = fc.constantFrom(
      'at ',
      'File "',
      '", line ',
      '(',
      ')',
      ':',
      '1',
      '\n',
      '\t',
      ' ',
      'a.b',
      '.go',
      '#0 ',
      'Caused by: ',
      'panic: ',
      'Error',
      '"',
      "'",
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 80 }), (parts) => {
        const text = parts.join('');
        for (const frame of parseStack(text))
          expect(frame.line === null || Number.isInteger(frame.line)).toBe(true);
        exceptionOf(text);
      }),
      { numRuns: 1000 },
    );
  });

  it.each(['at ', 'a.', 'at a(', 'File "', '#0 a', ' in a:', ':', '(('])(
    '1 MB of %j is read in time',
    (unit) => {
      const text = unit.repeat(1_000_000 / unit.length);
      const startedAt = performance.now();
      parseStack(text);
      exceptionOf(text);
      expect(performance.now() - startedAt).toBeLessThan(2_000);
    },
  );
});
