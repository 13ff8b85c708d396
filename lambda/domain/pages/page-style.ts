/**
 * The page's style sheet. Champion and challenger differ in lightness as in hue, and neither is blue or
 * green, as variants are.
 */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --page: #fff; --ink: #191c22; --soft: #5a6270; --faint: #949ba8; --line: #e4e7ec; --wash: #f5f6f8; --champion: #4b5566; --challenger: #d4500c; --good: #14703f; --bad: #b3221b; --warn: #845700; }
@media (prefers-color-scheme: dark) { :root { --page: #13161b; --ink: #e6e9ef; --soft: #a3abba; --faint: #6c7585; --line: #2a2f38; --wash: #1b1f26; --champion: #b4bfd1; --challenger: #ff9351; --good: #68d193; --bad: #ff8f86; --warn: #ecc066; } }
@media print { :root { color-scheme: light; --page: #fff; --ink: #000; --soft: #444b57; --faint: #8a919d; --line: #d9dde3; --wash: #fff; --champion: #4b5566; --challenger: #d4500c; --good: #14703f; --bad: #b3221b; --warn: #845700; } }
@page { margin: 14mm 12mm; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
main { max-width: 968px; margin: 0 auto; padding: 40px 24px 64px; }
.over { margin: 0 0 10px; color: var(--soft); font-variant-numeric: tabular-nums; }
h1 { margin: 0; font-size: 25px; line-height: 1.32; font-weight: 640; letter-spacing: -.011em; text-wrap: pretty; overflow-wrap: anywhere; }
h1 .released { color: var(--good); } h1 .rolled-back { color: var(--bad); }
.because { margin: 8px 0 0; font-size: 16px; color: var(--soft); max-width: 78ch; overflow-wrap: anywhere; }
h2 { margin: 34px 0 10px; font-size: 17px; font-weight: 640; letter-spacing: -.005em; }
h3 { margin: 20px 0 2px; font-size: 13px; font-weight: 620; } h3 span, .note { font-weight: 400; color: var(--soft); }
.note { margin: 6px 0; max-width: 84ch; font-size: 13px; }
.missing { margin: 20px 0 0; padding: 9px 14px; border-left: 3px solid var(--warn); background: var(--wash); font-size: 13px; }
.chart { overflow-x: auto; } .chart svg { display: block; width: 100%; min-width: 640px; height: auto; }
svg text { font-size: 11px; fill: var(--soft); font-variant-numeric: tabular-nums; } svg .end { text-anchor: end; } svg .middle { text-anchor: middle; }
svg .champion { color: var(--champion); } svg .challenger { color: var(--challenger); }
svg .name { font-size: 12px; font-weight: 640; fill: currentColor; }
svg .grid { stroke: var(--line); } svg .axis { stroke: var(--faint); } svg line.undone { stroke: var(--bad); stroke-width: 1.5; } svg text.undone { fill: var(--bad); font-weight: 600; font-size: 12px; } svg .step { stroke: var(--faint); stroke-dasharray: 2 3; }
svg polyline { fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linejoin: round; stroke-linecap: round; } svg polyline.challenger { stroke-width: 2; } svg circle { fill: currentColor; }
svg polygon { fill: currentColor; opacity: .15; } svg polygon.challenger { opacity: .19; } svg .whisker { stroke: currentColor; stroke-width: 4; opacity: .35; }
svg .share, svg .bar { fill: currentColor; } svg .share.champion { opacity: .16; } svg .share.challenger { opacity: .82; } svg .bar.champion { opacity: .62; } svg .bar.challenger { opacity: .82; }
svg .outline { fill: none; stroke: currentColor; stroke-width: 1.25; }
svg .on { fill: var(--ink); font-weight: 600; font-size: 12px; } svg .on.inside { fill: var(--page); }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th { padding: 0 18px 6px 0; text-align: left; font-size: 12px; font-weight: 500; color: var(--soft); white-space: nowrap; border-bottom: 1px solid var(--line); }
td { padding: 8px 18px 8px 0; vertical-align: top; border-bottom: 1px solid var(--line); } td:last-child, th:last-child { padding-right: 0; } .number { text-align: right; white-space: nowrap; }
.compare { margin-top: 26px; } .compare small { color: var(--soft); font-size: 12px; }
.role { font-weight: 640; } .role.champion { color: var(--champion); } .role.challenger { color: var(--challenger); }
.nowrap { white-space: nowrap; } .why { min-width: 300px; overflow-wrap: anywhere; } .why p { margin: 0; } .why p + p { margin-top: 4px; }
.verdict { font-weight: 600; white-space: nowrap; } .verdict.promote { color: var(--good); } .verdict.rollback { color: var(--bad); } .verdict.inconclusive { color: var(--warn); } .verdict.hold { color: var(--soft); }
details { margin-top: 4px; font-size: 13px; color: var(--soft); } summary { cursor: pointer; } details ul { margin: 4px 0 0; padding: 0; list-style: none; } details li + li { margin-top: 3px; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 5px 22px; margin: 0; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
code { font: 12.5px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
@media (max-width: 640px) { main { padding: 24px 16px 40px; } h1 { font-size: 21px; } dl { grid-template-columns: minmax(0, 1fr); gap: 0; } dd { margin-bottom: 8px; } }
@media print { main { max-width: none; padding: 0; } body { font-size: 11px; } th, h3, .note, .missing, .compare small { font-size: 11px; } h1 { font-size: 20px; } .because { font-size: 13px; } h2 { margin-top: 22px; break-after: avoid; } h3 { margin-top: 10px; break-after: avoid; } .chart, tr, dl { break-inside: avoid; } .chart svg { min-width: 0; width: 88%; } tr.hold details { display: none; } .chart, .scroll { overflow: visible; } details { font-size: 10px; } summary { display: none; } details::details-content { content-visibility: visible; display: block; block-size: auto; } }
`;
