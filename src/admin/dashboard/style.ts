import { hash } from 'node:crypto';

export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#fff, #14171a);
  --panel: light-dark(#f6f7f8, #1c2024);
  --line: light-dark(#dfe3e6, #31373d);
  --ink: light-dark(#1b1f23, #e4e7ea);
  --faint: light-dark(#5c6670, #98a2ac);
  --link: light-dark(#0b5cad, #7ab7ff);
  --mark: light-dark(#ffe9e3, #4a231b);
  --match: light-dark(#2f7d4c, #4fae72);
  --noise: light-dark(#7f8b97, #75808b);
  --accepted: light-dark(#3f86b8, #5b9fce);
  --mismatch: light-dark(#c8321f, #f0705f);
  --failed: light-dark(#c77d0a, #e5a03c);
  --skipped: light-dark(#d3d9de, #454d55);
}
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif }
a { color: var(--link); text-decoration: none }
a:hover { text-decoration: underline }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
header { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: baseline; margin-bottom: 1.5rem }
h1 { font-size: 1.35rem; margin: 0; flex: 1 }
h1 a { color: inherit }
h2 { font-size: 1.05rem; margin: 2rem 0 .6rem }
h3 { font-size: .95rem; margin: 0 0 .4rem }
.faint, th { color: var(--faint); font-weight: 400 }
.verdict { margin: 0 0 1rem }
.verdict p { margin: 0 0 .3rem }
.headline { font-size: 1.05rem }
.shift { margin: 0 0 .6rem; overflow-wrap: anywhere }
.pill { border: 1px solid var(--line); border-radius: 1rem; padding: .05rem .65rem; font-size: .85rem; white-space: nowrap }
.good { border-color: var(--match); color: var(--match) }
.bad { border-color: var(--mismatch); color: var(--mismatch) }
.notice { border-left: 3px solid var(--mismatch); background: var(--panel); padding: .6rem .9rem; margin: 0 0 1rem;
  overflow-wrap: anywhere }
.totals { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: .6rem; margin: 0 0 .8rem }
.totals div { background: var(--panel); border-top: 3px solid var(--line); padding: .5rem .8rem }
.totals dt { color: var(--faint); font-size: .85rem }
.totals dd { margin: 0; font-size: 1.35rem; font-variant-numeric: tabular-nums }
.totals small { display: block; color: var(--faint); font-size: .8rem }
.totals .match { border-color: var(--match) }
.totals .noise { border-color: var(--noise) }
.totals .accepted { border-color: var(--accepted) }
.totals .mismatch { border-color: var(--mismatch) }
.totals .failed { border-color: var(--failed) }
.totals .skipped { border-color: var(--skipped) }
.bar { display: block; width: 100%; height: .6rem; min-width: 6rem; background: var(--panel) }
rect.match { fill: var(--match) }
rect.noise { fill: var(--noise) }
rect.accepted { fill: var(--accepted) }
rect.mismatch { fill: var(--mismatch) }
rect.failed { fill: var(--failed) }
rect.skipped { fill: var(--skipped) }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: .9rem }
th, td { text-align: left; padding: .35rem 1.2rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
th { font-size: .82rem; white-space: nowrap }
.status, time { white-space: nowrap }
.name { min-width: 8rem; overflow-wrap: anywhere }
td code { display: inline-block; min-width: 7rem }
li code { display: inline }
h2, h3, p { overflow-wrap: anywhere }
h2 .faint { font-size: .9rem; font-weight: 400 }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.wide { width: 25% }
td .bar { margin-top: .4rem }
.again { color: var(--mismatch) }
td p { margin: 0 0 .2rem }
td.zero { color: var(--faint) }
code, pre { font: 13px/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere }
.kind { color: var(--faint) }
ul { list-style: none; margin: 0; padding: 0 }
nav { display: flex; flex-wrap: wrap; gap: .4rem; margin: .4rem 0 1rem }
nav [aria-current] { background: var(--panel); font-weight: 600 }
.sides { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1rem }
.sides section { min-width: 0 }
@media (max-width: 50rem) { .sides { grid-template-columns: minmax(0, 1fr) } }
pre { background: var(--panel); border: 1px solid var(--line); margin: .4rem 0; padding: .5rem 0; white-space: pre-wrap }
pre span, pre mark { display: block; padding: 0 .8rem; min-height: 1.5em }
mark { background: var(--mark); color: inherit; box-shadow: inset 3px 0 var(--mismatch) }
summary { cursor: pointer; color: var(--faint) }
@media (max-width: 40rem) { body { padding: 1rem } .wide { display: none } }
`;

/** The only style sheet that the pages' security policy allows, identified by its digest. */
export const STYLE_SOURCE = `'sha256-${hash('sha256', STYLE, 'base64')}'`;
