/** The style sheet of the page: one column, light and dark, readable on a phone, plain on paper. */

export const STYLE = `
:root{color-scheme:light dark;--ink:#1c2024;--soft:#5c6670;--paper:#fff;--panel:#f4f6f8;--line:#d7dde3;--bad:#b42318;--warn:#8a5a00;--good:#1a7f37;--link:#0b5cad}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ec;--soft:#9aa5b0;--paper:#14181c;--panel:#1d2329;--line:#323a42;--bad:#ff7b72;--warn:#e3b341;--good:#56d364;--link:#79b8ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:60rem;margin:0 auto;padding:1rem}
h1{font-size:1.35rem;line-height:1.25;margin:.25rem 0}
h2{font-size:1.1rem;margin:2rem 0 .5rem;padding-bottom:.25rem;border-bottom:1px solid var(--line)}
p,ul,ol{margin:.4rem 0}
h1,h2,p,li{overflow-wrap:anywhere}
li{margin:.2rem 0}
ul.checks,ol.checks{list-style:none;padding-left:.25rem}
a{color:var(--link);text-decoration:none}
a:hover{text-decoration:underline}
code,pre{font:.875em/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
code{overflow-wrap:anywhere}
pre{margin:.4rem 0;padding:.6rem .75rem;background:var(--panel);border:1px solid var(--line);border-radius:6px;overflow-x:auto;white-space:pre}
pre.command{border-left:4px solid var(--good);user-select:all;white-space:pre-wrap;overflow-wrap:anywhere}
.quote{background:var(--panel);border-radius:4px;padding:.05em .3em}
.badge{display:inline-block;border:1px solid currentColor;border-radius:4px;padding:0 .45rem;font-weight:700}
.bad{color:var(--bad)}.warn{color:var(--warn)}.good{color:var(--good)}.muted,.state,.cites{color:var(--soft)}
.cites{font-size:.85em}
.headline{border:1px solid var(--line);border-radius:8px;padding:.75rem 1rem;background:var(--panel)}
.headline pre{background:var(--paper)}
.headline p{margin:.35rem 0}
.decision{font-size:1.1rem}
.table{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.95em}
th,td{text-align:left;vertical-align:top;padding:.3rem .5rem;border-bottom:1px solid var(--line)}
td:first-child{font-variant-numeric:tabular-nums}
@media print{:root{--ink:#000;--soft:#333;--paper:#fff;--panel:#fff;--line:#999;--bad:#000;--warn:#000;--good:#000;--link:#000}body{font-size:11pt}main{max-width:none;padding:0}pre{white-space:pre-wrap}h2{break-after:avoid}li,tr,pre{break-inside:avoid}}
`.trim();
