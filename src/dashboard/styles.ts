/** The style sheet: light and dark by the visitor's preference, usable from 360 px on. */
export const styles = `
:root {
  color-scheme: light dark;
  --ground: #fbfbfa; --surface: #ffffff; --ink: #1c2321; --muted: #5a6662; --line: #d9dfdc; --accent: #17624f;
  --accent-ink: #ffffff; --good: #17714c; --bad: #b3261e; --warn: #8a5a00; --busy: #1d5fa8; --code: #eef2f0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #131716; --surface: #1b201f; --ink: #e4e9e7; --muted: #9daaa5; --line: #343c39; --accent: #7fd1b9;
    --accent-ink: #0d1a16; --good: #6fd3a4; --bad: #ff9d94; --warn: #eabf6b; --busy: #8dbdf5; --code: #242b29;
  }
}
*, ::before, ::after { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 0.9375rem/1.5 system-ui, "Noto Sans CJK KR", sans-serif; }
a { color: var(--accent); text-underline-offset: 0.15em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 0.5rem; top: 0.5rem; background: var(--surface); padding: 0.5rem; z-index: 1; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
header { display: flex; flex-wrap: wrap; gap: 0.5rem 1.25rem; align-items: center; padding: 0.6rem 1rem; background: var(--surface); border-bottom: 1px solid var(--line); }
.brand { font-weight: 700; font-size: 1.05rem; text-decoration: none; }
nav ul { display: flex; gap: 1rem; margin: 0; padding: 0; list-style: none; }
nav a { text-decoration: none; padding: 0.25rem 0; }
nav a[aria-current] { border-bottom: 2px solid var(--accent); font-weight: 600; }
.aside { margin-left: auto; display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center; }
.namespace, .aside form { display: flex; gap: 0.4rem; align-items: center; }
.user { color: var(--muted); overflow-wrap: anywhere; max-width: 16rem; }
.status { color: var(--muted); font-size: 0.8125rem; }
.status:empty { display: none; }
main { max-width: 80rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.4rem; margin: 0.25rem 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 1.75rem 0 0.6rem; }
h3 { font-size: 1rem; margin: 0.75rem 0 0.4rem; }
h4 { font-size: 0.875rem; margin: 0.9rem 0 0.3rem; color: var(--muted); }
.muted { color: var(--muted); }
.id, code, pre { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 0.875em; overflow-wrap: anywhere; }
h1 .id { font-weight: 500; font-size: 0.85em; }
input, select, button, .button, summary { font: inherit; }
input, select { color: inherit; background: var(--surface); border: 1px solid var(--line); border-radius: 6px; padding: 0.3rem 0.5rem; min-width: 0; }
button, .button, .confirm > summary { display: inline-block; color: inherit; background: var(--surface); border: 1px solid var(--line); border-radius: 6px; padding: 0.3rem 0.8rem; cursor: pointer; text-decoration: none; }
button:hover:not(:disabled), .button:hover, .confirm > summary:hover { border-color: var(--accent); }
button:disabled { opacity: 0.55; cursor: not-allowed; }
.primary { background: var(--accent); border-color: var(--accent); color: var(--accent-ink); }
.quiet { border-color: transparent; background: none; color: var(--accent); padding: 0.3rem; }
.confirm > summary { list-style: none; width: fit-content; }
.confirm > summary::-webkit-details-marker { display: none; }
.confirm form { margin-top: 0.5rem; display: flex; flex-wrap: wrap; gap: 0.5rem; }
.actions { display: flex; flex-direction: column; gap: 0.6rem; }
.actions p { margin: 0; }
.filter { display: flex; flex-wrap: wrap; gap: 0.5rem 0.75rem; align-items: end; margin-bottom: 1rem; }
.field { display: flex; flex-direction: column; gap: 0.15rem; }
.field label, .namespace label { font-size: 0.8125rem; color: var(--muted); }
.narrow { max-width: 32rem; margin: 4vh auto; }
.stack { display: flex; flex-direction: column; gap: 0.5rem; align-items: start; }
.stack input { width: 100%; }
.scroll { overflow-x: auto; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 600; font-size: 0.8125rem; color: var(--muted); }
th, td { padding: 0.45rem 0.75rem; vertical-align: top; border-bottom: 1px solid var(--line); }
tbody tr:last-child td { border-bottom: 0; }
td { overflow-wrap: anywhere; }
td time { white-space: nowrap; }
.clip { display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; max-width: 28rem; }
ul.plain { list-style: none; margin: 0; padding: 0; }
.badge { display: inline-block; white-space: nowrap; font-size: 0.8125rem; font-weight: 600; color: var(--muted); }
.badge::before { content: "●"; margin-right: 0.3em; font-size: 0.75em; }
.badge.succeeded, .badge.created { color: var(--good); }
.badge.failed, .badge.rejected, .badge.dead { color: var(--bad); }
.badge.filtered, .badge.cancelled, .badge.retrying { color: var(--warn); }
.badge.running { color: var(--busy); }
.badge.failed::before, .badge.rejected::before, .badge.dead::before { content: "✕"; }
.badge.succeeded::before, .badge.created::before { content: "✓"; }
.badge.filtered::before, .badge.skipped::before { content: "–"; }
.tiles { display: flex; flex-wrap: wrap; gap: 0.6rem; list-style: none; margin: 0; padding: 0; }
.tiles li > *:first-child:is(a), .tiles li:not(:has(a)) { display: block; background: var(--surface); border: 1px solid var(--line); border-radius: 8px; padding: 0.5rem 0.9rem; text-decoration: none; }
.tiles b { font-size: 1.25rem; margin-right: 0.35rem; color: var(--ink); }
figure { margin: 1rem 0 0; }
figcaption { font-size: 0.8125rem; color: var(--muted); }
.sparkline { width: 100%; max-width: 30rem; height: 2.5rem; fill: var(--accent); display: block; }
.timeline { width: 8rem; height: 0.6rem; fill: var(--muted); display: block; margin-top: 0.45rem; }
.timeline .track { fill: var(--line); }
.timeline.succeeded { fill: var(--good); } .timeline.failed { fill: var(--bad); } .timeline.running { fill: var(--busy); } .timeline.cancelled { fill: var(--warn); }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1rem; margin: 0.5rem 0; }
.facts dt { color: var(--muted); } .facts dd { margin: 0; overflow-wrap: anywhere; }
.card { background: var(--surface); border: 1px solid var(--line); border-radius: 8px; padding: 0.25rem 1rem 1rem; margin-bottom: 0.75rem; }
.card h3 { font-size: 1.05rem; }
.card > details { margin-top: 0.75rem; }
.card p { margin: 0.3rem 0; }
.empty, .note { color: var(--muted); background: var(--surface); border: 1px dashed var(--line); border-radius: 8px; padding: 0.7rem 1rem; }
.empty p { margin: 0 0 0.5rem; }
.problem { background: var(--surface); border: 1px solid var(--line); border-left: 4px solid var(--bad); border-radius: 6px; padding: 0.6rem 1rem; overflow-wrap: anywhere; }
.problem p { margin: 0.2rem 0; }
.headline { font-size: 1.05rem; } .headline .badge { font-size: 1rem; }
.message { overflow-wrap: anywhere; }
.commands { position: relative; }
.commands button { position: absolute; top: 0.35rem; right: 0.35rem; padding: 0.1rem 0.5rem; font-size: 0.8125rem; }
pre { background: var(--code); border-radius: 6px; padding: 0.6rem 0.8rem; overflow-x: auto; margin: 0.4rem 0; color: var(--ink); }
.commands pre { padding-right: 5rem; }
pre, .log .text { white-space: pre-wrap; }
.json { background: var(--code); border-radius: 6px; padding: 0.6rem 0.8rem; font: 0.8125rem/1.6 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
.json details, .json .leaf { margin-left: 1rem; }
.json > details { margin-left: 0; }
.json .leaf { padding-left: 0.85rem; }
.json .key { color: var(--accent); } .json .string { color: var(--good); } .json .literal { color: var(--busy); }
summary { cursor: pointer; }
.pager { display: flex; gap: 1rem; }
.log { background: #101413; color: #dfe6e3; border-radius: 8px; padding: 0.5rem 0; font: 0.8125rem/1.5 ui-monospace, "DejaVu Sans Mono", monospace; margin: 0; }
.log .chunk { content-visibility: auto; contain-intrinsic-size: auto 100rem; }
.log .row { display: flex; padding: 0 0.75rem; }
.log .row:target { background: #2b3a35; }
.log .row a { flex: none; min-width: 3.25rem; color: #7b8985; text-decoration: none; user-select: none; }
.log .row span.text { overflow-wrap: anywhere; min-width: 0; }
.log h2 { font: inherit; font-weight: 600; margin: 0.6rem 0 0.2rem; padding: 0 0.75rem; color: #7fd1b9; }
.log .refused { color: #ff9d94; padding: 0 0.75rem; margin: 0.3rem 0; }
.log .bold { font-weight: 700; } .log .faint { opacity: 0.65; }
.ansi-black { color: #8b9793; } .ansi-red { color: #ff8a80; } .ansi-green { color: #7ddc9f; } .ansi-yellow { color: #f0cf76; }
.ansi-blue { color: #8ab8ff; } .ansi-magenta { color: #e2a3f5; } .ansi-cyan { color: #78d8dd; } .ansi-white { color: #ffffff; }
.aside .languages { font-size: 0.8125rem; }
@media (max-width: 44rem) {
  main { padding: 0.75rem; }
  .aside { margin-left: 0; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tr, td { display: block; }
  tbody tr { padding: 0.5rem 0; border-bottom: 1px solid var(--line); }
  tbody tr:last-child { border-bottom: 0; }
  td { border: 0; padding: 0.15rem 0.75rem; display: grid; grid-template-columns: 7rem minmax(0, 1fr); }
  td:empty { display: none; }
  td::before { content: attr(data-column); color: var(--muted); font-size: 0.8125rem; }
}
`;
