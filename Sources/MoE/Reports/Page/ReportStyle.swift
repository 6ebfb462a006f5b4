/// The style of a page: two themes by the reader's setting, one column where it is narrow.
///
/// The eight colours of experts are told apart by people who do not tell red from green, and so are
/// the shades, which grow in lightness alone. No colour says anything that a number or a word does
/// not say too.
package enum ReportStyle {
  package static let text = #"""
    :root {
      color-scheme: light dark;
      --page: #fbfbf9; --card: #ffffff; --ink: #1c1e21; --quiet: #5b6068; --line: #d9dadd;
      --accent: #0b5cad; --even: #1c1e21; --alert: #fff3d6; --alert-line: #a86800;
      --s0: #f4f5f7; --s1: #e3ecf6; --s2: #c8dcf0; --s3: #a3c6e6; --s4: #74a8d8; --s5: #3376b6;
      --s6: #215f9c; --s7: #124a84; --s8: #0a2f5a; --dark-shade: #ffffff; --light-shade: #1c1e21;
      --e0: #2f7fc1; --e1: #e0921e; --e2: #16977a; --e3: #c26a9d; --e4: #d0552b; --e5: #7a6fc4;
      --e6: #8b8f2a; --e7: #6d747d;
      --t0: #cfe4f7; --t1: #fbdcab; --t2: #bfe8dc; --t3: #f2d3e5; --t4: #f8cdbd; --t5: #dcd8f6;
      --t6: #e6e7b0; --t7: #dcdfe3;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --page: #15171a; --card: #1d2024; --ink: #e8e9ea; --quiet: #a3a9b2; --line: #383d44;
        --accent: #7db8f0; --even: #ffffff; --alert: #33290f; --alert-line: #e0a840;
        --s0: #22262b; --s1: #1c3047; --s2: #1d4063; --s3: #215381; --s4: #2a69a1; --s5: #4183bd;
        --s6: #68a1d3; --s7: #9bc3e6; --s8: #d2e6f7; --dark-shade: #10151b; --light-shade: #e8e9ea;
        --e0: #5fa8e6; --e1: #eba63c; --e2: #35b796; --e3: #d98dba; --e4: #ea7a52; --e5: #a49af0;
        --e6: #b3b74c; --e7: #98a0aa;
        --t0: #1d4263; --t1: #5a3f12; --t2: #11493c; --t3: #572f47; --t4: #612e1b; --t5: #3b3569;
        --t6: #464817; --t7: #3b4148;
      }
    }
    * { box-sizing: border-box; }
    html { scroll-padding-top: 1rem; }
    body {
      margin: 0; background: var(--page); color: var(--ink);
      font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
      overflow-wrap: anywhere;
    }
    main, header, nav { max-width: 1240px; margin: 0 auto; padding: 0 16px; }
    header { padding-top: 20px; }
    main { padding-bottom: 48px; }
    h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 4px; }
    h2 { font-size: 1.2rem; margin: 36px 0 4px; }
    h3 { font-size: .95rem; margin: 0 0 6px; }
    p { margin: 4px 0 12px; max-width: 75ch; }
    .quiet, figcaption, .facts { color: var(--quiet); font-size: .87rem; }
    nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 12px 0 0;
      padding: 0; }
    a { color: var(--accent); }
    a:focus-visible, button:focus-visible, select:focus-visible, input:focus-visible,
    summary:focus-visible, [tabindex]:focus-visible {
      outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px;
    }
    .findings { background: var(--alert); border-left: 4px solid var(--alert-line);
      margin: 16px 0 0; padding: 8px 12px 8px 30px; border-radius: 4px; }
    .findings details { margin-left: -18px; }
    .findings.calm { background: var(--card); border-left-color: var(--line); }
    .grid { display: grid; gap: 16px; align-items: start;
      grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr)); }
    .wide { grid-template-columns: repeat(auto-fit, minmax(min(100%, 560px), 1fr)); }
    .small { grid-template-columns: repeat(auto-fit, minmax(min(100%, 270px), 1fr)); }
    figure, .card, details.layer { margin: 0; background: var(--card);
      border: 1px solid var(--line); border-radius: 8px; padding: 12px; min-width: 0; }
    .grid > figure { max-width: 760px; height: 100%; }
    .whole > figure { max-width: none; }
    details.layer figure { border: 0; padding: 8px 0 0; }
    details.layer h3 { display: none; }
    summary { cursor: pointer; }
    figcaption { margin-top: 8px; }
    svg { display: block; max-width: 100%; }
    svg text { fill: var(--quiet); font-size: 11px; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
    th { font-weight: normal; text-align: left; }
    caption { text-align: left; color: var(--quiet); font-size: .87rem; padding-bottom: 4px; }
    .scroll { overflow-x: auto; }

    .bars { width: 100%; table-layout: auto; font-size: .85rem; }
    .bars th { white-space: nowrap; padding-right: 8px; max-width: 40vw; overflow: hidden;
      text-overflow: ellipsis; }
    .bars td.bar { width: 100%; padding: 1px 0; }
    .bars td:last-child { text-align: right; padding-left: 8px; white-space: nowrap; }
    .bars svg { width: 100%; height: 15px; overflow: visible; }
    .even { stroke: var(--even); stroke-width: 1.5; stroke-dasharray: 3 2; }
    .unserved { fill: url(#hatch); stroke: var(--quiet); }
    .hatching { stroke: var(--quiet); stroke-width: 1.5; }
    .dead { font-weight: 600; }
    .key { display: inline-block; min-width: 1.5em; padding: 0 3px; margin-right: 4px;
      border-radius: 3px; text-align: center; font-size: .8rem; color: var(--ink); }

    .heat { font-size: 11.5px; width: 100%; }
    .heat th { padding: 0 8px 0 0; color: var(--quiet); white-space: nowrap; max-width: 34vw;
      overflow: hidden; text-overflow: ellipsis; }
    .heat tbody th { position: sticky; left: 0; background: var(--card); }
    .heat thead th { text-align: center; padding: 0 2px; }
    .heat thead th:first-child { text-align: left; }
    .heat td { min-width: 23px; height: 23px; padding: 0 2px; text-align: center;
      border: 1px solid var(--card); color: var(--light-shade); }
    .heat .s0 { background: var(--s0); color: var(--quiet); } .heat .s1 { background: var(--s1); }
    .heat .s2 { background: var(--s2); } .heat .s3 { background: var(--s3); }
    .heat .s4 { background: var(--s4); }
    .heat .s5, .heat .s6, .heat .s7, .heat .s8 { color: var(--dark-shade); }
    .heat .s5 { background: var(--s5); } .heat .s6 { background: var(--s6); }
    .heat .s7 { background: var(--s7); } .heat .s8 { background: var(--s8); }
    .map { width: 100%; }
    .map .s0 { fill: var(--s0); } .map .s1 { fill: var(--s1); } .map .s2 { fill: var(--s2); }
    .map .s3 { fill: var(--s3); } .map .s4 { fill: var(--s4); } .map .s5 { fill: var(--s5); }
    .map .s6 { fill: var(--s6); } .map .s7 { fill: var(--s7); } .map .s8 { fill: var(--s8); }
    .list td, .list th { padding: 1px 12px 1px 0; font-size: .85rem; }
    .list thead th { color: var(--quiet); }
    .list td { text-align: right; }

    .plot { display: grid; grid-template-columns: auto 1fr; gap: 2px 6px; font-size: 11px;
      color: var(--quiet); font-variant-numeric: tabular-nums; }
    .plot .ends { display: flex; flex-direction: column; justify-content: space-between;
      text-align: right; }
    .plot .steps { grid-column: 2; display: flex; justify-content: space-between; }
    .plot svg { width: 100%; height: 150px; border-left: 1px solid var(--line);
      border-bottom: 1px solid var(--line); overflow: visible; }
    .curve { fill: none; stroke-width: 2; vector-effect: non-scaling-stroke; }
    .band { opacity: .25; stroke: none; }
    .legend { display: flex; flex-wrap: wrap; gap: 2px 14px; list-style: none; margin: 8px 0 0;
      padding: 0; font-size: .82rem; }
    .legend svg { display: inline-block; width: 28px; height: 8px; vertical-align: middle;
      margin-right: 4px; }

    .flow > svg { width: 100%; height: 420px; }
    .flow .steps { display: flex; justify-content: space-between; font-size: .82rem; }
    .flow text { fill: var(--ink); }
    .ribbon { opacity: .35; }

    .controls { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center;
      margin-bottom: 8px; font-size: .87rem; }
    .controls label { display: inline-flex; gap: 6px; align-items: center; max-width: 100%;
      white-space: nowrap; }
    .controls select { min-width: 0; max-width: 60vw; }
    button, select, input { font: inherit; color: inherit; background: var(--card);
      border: 1px solid var(--quiet); border-radius: 5px; padding: 3px 8px; max-width: 100%; }
    button:disabled { opacity: .45; }
    .controls input[type=number] { width: 6.5em; }
    .reader { display: grid; gap: 16px; grid-template-columns: minmax(0, 1fr); }
    .tokens { line-height: 1.2; align-self: start; }
    .token { display: inline-flex; flex-direction: column; vertical-align: top; cursor: pointer;
      margin: 0 1px 3px 0; border-radius: 3px; text-align: center; max-width: 100%; }
    .token b { font: 14px/1.35 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
      white-space: pre-wrap; padding: 0 2px; min-width: 1.1em; unicode-bidi: isolate; }
    .token i { font: 9.5px/1.25 system-ui, sans-serif; font-style: normal; padding: 0 2px;
      min-height: 1.25em; }
    .plain .token i { display: none; }
    .lines .token { display: flex; flex-direction: row-reverse; justify-content: flex-end;
      align-items: baseline; text-align: left; }
    .lines .token i { min-width: 2.4em; text-align: right; flex: none; font-size: 11px; }
    .token.none b { text-decoration: line-through; }
    .token.none { outline: 1px dashed var(--quiet); }
    .token.faint { background: none !important; color: var(--quiet); }
    .token[aria-selected=true] { outline: 3px solid var(--accent); outline-offset: 0; }
    .detail { font-size: .85rem; }
    .detail h3 { white-space: pre-wrap; }
    .detail .list { width: 100%; }
    .detail td { text-align: left; width: 100%; }
    .detail th { white-space: nowrap; vertical-align: top; max-width: 130px; overflow: hidden;
      text-overflow: ellipsis; }
    .detail .route { display: inline-block; margin-right: 10px; }
    @media (min-width: 900px) {
      .reader { grid-template-columns: minmax(0, 1fr) 340px; }
      .detail { position: sticky; top: 12px; align-self: start; max-height: 94vh;
        overflow: auto; }
    }
    @media (max-width: 899px) {
      .detail { position: sticky; bottom: 0; max-height: 38vh; overflow: auto; }
      .heat td { min-width: 22px; font-size: 10.5px; padding: 0 1px; }
      .heat th { padding-right: 4px; max-width: 26vw; }
    }
    .tip { position: fixed; pointer-events: none; background: var(--ink); color: var(--page);
      font-size: 12px; padding: 2px 7px; border-radius: 4px; z-index: 2; }
    @media print { .detail, .controls, nav { display: none; } }
    """#
}
