import { htmlStyle } from '../../../src/presentation/html-style.ts';

/** The sheet of reports, and what a bench has more: a colour for each series, and plots side by side. */
export const pageStyle = `${htmlStyle}
:root { --s0: #2a6db0; --s1: #c0530f; --s2: #1c7648; --s3: #8e44ad; --s4: #8a5f00; --s5: #b3261e; --s6: #3f7f86; --s7: #67635c; }
@media screen and (prefers-color-scheme: dark) {
  :root { --s0: #7fb5ec; --s1: #f29a5b; --s2: #71d09a; --s3: #cf9be8; --s4: #e5bd45; --s5: #ff8f85; --s6: #7cc4cc; --s7: #a19d95; }
}
header.bench { border-left: 5px solid var(--primary); }
a { color: inherit; text-decoration-color: var(--line); text-underline-offset: 3px; }
.figures > * { min-width: 0; }
.figures > figure { max-width: 520px; }
.figures .plot { width: 100%; }
header.bench h1 { display: inline-block; background: var(--primary); }
section.scenario { margin-top: 44px; border-top: 1px solid var(--line); padding-top: 16px; }
section.scenario > h2 { font-size: 21px; }
article { margin-top: 26px; }
h3 { margin: 0; font-size: 16px; }
h4 { margin: 14px 0 4px; font-size: 14px; font-weight: 600; }
.about { margin: 0 0 10px; color: var(--quiet); max-width: 62em; }
.scroll { overflow-x: auto; position: relative; }
.scroll table { width: auto; min-width: min(100%, 560px); }
.scroll th, .scroll td { white-space: nowrap; padding-right: 18px; }
details { margin-top: 8px; }
summary { cursor: pointer; color: var(--quiet); font-size: 14px; }
.keys { margin: 2px 0 4px; font-size: 13px; line-height: 1.7; }
.keys .key { display: inline-block; }
article, .wanted { overflow-wrap: anywhere; }
${Array.from({ length: 8 }, (_, i) => `.key.s${i}::before { background: var(--s${i}); border-radius: 2px; }`).join('\n')}
.hit { color: var(--good); }
.miss { color: var(--regressed); font-weight: 700; }
.not-measured { color: var(--undecided); }
.wanted td.drawn { width: 280px; }
.wanted thead th, .wanted td { overflow-wrap: normal; }
.wanted tbody th { white-space: normal; overflow-wrap: normal; }
.failure { color: var(--regressed); }
.doubt { color: var(--undecided); white-space: normal; font-size: 13px; }
@media (max-width: 700px) {
  .wanted tr { display: grid; grid-template-columns: 1fr auto auto; gap: 0 14px; border-top: 1px solid var(--line); padding: 6px 0; }
  .wanted thead { display: none; }
  .wanted th, .wanted td { border: 0; padding: 0; }
  .wanted th, .wanted td.ratio, .wanted td.drawn { grid-column: 1 / -1; width: auto; text-align: left; }
  .wanted .plot { width: 100%; height: auto; }
  .scroll th, .scroll td { padding-right: 12px; font-size: 13px; }
}
@media print { article { break-inside: auto; } details > * { display: block; } }
`;
