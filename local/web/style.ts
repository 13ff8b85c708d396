/** The one style sheet of the page: light and dark by what the reader's system prefers. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f5f6f8; --card: #ffffff; --ink: #1b2130; --soft: #5b6478; --faint: #8d95a6; --line: #e1e5ec; --wash: #f0f2f6; --pale: #cdd3de;
  --accent: #2257c4; --good: #157347; --good-wash: #e0f3e8; --bad: #b3261e; --bad-wash: #fbe6e4;
  --warn: #8a5a00; --warn-wash: #fbefd5; --busy: #2257c4; --busy-wash: #e3ecfc;
  --c0: #2563c9; --c1: #1b8a4b; --c2: #c2571a; --c3: #7d42b8; --c4: #b8860b; --c5: #0e7c86; --c6: #b83280; --c7: #5f6b7d;
}
@media (prefers-color-scheme: dark) { :root {
  --page: #11141a; --card: #191d26; --ink: #e4e8f0; --soft: #a2abbd; --faint: #747e92; --line: #2b313d; --wash: #212733; --pale: #3d4554;
  --accent: #85adff; --good: #6fd39b; --good-wash: #173526; --bad: #ff9189; --bad-wash: #43201e;
  --warn: #efc368; --warn-wash: #3b2f14; --busy: #85adff; --busy-wash: #1d2c4d;
  --c0: #6ea1ff; --c1: #52c486; --c2: #f0904f; --c3: #b98cf0; --c4: #dcb54a; --c5: #4fc3ce; --c6: #ec7dbb; --c7: #9aa5b8;
} }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", sans-serif; }
a { color: var(--accent); text-decoration: none; } a:hover { text-decoration: underline; }
code, pre, .mono { font: 12.5px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
.top { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: baseline; padding: 12px 24px; background: var(--card); border-bottom: 1px solid var(--line); }
.top .home { font-weight: 650; color: var(--ink); } .top nav { flex: 1; color: var(--faint); overflow-wrap: anywhere; }
.top .clock { color: var(--soft); font-variant-numeric: tabular-nums; } .top .lost { color: var(--bad); font-weight: 600; }
main { max-width: 1440px; margin: 0 auto; padding: 20px 24px 48px; display: grid; gap: 20px; grid-template-columns: minmax(0, 1fr); }
h1 { margin: 0; font-size: 21px; line-height: 1.3; font-weight: 650; overflow-wrap: anywhere; }
h2 { margin: 0 0 10px; font-size: 13px; font-weight: 650; color: var(--soft); letter-spacing: .02em; }
h2 small { font-weight: 400; color: var(--faint); margin-left: 6px; }
.title { display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px 18px; min-width: 0; }
.columns { display: grid; gap: 20px; grid-template-columns: repeat(2, minmax(0, 1fr)); align-items: start; }
.columns > div { display: grid; gap: 20px; grid-template-columns: minmax(0, 1fr); }
.pair { display: grid; gap: 20px; grid-template-columns: repeat(2, minmax(0, 1fr)); }
.ranges { display: flex; gap: 16px; }
.facts { display: flex; flex-wrap: wrap; gap: 12px 36px; margin: 0; } .facts div { min-width: 0; } .facts dt { color: var(--soft); font-size: 12px; } .facts dd { margin: 0; overflow-wrap: anywhere; }
.facts dd.large { font-size: 19px; font-weight: 650; line-height: 1.35; font-variant-numeric: tabular-nums; }
.soft { color: var(--soft); } .faint { color: var(--faint); } .small { font-size: 12.5px; } .nowrap { white-space: nowrap; } .break { overflow-wrap: anywhere; }
.text { min-width: 220px; } .scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; } th { text-align: left; font-weight: 500; font-size: 12px; color: var(--soft); white-space: nowrap; }
th, td { padding: 5px 14px 5px 0; vertical-align: top; border-bottom: 1px solid var(--line); } tr:last-child > td { border-bottom: 0; } td:last-child, th:last-child { padding-right: 0; }
td { font-variant-numeric: tabular-nums; } td.number, th.number { text-align: right; }
.pill { display: inline-block; padding: 0 8px; border-radius: 9px; font-size: 12px; line-height: 19px; font-weight: 550; white-space: nowrap; background: var(--wash); color: var(--soft); }
.pill.good { background: var(--good-wash); color: var(--good); } .pill.bad { background: var(--bad-wash); color: var(--bad); }
.pill.warn { background: var(--warn-wash); color: var(--warn); } .pill.busy { background: var(--busy-wash); color: var(--busy); }
.bar { display: flex; height: 22px; border-radius: 6px; overflow: hidden; background: var(--wash); gap: 2px; }
.bar span { display: block; padding: 0 8px; font-size: 12px; line-height: 22px; color: var(--card); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; font-weight: 600; min-width: 3px; }
.dot { display: inline-block; width: 9px; height: 9px; border-radius: 3px; margin-right: 6px; }
.reasons { margin: 0; padding: 0; list-style: none; }
.reasons li + li { color: var(--soft); }
pre { margin: 6px 0 0; padding: 10px 12px; background: var(--wash); border-radius: 8px; overflow: auto; max-height: 420px; white-space: pre-wrap; overflow-wrap: anywhere; }
.lines { display: grid; gap: 3px; } .line { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 14px; white-space: pre-wrap; }
details > summary { cursor: pointer; color: var(--accent); }
.chart { display: block; width: 100%; height: auto; } .chart text { font-size: 11px; fill: var(--soft); } .chart .grid { stroke: var(--line); } .chart .axis { stroke: var(--faint); } .chart .mark { stroke-dasharray: 5 3; } .chart polyline { fill: none; stroke: currentColor; stroke-width: 1.6; stroke-linejoin: round; } .chart circle { fill: currentColor; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 16px; font-size: 12.5px; color: var(--soft); margin-top: 2px; }
.dashboard { display: grid; grid-template-columns: repeat(24, minmax(0, 1fr)); grid-auto-rows: 46px; gap: 12px; }
.widget { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 10px 14px; overflow: auto; min-width: 0; } .widget.plain { background: none; border-color: transparent; padding: 0 2px; }
.widget iframe.custom { display: block; width: 100%; height: calc(100% - 30px); min-height: 90px; border: 0; } .widget h3 { margin: 0 0 4px; font-size: 13px; font-weight: 650; } .widget p { margin: 4px 0; }
.tiles { display: flex; flex-wrap: wrap; gap: 8px; } .tile { border: 1px solid var(--line); border-left-width: 4px; border-radius: 6px; padding: 4px 12px; min-width: 0; } .tile.good { border-left-color: var(--good); } .tile.bad { border-left-color: var(--bad); } .tile.warn { border-left-color: var(--faint); }
.run { display: grid; gap: 20px; grid-template-columns: minmax(0, 8fr) minmax(0, 5fr); align-items: start; } .run > div { display: grid; gap: 20px; grid-template-columns: minmax(0, 1fr); }
.graph { display: block; margin: 0 auto; max-width: 100%; height: auto; }
.graph rect { fill: var(--card); stroke: var(--faint); } .graph text { font-size: 12px; fill: var(--soft); text-anchor: middle; }
.graph .succeeded > rect { fill: var(--good-wash); stroke: var(--good); } .graph .succeeded > text { fill: var(--ink); }
.graph .caught > rect { fill: var(--warn-wash); stroke: var(--warn); } .graph .caught > text { fill: var(--ink); }
.graph .failed > rect { fill: var(--bad-wash); stroke: var(--bad); stroke-width: 1.8; } .graph .failed > text { fill: var(--ink); font-weight: 600; }
.graph .running > rect { fill: var(--busy-wash); stroke: var(--busy); stroke-width: 2.2; } .graph .running > text { fill: var(--ink); font-weight: 600; }
.graph .parallel > rect, .graph .map > rect { fill-opacity: .4; }
.graph path { fill: none; stroke: var(--faint); stroke-width: 1.2; } .graph path.catch { stroke: var(--pale); } .graph path.taken { stroke: var(--accent); stroke-width: 1.8; }
.graph marker path { fill: var(--faint); stroke: none; } .graph marker.catch path { fill: var(--pale); } .graph marker.taken path { fill: var(--accent); }
.key { display: flex; flex-wrap: wrap; gap: 4px 14px; color: var(--soft); font-size: 12px; margin-bottom: 8px; } .dot.ring { border: 1px solid; } .key .stroke { display: inline-block; width: 18px; border-top: 2px solid var(--pale); margin-right: 6px; vertical-align: 4px; } .key .stroke.taken { border-color: var(--accent); }
@media (max-width: 900px) { .columns, .pair, .run { grid-template-columns: minmax(0, 1fr); } main, .top { padding-left: 14px; padding-right: 14px; } .dashboard { display: block; } .widget { margin-bottom: 12px; } }
`;
