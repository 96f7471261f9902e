/** The page's only style sheet: light and dark, wide and narrow, and on paper. The palette's contrast is at least 4.5 : 1 for text. */
export const htmlStyle = `
:root {
  color-scheme: light dark;
  --paper: #fcfbf9; --text: #1d1c1a; --quiet: #67635c; --line: #d9d5cd; --faint: #efece6;
  --primary: #2a6db0; --shadow: #c0530f; --regressed: #b3261e; --undecided: #8a5f00; --good: #1c7648; --on-badge: #ffffff;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #131519; --text: #e9e7e3; --quiet: #a19d95; --line: #3a3d44; --faint: #272b31;
    --primary: #7fb5ec; --shadow: #f29a5b; --regressed: #ff8f85; --undecided: #e5bd45; --good: #71d09a; --on-badge: #131519;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 28px 24px 40px; max-width: 1140px; background: var(--paper); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; font-variant-numeric: tabular-nums;
  overflow-wrap: break-word;
}
header { border-left: 5px solid var(--verdict); padding: 2px 0 2px 20px; }
.promote { --verdict: var(--good); }
.keep_shadowing { --verdict: var(--undecided); }
.reject { --verdict: var(--regressed); }
.top { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 8px 16px; }
h1 {
  margin: 0; padding: 7px 12px; border-radius: 5px; background: var(--verdict); color: var(--on-badge);
  font-size: 16px; line-height: 1.1; font-weight: 700; letter-spacing: .06em; white-space: nowrap;
}
.who { margin: 0; color: var(--quiet); }
.who span { color: var(--text); font-weight: 650; }
.reason { margin: 12px 0 0; font-size: 19px; line-height: 1.4; max-width: 62em; text-wrap: pretty; }
.reasons { margin: 8px 0 0; padding-left: 20px; }
.facts { margin: 8px 0 0; color: var(--quiet); }
.facts span:not(:last-child)::after { content: " ·"; }
section { margin-top: 28px; }
h2 { margin: 0 0 8px; font-size: 17px; }
h2 small { font-size: 14px; font-weight: 400; color: var(--quiet); padding-left: 6px; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 4px 10px 4px 0; text-align: left; vertical-align: middle; border-top: 1px solid var(--line); }
thead th { border-top: 0; font-size: 13px; font-weight: 500; color: var(--quiet); vertical-align: bottom; }
tbody th { font-weight: 400; }
th:last-child, td:last-child { padding-right: 0; }
.n { text-align: right; white-space: nowrap; }
thead .n { white-space: normal; }
.all th { font-weight: 650; }
.column { color: var(--quiet); }
.segments .drawn { width: 280px; padding-left: 12px; }
.drawn .plot { display: inline-block; vertical-align: middle; }
th.drawn .plot { display: block; }
.segments .plot line { vector-effect: non-scaling-stroke; }
tbody th { white-space: nowrap; }
.segments tbody th { min-width: 7em; white-space: normal; }
.reason, .reasons, .segments th, .slices th, .gates td, .flips td { overflow-wrap: anywhere; }
.slices tbody th { white-space: normal; }
.numbers { display: block; font-size: 12px; color: var(--quiet); }
.none { color: var(--quiet); font-size: 13px; }
.status { white-space: nowrap; }
tr.regressed th, .regressed .status { color: var(--regressed); font-weight: 700; }
tr.regressed .column { color: inherit; }
.undecided .status { color: var(--undecided); }
.safe .status, .better .status { color: var(--good); }
.gates th { width: 6em; }
.gates .bar { width: 320px; white-space: nowrap; }
.bar .plot { vertical-align: middle; margin-right: 10px; border-radius: 3px; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 360px), 1fr)); gap: 0 48px; }
figure { margin: 0 0 8px; }
figcaption { font-size: 13px; color: var(--quiet); margin-bottom: 2px; }
.figures .plot { display: block; max-width: 100%; height: auto; }
.plot { overflow: visible; }
.plot text { white-space: pre; }
.key::before { content: ""; display: inline-block; width: 12px; height: 12px; margin-right: 6px; vertical-align: -1px; }
.key.primary::before { background: var(--primary); opacity: .55; }
.key.shadow::before { border: 2px solid var(--shadow); }
.key { margin-right: 12px; color: var(--text); }
.unit { float: right; }
.note { margin: 8px 0 0; font-size: 13px; color: var(--quiet); }
footer { margin-top: 36px; padding-top: 8px; border-top: 1px solid var(--line); font-size: 13px; color: var(--quiet); }
footer p { margin: 4px 0; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (min-width: 1000px) {
  .numbers { display: inline-block; padding-left: 12px; vertical-align: middle; white-space: nowrap; font-size: 13px; color: inherit; }
  .segments .drawn { width: 430px; }
}
@media (max-width: 700px) {
  body { padding: 16px 14px 28px; }
  header { padding-left: 12px; }
  .reason { font-size: 17px; }
  .wide, th.drawn .plot { display: none; }
  th, td { padding-right: 8px; }
  .segments .drawn { width: 42%; padding-left: 0; }
  .segments tbody th, .status { font-size: 14px; }
  .segments .plot { width: 100%; height: auto; }
  .gates tr { display: grid; grid-template-columns: 5.5em 1fr; border-top: 1px solid var(--line); padding: 4px 0; }
  .gates th, .gates td { border: 0; padding: 0; width: auto; }
  .gates td:last-child { grid-column: 2; font-size: 14px; color: var(--quiet); }
  .gates .bar { width: auto; }
  .gates .plot { width: 60%; height: 12px; }
}
@media print {
  body { max-width: none; padding: 0; font-size: 11px; }
  section, tr, figure { break-inside: avoid; }
  section:has(.segments) { break-inside: auto; }
  thead { display: table-header-group; }
  * { print-color-adjust: exact; }
}
`;
